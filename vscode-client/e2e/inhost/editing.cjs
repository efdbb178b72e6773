/** One trusted folder: everything that a person does with the server in the course of a day. */

const assert = require('node:assert/strict')
const { readFileSync } = require('node:fs')
const vscode = require('vscode')
const editor = require('./editor.cjs')

const { at, count, found, open, until } = editor

describe('importwise in VS Code', () => {
    let till
    let files

    before(async () => {
        files = editor.snapshot()
        till = await open('shop/till.py')
        await editor.activated()
    })

    beforeEach(() => editor.restore(files))

    it('shows what is broken in the open file, at the exact name', async () => {
        await count(till.uri, 1)
        const [diagnostic] = vscode.languages.getDiagnostics(till.uri)
        assert.equal(till.getText(diagnostic.range), 'shop.taxes')
        assert.equal(diagnostic.severity, vscode.DiagnosticSeverity.Error)
        assert.equal(diagnostic.code.value ?? diagnostic.code, 'unresolved-import')
    })

    it('shows what is broken in files that nobody has opened', async () => {
        const [finding] = await count(at('shop/invoice.py'), 1)
        assert.match(finding, /^1:29 unresolved-name .*Coupon/)
    })

    it('follows typing', async () => {
        await editor.replace(till, 'import json', 'import jsn')
        await found(till.uri, (list) => list.some((finding) => finding.includes('jsn')), 'a finding of jsn')
        await editor.replace(till, 'import jsn', 'import json')
        await count(till.uri, 1)
    })

    it('knows a buffer that is not saved yet, for its importers too', async () => {
        const cart = await open('shop/cart.py')
        await editor.replace(cart, 'Voucher', 'Coupon')
        await count(at('shop/invoice.py'), 0)
        await cart.save()
        await count(at('shop/invoice.py'), 0)
        await editor.replace(cart, 'Coupon', 'Voucher')
        await cart.save()
        await count(at('shop/invoice.py'), 1)
    })

    it('follows the disk: a module appears, and goes', async () => {
        editor.write(at('shop/taxes.py'), 'RATE = 0.2\n')
        await count(till.uri, 0)
        editor.remove(at('shop/taxes.py'))
        await count(till.uri, 1)
    })

    it('follows the disk: a whole package goes, and comes back', async () => {
        const report = at('shop/report.py')
        await count(report, 0)
        editor.remove(at('shop/pricing'))
        await count(report, 1)
        editor.write(at('shop/pricing/__init__.py'), '')
        editor.write(at('shop/pricing/taxes.py'), 'RATE = 0.2\n')
        await count(report, 0)
    })

    it('offers a quick fix, applies it, and what is saved is right', async () => {
        await count(till.uri, 1)
        const [diagnostic] = vscode.languages.getDiagnostics(till.uri)
        const fixes = await editor.quickFixes(till.uri, diagnostic.range)
        const fix = fixes.find((action) => action.edit && JSON.stringify(action.edit).includes('shop.pricing.taxes'))
        assert.ok(fix, fixes.map((action) => action.title).join('; '))
        assert.ok(fix.isPreferred)
        assert.ok(await vscode.workspace.applyEdit(fix.edit))
        await count(till.uri, 0)
        await till.save()
        assert.match(readFileSync(till.uri.fsPath, 'utf8'), /^from shop\.pricing\.taxes import RATE$/m)
        await editor.replace(till, 'shop.pricing.taxes', 'shop.taxes')
        await till.save()
        await count(till.uri, 1)
    })

    it('shows the page of a rule rendered, and takes it for no project', async () => {
        const [{ code }] = vscode.languages.getDiagnostics(till.uri)
        assert.match(code.target.path, /bundled\/libs\/importwise\/checks\/pages\/unresolved-import\.md$/)
        await vscode.commands.executeCommand('vscode.open', code.target)
        const shown = () => vscode.window.tabGroups.activeTabGroup.activeTab?.input
        await until(() => shown()?.uri?.path === code.target.path, 'the page')
        assert.equal(shown().viewType, 'vscode.markdown.preview.editor')
        const projects = (await editor.debugInformation()).match(/^#+ .*\/.*$/gm)
        assert.equal(projects.length, 1, projects.join('; '))
        await vscode.commands.executeCommand('workbench.action.closeActiveEditor')
        await vscode.window.showTextDocument(till)
    })

    it('says on hover what an import is', async () => {
        const place = editor.position(till, 'shop.cart', 6)
        const hovers = await vscode.commands.executeCommand('vscode.executeHoverProvider', till.uri, place)
        const text = hovers.flatMap((hover) => hover.contents.map((content) => content.value ?? content)).join('\n')
        assert.match(text, /shop\.cart/)
        assert.match(text, /cart\.py/)
    })

    it('leads to the definition of a module and of a name', async () => {
        const go = (text, offset) =>
            vscode.commands.executeCommand(
                'vscode.executeDefinitionProvider',
                till.uri,
                editor.position(till, text, offset),
            )
        const target = (location) => [(location.targetUri ?? location.uri).path, location.targetRange ?? location.range]
        const [path] = target((await go('shop.cart', 6))[0])
        assert.match(path, /shop\/cart\.py$/)
        const [, range] = target((await go('import Cart', 8))[0])
        assert.equal(range.start.line, 0)
    })

    it('completes modules and names', async () => {
        const scratch = await vscode.workspace.openTextDocument({ language: 'python', content: '' })
        await vscode.window.showTextDocument(scratch)
        const complete = async (text) => {
            await editor.replace(scratch, scratch.getText(), text)
            const place = scratch.positionAt(text.length)
            const list = await vscode.commands.executeCommand(
                'vscode.executeCompletionItemProvider',
                scratch.uri,
                place,
            )
            return list.items.map((item) => `${vscode.CompletionItemKind[item.kind]} ${item.label.label ?? item.label}`)
        }
        await until(async () => (await complete('import shop.')).includes('Module cart'), 'the module cart')
        assert.ok((await complete('from shop.cart import ')).includes('Class Voucher'))
        await editor.discard(scratch)
    })

    it('checks a document that has never been saved', async () => {
        const scratch = await vscode.workspace.openTextDocument({
            language: 'python',
            content: 'import shop.nothing\n',
        })
        await vscode.window.showTextDocument(scratch)
        const [finding] = await count(scratch.uri, 1)
        assert.match(finding, /shop\.nothing/)
        await editor.discard(scratch)
    })

    it('checks the cells of a notebook', async () => {
        const cell = (source) => ({ cell_type: 'code', metadata: {}, execution_count: null, outputs: [], source })
        const metadata = { language_info: { name: 'python' } }
        const cells = [cell(['%matplotlib inline\n', 'import shop.cart']), cell(['from shop import nowhere\n'])]
        editor.write(at('book.ipynb'), JSON.stringify({ cells, metadata, nbformat: 4, nbformat_minor: 5 }))
        await vscode.commands.executeCommand('vscode.openWith', at('book.ipynb'), 'jupyter-notebook')
        const notebook = await until(() => vscode.window.activeNotebookEditor?.notebook, 'the notebook')
        const [first, second] = notebook.getCells().map((one) => one.document)
        const [finding] = await count(second.uri, 1)
        assert.match(finding, /^1:18 unresolved-name .*nowhere/)
        assert.deepEqual(editor.findings(first.uri), [])
        await vscode.commands.executeCommand('workbench.action.closeActiveEditor')
        // What is wrong in the file is said of the file.
        await count(second.uri, 0)
        await count(at('book.ipynb'), 1)
        editor.remove(at('book.ipynb'))
        await count(at('book.ipynb'), 0)
    })

    it('obeys a change of the settings, in the editor and in the file', async () => {
        await editor.set('rules', { 'unresolved-import': 'off' })
        await count(till.uri, 0)
        await editor.set('rules', undefined)
        await count(till.uri, 1)
        const project = readFileSync(at('pyproject.toml').fsPath, 'utf8')
        editor.write(at('pyproject.toml'), `${project}\n[tool.importwise.rules]\nunresolved-import = "off"\n`)
        await count(till.uri, 0)
        editor.write(at('pyproject.toml'), project)
        await count(till.uri, 1)
    })

    it('says nothing of what was closed, if it shall speak of open files only', async () => {
        const invoice = at('shop/invoice.py')
        await count(invoice, 1)
        await editor.set('diagnosticMode', 'open-files')
        await count(invoice, 0)
        await vscode.commands.executeCommand('vscode.open', invoice)
        await count(invoice, 1)
        await vscode.commands.executeCommand('workbench.action.closeActiveEditor')
        await count(invoice, 0)
        await count(till.uri, 1)
        await editor.set('diagnosticMode', undefined)
        await count(invoice, 1)
    })

    it('says nothing of a file outside of the folder that was closed', async () => {
        const outside = vscode.Uri.joinPath(at(''), '../elsewhere/outside.py')
        editor.write(outside, 'import nowhere\n')
        await vscode.commands.executeCommand('vscode.open', outside)
        await count(outside, 1)
        await vscode.commands.executeCommand('workbench.action.closeActiveEditor')
        await count(outside, 0)
    })

    it('says what is wrong with its own settings file', async () => {
        const project = readFileSync(at('pyproject.toml').fsPath, 'utf8')
        editor.write(at('pyproject.toml'), `${project}\n[tool.importwise]\nrouts = []\n`)
        const [finding] = await count(at('pyproject.toml'), 1)
        assert.match(finding, /invalid-configuration .*routs/)
        editor.write(at('pyproject.toml'), project)
        await count(at('pyproject.toml'), 0)
    })

    it('explains an import as a document', async () => {
        await vscode.window.showTextDocument(till)
        // On the keyword: no need to aim.
        const place = editor.position(till, 'from shop.taxes')
        vscode.window.activeTextEditor.selection = new vscode.Selection(place, place)
        const text = await vscode.commands.executeCommand('importwise.explainThisImport')
        assert.match(text, /^# The search for `shop\.taxes`/)
        // The workspace lies in the user's home.
        assert.match(text, /`~\/workspace`/)
        await until(() => editor.tabs().includes('Preview Why.md'), 'the document')
    })

    it('gathers what a bug report needs', async () => {
        const text = await editor.debugInformation()
        assert.match(text, /\*\*used\*\*: `.*python.*`, Python 3\.\d+\.\d+: .*on PATH/)
        assert.match(text, /Server: running/)
        assert.ok(text.includes(vscode.version))
        await until(() => editor.tabs().includes('Preview Debug Information.md'), 'the document')
    })

    it('checks the workspace on demand', async () => {
        await vscode.commands.executeCommand('importwise.checkWorkspaceNow')
        await count(till.uri, 1)
        await count(at('shop/invoice.py'), 1)
    })

    it('restarts, and finds the same', async () => {
        await vscode.commands.executeCommand('importwise.restart')
        await count(till.uri, 1)
        await count(at('shop/invoice.py'), 1)
    })
})
