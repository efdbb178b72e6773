/** Two folders, each a project of its own. */

const assert = require('node:assert/strict')
const vscode = require('vscode')
const editor = require('./editor.cjs')

const { at, count, open } = editor

describe('two folders', () => {
    before(async () => {
        await open('main.py')
        await editor.activated()
    })

    it('are each checked with their own modules', async () => {
        assert.match((await count(at('main.py', 0), 1))[0], /beta_only/)
        assert.match((await count(at('main.py', 1), 1))[0], /alpha_only/)
    })

    it('have their own settings', async () => {
        const [, beta] = vscode.workspace.workspaceFolders
        const target = vscode.ConfigurationTarget.WorkspaceFolder
        await editor.set('rules', { 'unresolved-import': 'off' }, target, beta.uri)
        await count(at('main.py', 1), 0)
        await count(at('main.py', 0), 1)
        await editor.set('rules', undefined, target, beta.uri)
        await count(at('main.py', 1), 1)
    })

    it('may come and go', async () => {
        const [, beta] = vscode.workspace.workspaceFolders
        vscode.workspace.updateWorkspaceFolders(1, 1)
        await count(vscode.Uri.joinPath(beta.uri, 'main.py'), 0)
        vscode.workspace.updateWorkspaceFolders(1, 0, { uri: beta.uri })
        await count(vscode.Uri.joinPath(beta.uri, 'main.py'), 1)
    })
})
