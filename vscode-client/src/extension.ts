/** The extension for VS Code: starts importwise's language server and shows what it finds. */

import { type ExtensionContext, window, workspace } from 'vscode'
import { launcherIn, PYTHON_DOCUMENTS } from './client'
import { registerCommands } from './commands'
import { Documents } from './documents'
import { SelectedEnvironments } from './selectedEnvironments'
import { Session } from './session'
import { SECTION } from './settings'
import { Status } from './status'

/** When to look whether a new virtual environment has its Python. */
const VENV_DELAYS_MS = [200, 2000, 10_000]

let session: Session | undefined

export async function activate(context: ExtensionContext): Promise<void> {
    const channels = {
        client: window.createOutputChannel('importwise', { log: true }),
        server: window.createOutputChannel('importwise Language Server', { log: true }),
    }
    const status = new Status(PYTHON_DOCUMENTS)
    const environments = new SelectedEnvironments()
    const documents = new Documents()
    session = new Session(launcherIn(context.extensionPath), environments, channels, status)
    const tools = { context, session, environments, documents, channels }
    context.subscriptions.push(channels.client, channels.server, status, environments, documents)
    context.subscriptions.push(...registerCommands(tools), ...watch(session, environments))
    await session.restart('the extension was activated')
}

export async function deactivate(): Promise<void> {
    await session?.end()
}

/** Whatever may call for another Python, another environment or other settings. */
function watch(session: Session, environments: SelectedEnvironments) {
    // Of a new folder only the folder itself is told for sure: what is in it may have come before the watch.
    const venvs = workspace.createFileSystemWatcher('**/{.venv,venv}', false, true, true)
    const venvMade = () => {
        for (const delay of VENV_DELAYS_MS) {
            setTimeout(() => needsPython(session) && session.reconsider('a virtual environment was made'), delay)
        }
    }
    return [
        venvs,
        venvs.onDidCreate(venvMade),
        environments.onDidChange(() => session.selectionChanged()),
        workspace.onDidGrantWorkspaceTrust(() => session.reconsider('the workspace is trusted now')),
        workspace.onDidChangeWorkspaceFolders(() => session.selectionChanged()),
        workspace.onDidChangeConfiguration((event) => {
            const own = ['interpreter', 'importStrategy', 'logLevel'].map((key) => `${SECTION}.${key}`)
            if (own.some((key) => event.affectsConfiguration(key))) {
                void session.restart('the settings of the extension changed')
            } else if (event.affectsConfiguration(SECTION)) {
                void session.settingsChanged()
            }
        }),
        // Whoever comes back to the window may have installed a Python meanwhile.
        window.onDidChangeWindowState((state) => {
            if (state.focused && needsPython(session)) {
                void session.reconsider('a Python was found')
            }
        }),
    ]
}

function needsPython(session: Session): boolean {
    return session.choice !== undefined && session.choice.interpreter === undefined
}
