/** Documents that exist in the editor alone: the search for a module, the debug information. */

import { homedir } from 'node:os'
import { commands, type Disposable, EventEmitter, Uri, ViewColumn, window, workspace } from 'vscode'

const SCHEME = 'importwise'

export class Documents implements Disposable {
    /** The last text of each name: a preview asks for it again when it comes back into view. */
    private readonly texts = new Map<string, string>()
    private readonly changed = new EventEmitter<Uri>()
    private readonly registrations: Disposable[]

    constructor() {
        const provider = {
            onDidChange: this.changed.event,
            provideTextDocumentContent: (uri: Uri) => this.texts.get(uri.toString()) ?? '',
        }
        this.registrations = [workspace.registerTextDocumentContentProvider(SCHEME, provider), this.changed]
    }

    /** Show ``markdown`` as a read-only document of that name, rendered, beside what is being edited. */
    async show(name: string, markdown: string): Promise<void> {
        const uri = Uri.from({ scheme: SCHEME, path: `/${name}.md` })
        this.texts.set(uri.toString(), markdown)
        this.changed.fire(uri)
        try {
            await commands.executeCommand('markdown.showPreviewToSide', uri)
        } catch {
            // Somebody has switched off the built-in extension that renders Markdown.
            await window.showTextDocument(uri, { viewColumn: ViewColumn.Beside, preserveFocus: true })
        }
    }

    dispose(): void {
        for (const registration of this.registrations) {
            registration.dispose()
        }
    }
}

/** The text with the user's home directory written `~`: shorter to read, and fit to be shown to others. */
export function withoutHome(text: string): string {
    const home = homedir()
    // In a container it may be the root of everything.
    if (home.length <= 1) {
        return text
    }
    // Not the beginning of another name: of /home/ada2, say.
    const pieces = text.split(home)
    return pieces.reduce((before, after) => before + (/^[\w.-]/.test(after) ? home : '~') + after)
}
