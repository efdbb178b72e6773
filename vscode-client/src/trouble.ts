/** One message for one trouble, with buttons that help. */

import { commands, env, Uri, window, workspace } from 'vscode'
import type { Attempt, Choice } from './interpreter'

const SETTINGS = 'Choose Interpreter'
const INSTALL = 'Get Python'
const RESTART = 'Restart Server'
const TRUST = 'Manage Workspace Trust'
const LOGS = 'Show Logs'
const DOWNLOADS = 'https://www.python.org/downloads/'

/** Why no candidate will do, and, where the workspace has no say yet, what would help; in a few sentences. */
export function noInterpreter(choice: Choice): string {
    // Until then neither its settings nor what lies in it count: see `candidates`.
    const help = ' This workspace is not trusted: name a Python in your user settings, or trust the workspace.'
    return `${whyNone(choice)}${workspace.isTrusted ? '' : help}`
}

function whyNone(choice: Choice): string {
    const tooOld = choice.attempts.find((attempt) => refusal(attempt)?.trouble === 'too old')
    if (tooOld) {
        return `importwise needs Python 3.10 or newer to run; ${tooOld.candidate.command} is too old: ${refusal(tooOld)?.message}.`
    }
    const broken = choice.attempts.find((attempt) => refusal(attempt))
    const looked = workspace.isTrusted
        ? 'Looked in the setting importwise.interpreter, the Python extension, .venv and venv, and PATH.'
        : 'Looked in your own setting importwise.interpreter, and PATH.'
    return broken
        ? `importwise found no Python that works: ${broken.candidate.command}: ${refusal(broken)?.message}.`
        : `importwise needs a Python, 3.10 or newer, to run, and found none. ${looked}`
}

/** Why the Python that the setting names is not used, or undefined if it is, or none is named. */
export function refusedSetting(choice: Choice): string | undefined {
    const first = choice.attempts.find((attempt) => attempt.candidate.origin.startsWith('the setting'))
    const why = first && refusal(first)
    return (
        why &&
        `The setting importwise.interpreter is ${first.candidate.command}, but ${why.message}` +
            `${why.trouble === 'too old' ? '; importwise needs 3.10 or newer' : ''}.` +
            ` importwise runs with ${choice.interpreter?.executable} instead.`
    )
}

/** Tell that there is no Python, and offer to name or to get one. */
export async function tellNoInterpreter(message: string): Promise<void> {
    const help = workspace.isTrusted ? [SETTINGS, INSTALL, LOGS] : [SETTINGS, TRUST, INSTALL, LOGS]
    await offer(window.showErrorMessage(message, ...help), 'importwise.showLogs')
}

/** Tell that the Python which the setting names is not used. */
export async function tellRefusedSetting(message: string): Promise<void> {
    await offer(window.showWarningMessage(message, SETTINGS, LOGS), 'importwise.showLogs')
}

/** Tell that the server can't be kept alive. */
export async function tellServerDown(message: string): Promise<void> {
    await offer(window.showErrorMessage(message, RESTART, LOGS), 'importwise.showServerLogs')
}

/** Do what the button says that was chosen; ``logs`` is the command that shows the log that helps. */
async function offer(answer: Thenable<string | undefined>, logs: string): Promise<void> {
    switch (await answer) {
        case SETTINGS:
            // Where VS Code runs apart from its window, settings of the machine are those of the other machine.
            await commands.executeCommand(
                env.remoteName ? 'workbench.action.openRemoteSettings' : 'workbench.action.openSettings',
                { query: 'importwise.interpreter' },
            )
            break
        case INSTALL:
            await env.openExternal(Uri.parse(DOWNLOADS))
            break
        case TRUST:
            await commands.executeCommand('workbench.trust.manage')
            break
        case RESTART:
            await commands.executeCommand('importwise.restart')
            break
        case LOGS:
            await commands.executeCommand(logs)
            break
    }
}

function refusal(attempt: Attempt) {
    return 'trouble' in attempt.result ? attempt.result : undefined
}
