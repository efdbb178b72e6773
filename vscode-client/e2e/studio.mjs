/** Where the pictures of the documentation are taken: a VS Code that shows nothing of the machine, and little of itself. */

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { HERE, installExtension, startVSCode } from './host.mjs'

const PLAIN = {
    'editor.minimap.enabled': false,
    'editor.scrollbar.vertical': 'hidden',
    'workbench.layoutControl.enabled': false,
}

/** The environment lies in the workspace: what the pictures tell of it is the same everywhere. */
const ENVIRONMENT = {
    '.venv/pyvenv.cfg': 'home = /usr/bin\nversion = 3.11.2\ninclude-system-site-packages = false\n',
    '.venv/lib/python3.11/site-packages/README.txt': '',
}

/** Start VS Code with the packaged extension, for pictures that go to `artefacts/NAME`, and let ``action`` take them. */
export async function picturesOf(name, options, action) {
    const artefacts = join(HERE, 'artefacts', name)
    rmSync(artefacts, { recursive: true, force: true })
    mkdirSync(artefacts, { recursive: true })
    const extensions = mkdtempSync(join(tmpdir(), 'importwise-extensions-'))
    installExtension(join(dirname(HERE), 'importwise.vsix'), extensions)
    const vscode = await startVSCode({
        ...options,
        extensions,
        artefacts,
        folderName: 'corner-shop',
        files: { ...options.files, ...ENVIRONMENT },
        user: { ...PLAIN, 'files.exclude': { '.venv': true }, ...options.user },
    })
    try {
        await action({ ...vscode, artefacts })
    } catch (error) {
        await vscode.screenshot('failed')
        throw error
    } finally {
        await vscode.stop()
        rmSync(extensions, { recursive: true, force: true })
    }
}
