/** How the server is started and what it is told: everything that `vscode-languageclient` wants to know. */

import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { type LogOutputChannel, Uri } from 'vscode'
import {
    CloseAction,
    ErrorAction,
    type Executable,
    LanguageClient,
    type LanguageClientOptions,
    RevealOutputChannelOn,
    TransportKind,
} from 'vscode-languageclient/node'
import type { Interpreter } from './interpreter'
import type { SelectedEnvironments } from './selectedEnvironments'
import { type OwnSettings, SECTION, serverSettings } from './settings'

/** Python wherever it can be checked: on disk, not saved yet, in the cell of a notebook. */
export const PYTHON_DOCUMENTS = ['file', 'untitled', 'vscode-notebook-cell'].map((scheme) => ({
    language: 'python',
    scheme,
}))

const SETTINGS_FILES = ['**/importwise.toml', '**/pyproject.toml'].map((pattern) => ({
    scheme: 'file',
    pattern,
}))

/** What users know the command by, for the server's messages: an `importwise why` may not be on their PATH. */
const EXPLAIN_COMMAND = 'Explain This Import'

/** The program that starts the server, in an installed extension. */
export function launcherIn(extensionPath: string): string {
    return join(extensionPath, 'launcher', 'launch.py')
}

/**
 * The command line of the server.
 *
 * Python is isolated (`-I`) and starts in the launcher's folder: no module of the workspace can take the place of one of
 * the server's, whatever PYTHONPATH says. Nor does it look for installed packages (`-S`) if all that it needs comes with the
 * extension: it would run the `.pth` files of an environment, which may lie in the workspace.
 */
export function serverOptions(interpreter: Interpreter, settings: OwnSettings, launcher: string): Executable {
    const strategy = interpreter.importwise === undefined ? 'useBundled' : settings.importStrategy
    const isolation = strategy === 'useBundled' ? ['-I', '-S'] : ['-I']
    return {
        command: interpreter.executable,
        args: [...isolation, launcher, strategy, 'server', '--log-level', settings.logLevel],
        options: { cwd: join(launcher, '..') },
        transport: TransportKind.stdio,
    }
}

/** A client that writes its troubles into the log: what the user is told is the session's decision. */
export class QuietClient extends LanguageClient {
    override error(message: string, data?: unknown): void {
        super.error(message, data, false)
    }
}

export interface Channels {
    /** What the extension does. */
    readonly client: LogOutputChannel
    /** What the server says, and the messages between the two if the level is Trace. */
    readonly server: LogOutputChannel
}

export function clientOptions(
    environments: SelectedEnvironments,
    channels: Channels,
    hear: (stderr: Readable) => void,
    onClosed: () => void,
): LanguageClientOptions {
    return {
        documentSelector: [...PYTHON_DOCUMENTS, ...SETTINGS_FILES],
        outputChannel: channels.server,
        traceOutputChannel: channels.server,
        revealOutputChannelOn: RevealOutputChannelOn.Never,
        initializationOptions: () => ({ settings: serverSettings(undefined), explainCommand: EXPLAIN_COMMAND }),
        // Whether it is started again is the session's decision too.
        initializationFailedHandler: () => false,
        errorHandler: {
            error: () => ({ action: ErrorAction.Continue, handled: true }),
            closed: () => {
                onClosed()
                return { action: CloseAction.DoNotRestart, handled: true }
            },
        },
        stdioOptions: {
            stdout: () => {},
            stderr: hear,
        },
        middleware: {
            // VS Code underlines every link, all the time; Go to Definition leads to the same places.
            provideDocumentLinks: () => [],
            workspace: {
                configuration: async (parameters, token, next) => {
                    const others = await next(parameters, token)
                    if (!Array.isArray(others)) {
                        return others
                    }
                    const answers = parameters.items.map(async (item, index) =>
                        item.section === SECTION ? folderSettings(item.scopeUri, environments) : others[index],
                    )
                    return Promise.all(answers)
                },
            },
        },
    }
}

/** The server's settings for a folder; `python`, if nobody has set it, is what was selected for the folder. */
async function folderSettings(scope: string | undefined, environments: SelectedEnvironments) {
    const folder = scope === undefined ? undefined : Uri.parse(scope)
    const settings = serverSettings(folder)
    const python = settings['python'] ?? (await environments.selection(folder))?.path ?? null
    return { ...settings, python }
}
