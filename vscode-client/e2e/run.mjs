/**
 * Runs the extension's tests in a real VS Code, and prints `N passed, N failed`.
 *
 *     node e2e/run.mjs [WORD ...]     only sessions whose name contains one of the words
 *
 * Before it, `setup.sh`. Pictures and logs are left in `artefacts/`. IMPORTWISE_VSIX names a package that is built already.
 */

import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { HERE, installExtension, startVSCode } from './host.mjs'
import { IN_HOST } from './sessions.mjs'
import { FLOWS } from './ui/flows.mjs'

const CLIENT = dirname(HERE)
const ARTEFACTS = join(HERE, 'artefacts')
const SUITE_MS = 600_000

function packaged() {
    if (process.env.IMPORTWISE_VSIX) {
        return process.env.IMPORTWISE_VSIX
    }
    execFileSync('npm', ['run', '--silent', 'package'], { cwd: CLIENT, stdio: ['ignore', 'ignore', 'inherit'] })
    return join(CLIENT, 'importwise.vsix')
}

/** One suite in the extension host: the results of its tests. */
async function runInHost(session, extensions) {
    const artefacts = folderFor(session.name)
    const results = join(artefacts, 'results.jsonl')
    const variables = { IMPORTWISE_SUITE: session.suite ?? session.name, IMPORTWISE_RESULTS: results }
    const vscode = await startVSCode({ ...session, extensions, artefacts, environment: variables, inHost: true })
    try {
        const ended = new Promise((resolve) => vscode.page.exposeFunction('codeAutomationExit', resolve))
        await vscode.page.exposeFunction('codeAutomationLog', () => {})
        const development = [join(HERE, 'inhost'), ...(session.fakes ?? []).map((fake) => join(HERE, 'fakes', fake))]
        await vscode.open([
            ...development.map((folder) => ['extensionDevelopmentPath', vscode.remote(folder)]),
            ['extensionTestsPath', vscode.remote(join(HERE, 'inhost/index.cjs'))],
        ])
        await Promise.race([ended, timeout(SUITE_MS)])
    } finally {
        await vscode.screenshot('end')
        await vscode.stop()
    }
    const lines = existsSync(results) ? readFileSync(results, 'utf8').trim().split('\n').map(JSON.parse) : []
    const tests = lines.filter((line) => line.title)
    return lines.at(-1)?.end ? tests : [...tests, failure(session.name, `the suite did not end in ${SUITE_MS} ms`)]
}

/** What a person does at the screen, step by step: a result for each, up to the first that fails. */
async function runFlow(flow, extensions) {
    const vscode = await startVSCode({ ...flow, extensions, artefacts: folderFor(flow.name) })
    const results = []
    let title = `${flow.name}: the window opens`
    try {
        await vscode.open()
        await vscode.page.locator('.monaco-workbench').waitFor()
        for (const [name, step] of Object.entries(flow.steps)) {
            const start = Date.now()
            title = `${flow.name}: ${inWords(name)}`
            await step(vscode)
            results.push({ title, passed: true, ms: Date.now() - start })
        }
        return results
    } catch (error) {
        await vscode.screenshot('failed')
        return [...results, failure(title, error.stack)]
    } finally {
        await vscode.stop()
    }
}

/** "a module moves" for `aModuleMoves`. */
function inWords(name) {
    return name.replaceAll(/(?=[A-Z])/g, ' ').toLowerCase()
}

function folderFor(name) {
    const folder = join(ARTEFACTS, name.replaceAll(/\W+/g, '-'))
    rmSync(folder, { recursive: true, force: true })
    mkdirSync(folder, { recursive: true })
    return folder
}

function failure(title, error) {
    return { title, passed: false, error }
}

function timeout(ms) {
    return new Promise((resolve) => setTimeout(resolve, ms).unref())
}

const words = process.argv.slice(2)
const wanted = (session) => words.length === 0 || words.some((word) => session.name.includes(word))
const extensions = mkdtempSync(join(tmpdir(), 'importwise-extensions-'))
const results = []
const report = (tests) => {
    for (const test of tests) {
        console.log(test.passed ? `  ok      ${test.title} (${test.ms} ms)` : `  FAILED  ${test.title}\n${test.error}`)
    }
    results.push(...tests)
}
try {
    installExtension(packaged(), extensions)
    for (const session of IN_HOST.filter(wanted)) {
        report(await runInHost(session, extensions))
    }
    for (const flow of FLOWS.filter(wanted)) {
        report(await runFlow(flow, extensions))
    }
} finally {
    rmSync(extensions, { recursive: true, force: true })
}
const failed = results.filter((test) => !test.passed).length
console.log(`${results.length - failed} passed, ${failed} failed`)
process.exit(failed || results.length === 0 ? 1 : 0)
