/** The settings of the extension: which it obeys itself, and which it hands to the server. */

import { homedir } from 'node:os'
import { type Uri, workspace } from 'vscode'

export const SECTION = 'importwise'

export type ImportStrategy = 'useBundled' | 'fromEnvironment'

/** What the extension itself obeys; everything else in the section is the server's. */
export interface OwnSettings {
    /** Path of the Python that shall run the server, or a name to look for on PATH. */
    readonly interpreter: string | undefined
    readonly importStrategy: ImportStrategy
    readonly logLevel: string
}

const OWN_KEYS = new Set(['interpreter', 'importStrategy', 'logLevel', 'trace'])

export function ownSettings(): OwnSettings {
    const section = workspace.getConfiguration(SECTION)
    const interpreter = section.get<string>('interpreter', '').trim()
    return {
        interpreter: interpreter ? substituted(interpreter) : undefined,
        importStrategy: section.get<ImportStrategy>('importStrategy', 'useBundled'),
        logLevel: section.get<string>('logLevel', 'info'),
    }
}

/**
 * The server's settings for a folder, `null` where nobody has set one.
 *
 * Defaults are left out on purpose: they would look like a choice, and win over the project's own settings file. So is a
 * text that is empty: that is what somebody has taken back.
 */
export function serverSettings(scope: Uri | undefined): Record<string, unknown> {
    const section = workspace.getConfiguration(SECTION, scope ?? null)
    const keys = Object.keys(section).filter((key) => section.inspect(key) !== undefined && !OWN_KEYS.has(key))
    const value = (key: string) => (isSet(section.inspect(key)) && section.get(key) !== '' ? section.get(key) : null)
    return Object.fromEntries(keys.map((key) => [key, value(key)]))
}

function isSet(inspected: ReturnType<ReturnType<typeof workspace.getConfiguration>['inspect']>): boolean {
    return (
        inspected?.globalValue !== undefined ||
        inspected?.workspaceValue !== undefined ||
        inspected?.workspaceFolderValue !== undefined
    )
}

/** `~`, `${userHome}`, `${workspaceFolder}` and `${env:NAME}`, as people know them from other extensions. */
function substituted(text: string): string {
    const folder = workspace.workspaceFolders?.[0]?.uri.fsPath ?? ''
    return text
        .replace(/^~(?=$|[\\/])/, homedir())
        .replaceAll('${userHome}', homedir())
        .replaceAll('${workspaceFolder}', folder)
        .replace(/\$\{env:(\w+)\}/g, (_, name: string) => process.env[name] ?? '')
}
