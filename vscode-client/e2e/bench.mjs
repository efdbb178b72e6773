/**
 * Measures what a user of VS Code sees of importwise, and of other language servers, on a big tree. For Linux.
 *
 *     npm run bench -- TREE [--windows N] [--only NAME] [--readme]
 *
 * TREE is a folder with torch in it, as `python tests/bench/trees.py torch` fetches it; it is copied first. N windows (4 by
 * default) are opened on it for each server, each in a VS Code of its own, with one file in view, in which one import is
 * broken. In the first, the extension is newly installed and no cache is there. ty and pyright are measured beside importwise
 * if `ty`, `pyright` and `pyright-langserver` are on PATH. `--only` names one server, and may be repeated. `--readme` writes
 * the table into the README. On a busy machine the seconds of CPU tell more than those that pass.
 */

import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { peers, trivialClient } from './bench/peers.mjs'
import { bytes, cpuSeconds, hostAndServers, load } from './bench/processes.mjs'
import { circumstances, table, writeReadme } from './bench/table.mjs'
import { firstSquiggle, keyToSquiggle, notesOf, openWindow } from './bench/window.mjs'
import { HERE, installExtension, startVSCode } from './host.mjs'

const ARTEFACTS = join(HERE, 'artefacts/bench')
const TYPED_IN = 'torch/nn/modules/conv.py'
const BROKEN = 'import importwise_nowhere\nimport os\n'
const KEYS = 30
const BETWEEN_KEYS_MS = 150
const PATIENCE_MS = 300_000
/** A server that is not done after this time is waited for no longer, and in one window alone. */
const TOO_LONG_MS = 600_000
/** The servers have nothing left to do when they have used less than this share of one CPU for so long. */
const IDLE_SHARE = 0.04
const IDLE_MS = 6000

/** One window: opened, looked at until nothing more comes, typed in, and closed. */
async function measure({ peer, tree, extensions, cache }) {
    const artefacts = join(ARTEFACTS, peer.name)
    mkdirSync(artefacts, { recursive: true })
    const environment = { XDG_CACHE_HOME: cache }
    const vscode = await startVSCode({ tree, extensions, artefacts, user: peer.settings, environment })
    try {
        await openWindow(vscode, join(tree, TYPED_IN))
        await firstSquiggle(vscode, PATIENCE_MS)
        const firstCost = cost(vscode)
        const { done, allCost } = await idle(vscode)
        const { text, squiggle, problems } = await notesOf(vscode)
        await vscode.screenshot('complete')
        const last = problems.at(-1)
        const keys = await type(vscode)
        return {
            peer,
            text,
            squiggle,
            firstCost,
            complete: done ? last.when : undefined,
            allCost,
            problems: last.label.match(/\d+/g).map(Number),
            keys,
            load: Number(load()),
        }
    } finally {
        await vscode.stop()
    }
}

function cost(vscode) {
    const { host, servers } = hostAndServers(vscode.process)
    return {
        host: cpuSeconds(host),
        server: cpuSeconds(servers),
        hostMemory: bytes(host),
        serverMemory: bytes(servers),
    }
}

/** Wait until the servers have nothing left to do; whether that came about, and what they and the host had cost by then. */
async function idle(vscode) {
    const end = Date.now() + TOO_LONG_MS
    let allCost = cost(vscode)
    while (Date.now() < end) {
        await vscode.page.waitForTimeout(IDLE_MS)
        const now = cost(vscode)
        if (now.server - allCost.server < (IDLE_SHARE * IDLE_MS) / 1000) {
            return { done: true, allCost }
        }
        allCost = now
    }
    return { done: false, allCost }
}

/** Make the second import wrong and right again, many times; milliseconds from each key to the squiggle that it makes. */
async function type({ page }) {
    await page.locator('.editor-instance .view-line').nth(1).click()
    await page.keyboard.press('End')
    const times = []
    for (let number = 0; number < KEYS; number += 1) {
        times.push(await keyToSquiggle(page, 'x', PATIENCE_MS))
        await page.waitForTimeout(BETWEEN_KEYS_MS)
        await keyToSquiggle(page, 'Backspace', PATIENCE_MS)
        await page.waitForTimeout(BETWEEN_KEYS_MS)
    }
    return times
}

/** A copy of the tree in which one file has a broken import, and what `peer` wants to find there. */
function prepared(source, folder, peer) {
    cpSync(source, folder, { recursive: true })
    const file = join(folder, TYPED_IN)
    writeFileSync(file, BROKEN + readFileSync(file, 'utf8'))
    for (const [name, text] of Object.entries(peer.files ?? {})) {
        writeFileSync(join(folder, name), text)
    }
    return folder
}

/** What `peer` is measured with: its extension, its copy of the tree, its cache. */
function equipped(peer, source, scratch) {
    const extensions = join(scratch, `extensions-${peer.name}`)
    installExtension(peer.vsix ?? trivialClient(scratch), extensions)
    return {
        peer,
        extensions,
        tree: prepared(source, join(scratch, peer.name), peer),
        cache: join(scratch, `cache-${peer.name}`),
    }
}

const { values: options, positionals } = parseArgs({
    allowPositionals: true,
    options: {
        windows: { type: 'string', default: '4' },
        only: { type: 'string', multiple: true },
        readme: { type: 'boolean', default: false },
    },
})
if (positionals.length !== 1 || Number(options.windows) < 2) {
    console.error('usage: npm run bench -- TREE [--windows N, 2 or more] [--only NAME] [--readme]')
    process.exit(2)
}
const source = resolve(positionals[0])
const scratch = mkdtempSync(join(tmpdir(), 'importwise-bench-'))
try {
    execFileSync('npm', ['run', '--silent', 'package'], { cwd: dirname(HERE), stdio: ['ignore', 'ignore', 'inherit'] })
    const wanted = peers().filter(({ name }) => !options.only || options.only.includes(name))
    const sets = wanted.map((peer) => equipped(peer, source, scratch))
    const results = []
    // The servers take turns: what else the machine does concerns all of them.
    for (let number = 0; number < Number(options.windows); number += 1) {
        for (const each of sets.filter(({ peer }) => !results.some((one) => one.peer === peer && !one.complete))) {
            const result = await measure(each)
            console.error(`${each.peer.name}: ${JSON.stringify({ ...result, peer: undefined })}`)
            results.push(result)
        }
    }
    const files = readdirSync(source, { recursive: true }).filter((name) => name.endsWith('.py')).length
    const product = JSON.parse(readFileSync(join(HERE, 'node_modules/code-server/lib/vscode/package.json'), 'utf8'))
    const text = `${circumstances(results, files, product.version)}\n\n${table(results)}`
    console.log(text)
    if (options.readme) {
        writeReadme(text)
    }
} finally {
    rmSync(scratch, { recursive: true, force: true })
}
