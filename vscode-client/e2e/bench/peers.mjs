/** The language servers that are measured, and how each is told to look at imports alone, in the whole workspace. */

import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, isAbsolute, join } from 'node:path'
import { HERE, PYTHON } from '../host.mjs'

const CLIENT = dirname(HERE)
const MANIFEST = JSON.parse(readFileSync(join(CLIENT, 'package.json'), 'utf8'))

/** importwise in its own extension; the others, where they are installed, in a trivial one. */
export function peers() {
    const found = [{ name: 'importwise', vsix: join(CLIENT, 'importwise.vsix'), version: MANIFEST.version }]
    const ty = program('ty')
    if (ty) {
        found.push({
            name: 'ty',
            version: output(ty, '--version').split(' ')[1],
            settings: {
                'trivialClient.command': [ty, 'server'],
                'trivialClient.options': { diagnosticMode: 'workspace' },
                'ty.diagnosticMode': 'workspace',
            },
            files: { 'ty.toml': '[rules]\nall = "ignore"\nunresolved-import = "error"\n' },
        })
    }
    const pyright = program('pyright-langserver')
    if (pyright) {
        found.push({
            name: 'pyright',
            version: output(join(dirname(pyright), 'pyright'), '--version')
                .split(' ')
                .at(-1),
            settings: {
                'trivialClient.command': [pyright, '--stdio'],
                'python.pythonPath': PYTHON,
                'python.analysis.diagnosticMode': 'workspace',
            },
            files: { 'pyrightconfig.json': JSON.stringify({ typeCheckingMode: 'off', reportMissingImports: 'error' }) },
        })
    }
    return found
}

/** The trivial extension as a package that VS Code installs, made in a folder. */
export function trivialClient(scratch) {
    const folder = join(scratch, 'trivial-client')
    cpSync(join(HERE, 'bench/client'), folder, { recursive: true })
    writeFileSync(join(folder, 'README.md'), 'Only to measure with.\n')
    const local = join(CLIENT, 'node_modules/.bin')
    const bundle = ['--bundle', '--platform=node', '--format=cjs', '--external:vscode', '--log-level=warning']
    execFileSync(join(local, 'esbuild'), [
        join(HERE, 'bench/client/extension.cjs'),
        ...bundle,
        `--outfile=${folder}/extension.js`,
    ])
    const vsix = join(folder, 'trivial-client.vsix')
    const words = ['package', '--no-dependencies', '--allow-missing-repository', '--skip-license', '--out', vsix]
    execFileSync(join(local, 'vsce'), words, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] })
    return vsix
}

function program(name) {
    const folders = (process.env.PATH ?? '').split(delimiter).filter(isAbsolute)
    return folders.map((folder) => join(folder, name)).find(existsSync)
}

function output(command, ...words) {
    return execFileSync(command, words, { encoding: 'utf8' }).trim()
}
