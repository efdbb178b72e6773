/** Which Python and which importwise run the server, and what happens when it dies. */

const assert = require('node:assert/strict')
const vscode = require('vscode')
const editor = require('./editor.cjs')

const { count, open, serverProcess, until } = editor

describe('the server', () => {
    let till

    before(async () => {
        till = await open('shop/till.py')
        await editor.activated()
        await count(till.uri, 1)
    })

    /** Wait until another process than ``old`` runs the server. */
    function anotherThan(old) {
        return until(() => {
            const server = serverProcess()
            return server?.id !== old.id && server
        }, 'another server')
    }

    it('is run by the environment in the folder, with what the extension carries', async () => {
        assert.match(serverProcess().words, /\.venv\/bin\/python3? -I -S .*launch\.py useBundled server/)
        const text = await editor.debugInformation()
        assert.match(text, /\*\*used\*\*: `.*\.venv\/bin\/python3?`, .*: \.venv in the folder/)
    })

    it("is the environment's own if the settings say so", async () => {
        const old = serverProcess()
        await editor.set('importStrategy', 'fromEnvironment')
        assert.match((await anotherThan(old)).words, /launch\.py fromEnvironment server/)
        await count(till.uri, 1)
        assert.match(await editor.debugInformation(), /\.venv\/bin\/python3?`, .*has importwise 99\.0/)
        const new_ = serverProcess()
        await editor.set('importStrategy', undefined)
        await anotherThan(new_)
        await count(till.uri, 1)
    })

    it('is run by the interpreter that the settings name, if that will do', async () => {
        const old = serverProcess()
        await editor.set('interpreter', 'python3')
        assert.doesNotMatch((await anotherThan(old)).words, /\.venv/)
        await count(till.uri, 1)
        const text = await editor.debugInformation()
        assert.match(text, /\*\*used\*\*: .*: the setting importwise\.interpreter/)
        const new_ = serverProcess()
        await editor.set('interpreter', undefined)
        assert.match((await anotherThan(new_)).words, /\.venv/)
        await count(till.uri, 1)
    })

    it('is started again when it dies, but not for ever', async () => {
        for (let death = 1; death <= 3; death += 1) {
            const old = serverProcess()
            process.kill(old.id, 'SIGKILL')
            await anotherThan(old)
            await editor.replace(till, 'import json', 'import jsn')
            await count(till.uri, 2)
            await editor.replace(till, 'import jsn', 'import json')
            await count(till.uri, 1)
        }
        process.kill(serverProcess().id, 'SIGKILL')
        await until(async () => /Server: not running/.test(await editor.debugInformation()), 'the end of restarts')
        assert.equal(serverProcess(), undefined)
    })

    it('comes back when somebody asks for it', async () => {
        await vscode.commands.executeCommand('importwise.restart')
        await count(till.uri, 1)
        assert.ok(serverProcess())
    })
})
