/** The environment that is checked is the one selected in the Python extension: `fakes/` play its part. */

const assert = require('node:assert/strict')
const vscode = require('vscode')
const editor = require('./editor.cjs')

const { at, count, open } = editor

describe('the selected environment', () => {
    let main

    before(async () => {
        main = await open('main.py')
        await editor.activated()
    })

    it('is checked', async () => {
        await vscode.commands.executeCommand('fake.select', at('environments/empty/bin/python').fsPath)
        const [finding] = await count(main.uri, 1)
        assert.match(finding, /orjson/)
    })

    it('is checked anew without a restart when another one is selected', async () => {
        const before = editor.serverProcess().id
        await vscode.commands.executeCommand('fake.select', at('environments/full/bin/python').fsPath)
        await count(main.uri, 0)
        await vscode.commands.executeCommand('fake.select', at('environments/empty/bin/python').fsPath)
        await count(main.uri, 1)
        assert.equal(editor.serverProcess().id, before)
    })

    it('gives way to the setting', async () => {
        await editor.set('python', at('environments/full').fsPath)
        await count(main.uri, 0)
        await editor.set('python', undefined)
        await count(main.uri, 1)
    })

    it('need not be able to run the server', async () => {
        // The Pythons in those environments are not programs at all: another one runs the server, and it says so.
        const text = await editor.debugInformation()
        assert.match(text, /environments\/empty\/bin\/python`, selected in the Python (Environments )?extension/)
        assert.match(text, /\*\*used\*\*: `.*python.*`.*on PATH/)
    })
})
