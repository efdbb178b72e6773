/** What a bug report needs: versions, the interpreter and why it was chosen, and what the server says of itself. */

import { type Extension, env, version, workspace } from 'vscode'
import { withoutHome } from './documents'
import type { SelectedEnvironments } from './selectedEnvironments'
import type { Session } from './session'
import { ownSettings } from './settings'

/** As Markdown, with the user's home directory written `~`. */
export async function debugInformation(
    extension: Extension<unknown>['packageJSON'],
    session: Session,
    environments: SelectedEnvironments,
): Promise<string> {
    const settings = ownSettings()
    const where = env.remoteName ? `, remote: ${env.remoteName}` : ''
    const lines = [
        '# importwise: debug information',
        '',
        `- Extension ${extension.version}, ${env.appName} ${version}, ${process.platform} ${process.arch}${where}`,
        `- Workspace: ${workspace.isTrusted ? 'trusted' : 'restricted'}`,
        `- Import strategy: ${settings.importStrategy}`,
        `- Server: ${session.running ? 'running' : 'not running'}`,
        '',
        '## Python that runs the server',
        '',
        ...interpreterLines(session),
        '',
        '## Environments selected in the editor',
        '',
        ...(await selectionLines(environments)),
        '',
        await serverPart(session),
    ]
    return withoutHome(lines.join('\n'))
}

function interpreterLines(session: Session): string[] {
    const attempts = session.choice?.attempts ?? []
    const chosen = session.choice?.interpreter
    return attempts.map(({ candidate, result }) => {
        if (!('executable' in result)) {
            return `- \`${candidate.command}\`, ${candidate.origin}: ${result.message}`
        }
        const own = result.importwise ? `, has importwise ${result.importwise}` : ''
        const mark = result === chosen ? '**used**: ' : ''
        return `- ${mark}\`${result.executable}\`, Python ${result.version}${own}: ${candidate.origin}`
    })
}

async function selectionLines(environments: SelectedEnvironments): Promise<string[]> {
    const folders = workspace.workspaceFolders ?? []
    return Promise.all(
        folders.map(async (folder) => {
            const selection = await environments.selection(folder.uri)
            return `- ${folder.name}: ${selection ? `\`${selection.path}\`, ${selection.origin}` : 'none'}`
        }),
    )
}

async function serverPart(session: Session): Promise<string> {
    try {
        const answer = await session.running?.sendRequest('workspace/executeCommand', {
            command: 'importwise.debugInformation',
            arguments: [],
        })
        return typeof answer === 'string' ? answer : '## Server\n\nIt is not running.'
    } catch (error) {
        return `## Server\n\nIt does not answer: ${error}`
    }
}
