/** What the suites do in the editor. Nothing here waits for a time; everything waits for what it expects. */

const { execFileSync } = require('node:child_process')
const { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } = require('node:fs')
const { dirname, join } = require('node:path')
const vscode = require('vscode')

/** What has not come after so long is missing; a busy machine takes its time. */
const PATIENCE_MS = 60_000

/** Where a file of the workspace is. */
function at(path, folder = 0) {
    return vscode.Uri.joinPath(vscode.workspace.workspaceFolders[folder].uri, path)
}

async function open(path, folder = 0) {
    const document = await vscode.workspace.openTextDocument(at(path, folder))
    await vscode.window.showTextDocument(document, { preview: false })
    return document
}

/** Close the document that is being edited, unsaved, and wait until it is gone: the next untitled one may get its address. */
async function discard(document) {
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor')
    await until(() => document.isClosed, `the end of ${document.uri}`)
}

async function activated() {
    const extension = vscode.extensions.getExtension('importwise.importwise')
    await extension.activate()
    return extension
}

/** What importwise says of a file: `line:column code message`, lines and columns from 1. */
function findings(uri) {
    return vscode.languages
        .getDiagnostics(uri)
        .filter((diagnostic) => diagnostic.source === 'importwise')
        .map((diagnostic) => {
            const { line, character } = diagnostic.range.start
            return `${line + 1}:${character + 1} ${codeOf(diagnostic)} ${diagnostic.message}`
        })
        .sort()
}

function codeOf(diagnostic) {
    return typeof diagnostic.code === 'object' ? diagnostic.code.value : diagnostic.code
}

/** Wait until ``expected`` (a test of the list of findings) holds for a file. */
function found(uri, expected, what) {
    return new Promise((resolve, reject) => {
        const look = () => {
            if (expected(findings(uri))) {
                clearTimeout(timer)
                listener.dispose()
                resolve(findings(uri))
            }
        }
        const listener = vscode.languages.onDidChangeDiagnostics(look)
        const timer = setTimeout(() => {
            listener.dispose()
            reject(new Error(`${what ?? 'findings'} of ${uri.path}: still ${JSON.stringify(findings(uri))}`))
        }, PATIENCE_MS)
        look()
    })
}

/** Wait until a file has exactly so many findings. */
function count(uri, number) {
    return found(uri, (list) => list.length === number, `${number} findings`)
}

/** Wait until ``question`` has an answer that is neither undefined nor false. */
async function until(question, what) {
    const end = Date.now() + PATIENCE_MS
    for (;;) {
        const answer = await question()
        if (answer) {
            return answer
        }
        if (Date.now() > end) {
            throw new Error(`waited in vain: ${what}`)
        }
        await new Promise((resolve) => setTimeout(resolve, 50))
    }
}

async function replace(document, before, after) {
    const start = document.getText().indexOf(before)
    const range = new vscode.Range(document.positionAt(start), document.positionAt(start + before.length))
    const edit = new vscode.WorkspaceEdit()
    edit.replace(document.uri, range, after)
    await vscode.workspace.applyEdit(edit)
}

/** Where ``text`` starts in a document, ``offset`` characters further. */
function position(document, text, offset = 0) {
    return document.positionAt(document.getText().indexOf(text) + offset)
}

/** As another program would: the editor knows nothing of it. */
function write(uri, text) {
    mkdirSync(dirname(uri.fsPath), { recursive: true })
    writeFileSync(uri.fsPath, text)
}

function remove(uri) {
    rmSync(uri.fsPath, { recursive: true, force: true })
}

/** The texts of all files of the first folder, by path. */
function snapshot() {
    const root = at('').fsPath
    const names = readdirSync(root, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
    return new Map(names.map((name) => [name, readFileSync(name, 'utf8')]))
}

/** Make the folder and the open documents what they were: a test that fails shall not fail the next ones. */
async function restore(files) {
    for (const document of vscode.workspace.textDocuments) {
        const text = files.get(document.uri.fsPath)
        if (text !== undefined && document.getText() !== text) {
            await replace(document, document.getText(), text)
            await document.save()
        }
    }
    const now = snapshot()
    for (const name of now.keys()) {
        if (!files.has(name)) {
            rmSync(name)
        }
    }
    for (const [name, text] of files) {
        if (now.get(name) !== text) {
            write(vscode.Uri.file(name), text)
        }
    }
}

/** What stands on the tabs. */
function tabs() {
    return vscode.window.tabGroups.all.flatMap((group) => group.tabs.map((tab) => tab.label))
}

async function quickFixes(uri, range) {
    return vscode.commands.executeCommand('vscode.executeCodeActionProvider', uri, range, 'quickfix', 10)
}

/** The text that the command Show Debug Information shows. */
function debugInformation() {
    return vscode.commands.executeCommand('importwise.showDebugInformation')
}

/** The process that runs the server, as the operating system has it: `{ id, words }`, or undefined. */
function serverProcess() {
    const lines = execFileSync('ps', ['-ww', '-o', 'pid=,stat=,args=', '--ppid', String(process.pid)], {
        encoding: 'utf8',
    })
    const line = lines.split('\n').find((text) => /launch\.py \w+ server/.test(text) && !/^\s*\d+\s+Z/.test(text))
    const [, id, words] = line?.match(/^\s*(\d+)\s+\S+\s+(.*)$/) ?? []
    return id && { id: Number(id), words }
}

function set(key, value, target = vscode.ConfigurationTarget.Workspace, scope = undefined) {
    return vscode.workspace.getConfiguration('importwise', scope).update(key, value, target)
}

module.exports = {
    activated,
    at,
    count,
    debugInformation,
    discard,
    findings,
    found,
    open,
    position,
    quickFixes,
    remove,
    replace,
    restore,
    serverProcess,
    set,
    snapshot,
    tabs,
    until,
    write,
}
