/** What the language status shows: what the server is doing, and how many imports are unresolved. */

import { type Command, type Disposable, type DocumentSelector, LanguageStatusSeverity, languages } from 'vscode'

/** Parameters of the notification `importwise/status`, as far as they are shown. */
export interface ServerStatus {
    readonly state: 'indexing' | 'ready'
    readonly files: number
    /** Findings of the rules about imports: what is underlined, each as one. */
    readonly unresolved: number
    readonly message?: string | null
}

const SHOW_LOGS: Command = { command: 'importwise.showLogs', title: 'Show Logs' }
const RESTART: Command = { command: 'importwise.restart', title: 'Restart Server' }

export class Status implements Disposable {
    private readonly item

    constructor(selector: DocumentSelector) {
        this.item = languages.createLanguageStatusItem('importwise.status', selector)
        this.item.name = 'importwise'
        this.starting()
    }

    starting(): void {
        this.show('importwise: starting', '', LanguageStatusSeverity.Information, SHOW_LOGS)
        this.item.busy = true
    }

    /** What the server says of itself; undefined if it says nothing. */
    report(status: ServerStatus | undefined): void {
        if (!status) {
            this.show('importwise', '', LanguageStatusSeverity.Information, SHOW_LOGS)
            return
        }
        const text = status.unresolved === 0 ? 'No unresolved imports' : counted(status.unresolved, 'unresolved import')
        const indexing = status.state === 'indexing'
        const detail = indexing ? 'importwise, still reading' : `importwise, ${counted(status.files, 'file')}`
        this.show(text, status.message || detail, LanguageStatusSeverity.Information, SHOW_LOGS)
        this.item.busy = indexing
    }

    failed(reason: string): void {
        this.show('importwise is not running', reason, LanguageStatusSeverity.Error, RESTART)
    }

    dispose(): void {
        this.item.dispose()
    }

    private show(text: string, detail: string, severity: LanguageStatusSeverity, command: Command): void {
        this.item.text = text
        this.item.detail = detail
        this.item.severity = severity
        this.item.command = command
        this.item.busy = false
    }
}

function counted(count: number, thing: string): string {
    return `${count.toLocaleString('en')} ${thing}${count === 1 ? '' : 's'}`
}
