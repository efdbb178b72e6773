/** The commands of the palette. Each asks the server, or shows what is there; none knows anything of imports. */

import { commands, type Disposable, type ExtensionContext, env, window } from 'vscode'
import type { Channels } from './client'
import { debugInformation } from './debugInformation'
import { type Documents, withoutHome } from './documents'
import type { SelectedEnvironments } from './selectedEnvironments'
import type { Session } from './session'

/** What the commands work with. */
export interface Tools {
    readonly context: ExtensionContext
    readonly session: Session
    readonly environments: SelectedEnvironments
    readonly documents: Documents
    readonly channels: Channels
}

const NO_IMPORT = 'Put the cursor on an import in a Python file.'

export function registerCommands(tools: Tools): Disposable[] {
    const { session, channels } = tools
    return [
        commands.registerCommand('importwise.restart', () => session.restart('asked for')),
        commands.registerCommand('importwise.showLogs', () => channels.client.show()),
        commands.registerCommand('importwise.showServerLogs', () => channels.server.show()),
        commands.registerCommand('importwise.showDebugInformation', () => showDebugInformation(tools)),
        commands.registerCommand('importwise.checkWorkspaceNow', () => checkWorkspaceNow(session)),
        commands.registerCommand('importwise.explainThisImport', () => explainThisImport(tools)),
    ]
}

async function checkWorkspaceNow(session: Session): Promise<void> {
    if (!session.running) {
        await session.restart('the workspace is to be checked')
    }
    await ask(session, 'importwise.checkWorkspace')
    await commands.executeCommand('workbench.actions.view.problems')
}

/** The text is the command's result too, for whoever calls it from a program. */
async function explainThisImport({ session, documents }: Tools): Promise<string | undefined> {
    const editor = window.activeTextEditor
    const client = session.running
    if (!editor || !client) {
        void window.showInformationMessage(client ? NO_IMPORT : 'importwise is not running.')
        return undefined
    }
    const { code2ProtocolConverter } = client
    const uri = code2ProtocolConverter.asUri(editor.document.uri)
    const position = code2ProtocolConverter.asPosition(editor.selection.active)
    const answer = await ask(session, 'importwise.explain', uri, position)
    if (typeof answer !== 'string') {
        void window.showInformationMessage(NO_IMPORT)
        return undefined
    }
    const markdown = withoutHome(answer)
    await documents.show('Why', markdown)
    return markdown
}

/** The text is the command's result too, for whoever calls it from a program. */
async function showDebugInformation({ context, session, environments, documents }: Tools): Promise<string> {
    const markdown = await debugInformation(context.extension.packageJSON, session, environments)
    await documents.show('Debug Information', markdown)
    void offerToCopy(markdown)
    return markdown
}

async function offerToCopy(markdown: string): Promise<void> {
    const copy = 'Copy as Markdown'
    if ((await window.showInformationMessage('For a bug report:', copy)) === copy) {
        await env.clipboard.writeText(markdown)
    }
}

/** Have the server execute one of its own commands. */
function ask(session: Session, command: string, ...words: unknown[]): Promise<unknown> | undefined {
    return session.running?.sendRequest('workspace/executeCommand', { command, arguments: words })
}
