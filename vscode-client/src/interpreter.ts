/** Which Python runs the server: candidates in order, each asked for its version before it is used. */

import { type ExecFileException, execFile } from 'node:child_process'
import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { delimiter, isAbsolute, join } from 'node:path'
import { workspace } from 'vscode'
import type { SelectedEnvironments } from './selectedEnvironments'
import type { ImportStrategy, OwnSettings } from './settings'

/** A Python that could run the server. */
export interface Candidate {
    readonly command: string
    readonly arguments: readonly string[]
    /** Where it comes from, in words: "the setting importwise.interpreter". */
    readonly origin: string
}

/** A Python that can run the server. */
export interface Interpreter {
    /** The absolute path of the program itself, whatever shim or launcher led there. */
    readonly executable: string
    readonly version: string
    /** Version of importwise that is installed beside it, if any, and if the strategy asks for it. */
    readonly importwise: string | undefined
    readonly origin: string
}

/** A candidate that was asked, and what came of it. */
export interface Attempt {
    readonly candidate: Candidate
    readonly result: Interpreter | Refusal
}

export interface Refusal {
    readonly trouble: 'missing' | 'too old' | 'broken'
    readonly message: string
}

/** The Python to use, if there is one, and all that were asked, in order. */
export interface Choice {
    readonly interpreter: Interpreter | undefined
    readonly attempts: readonly Attempt[]
}

const OLDEST = [3, 10] as const
const PROBE_TIMEOUT_MS = 10_000
const ON_WINDOWS = process.platform === 'win32'
const NAMES = ON_WINDOWS
    ? ['python.exe', 'python3.exe', 'py.exe']
    : ['python3', 'python', 'python3.15', 'python3.14', 'python3.13', 'python3.12', 'python3.11', 'python3.10']

/**
 * The first candidate that can run the server.
 *
 * With the strategy `fromEnvironment`, one that has importwise installed goes before those that have not.
 */
export async function choose(
    settings: OwnSettings,
    environments: SelectedEnvironments,
    launcher: string,
): Promise<Choice> {
    const attempts: Attempt[] = []
    const wanted = (interpreter: Interpreter) =>
        settings.importStrategy === 'useBundled' || interpreter.importwise !== undefined
    for await (const candidate of candidates(settings, environments)) {
        const result = await probe(candidate, settings.importStrategy, launcher)
        attempts.push({ candidate, result })
        if ('executable' in result && wanted(result)) {
            return { interpreter: result, attempts }
        }
    }
    const able = attempts.map((attempt) => attempt.result).find((result) => 'executable' in result)
    return { interpreter: able, attempts }
}

/** In order, lazily: to ask the Python extensions takes time, and mostly the first will do. */
async function* candidates(settings: OwnSettings, environments: SelectedEnvironments): AsyncGenerator<Candidate> {
    if (settings.interpreter) {
        const origin = 'the setting importwise.interpreter'
        const paths = isAbsolute(settings.interpreter) ? [settings.interpreter] : await onPath(settings.interpreter)
        yield { command: paths[0] ?? settings.interpreter, arguments: [], origin }
    }
    // What lies in a folder, or was selected for it, may be a program that came with the folder.
    if (workspace.isTrusted) {
        const folders = workspace.workspaceFolders?.map((folder) => folder.uri) ?? []
        for (const folder of folders.length ? folders : [undefined]) {
            const selection = await environments.selection(folder)
            if (selection) {
                yield { command: selection.path, arguments: [], origin: selection.origin }
            }
        }
        for (const folder of folders.filter((uri) => uri.scheme === 'file')) {
            for (const name of ['.venv', 'venv']) {
                const program = ON_WINDOWS ? join('Scripts', 'python.exe') : join('bin', 'python')
                const path = join(folder.fsPath, name, program)
                if (await isProgram(path)) {
                    yield { command: path, arguments: [], origin: `${name} in the folder` }
                }
            }
        }
    }
    for (const name of NAMES) {
        for (const path of await onPath(name)) {
            yield { command: path, arguments: name === 'py.exe' ? ['-3'] : [], origin: `${name} on PATH` }
        }
    }
}

/** All programs of that name; relative entries of PATH are left out: they would lead into the workspace. */
async function onPath(name: string): Promise<string[]> {
    const folders = (process.env['PATH'] ?? '').split(delimiter).filter(isAbsolute)
    const paths = [...new Set(folders)].map((folder) => join(folder, name))
    const found = await Promise.all(paths.map(isProgram))
    return paths.filter((_, index) => found[index])
}

async function isProgram(path: string): Promise<boolean> {
    return access(path, constants.X_OK).then(
        () => true,
        () => false,
    )
}

async function probe(candidate: Candidate, strategy: ImportStrategy, launcher: string): Promise<Interpreter | Refusal> {
    // Every Python understands these: neither variables nor the user's own packages have a say, nor, unless one of them may
    // be wanted, what is installed.
    const isolation = strategy === 'useBundled' ? ['-E', '-s', '-S'] : ['-E', '-s']
    const words = [...candidate.arguments, ...isolation, launcher, '--probe']
    const { output, error } = await run(candidate.command, words)
    if (error) {
        const missing = error.code === 'ENOENT' || error.code === 'EACCES'
        return missing
            ? { trouble: 'missing', message: 'there is no such program' }
            : { trouble: 'broken', message: error.message.trim() }
    }
    const answer = parsed(output)
    if (!answer) {
        return { trouble: 'broken', message: 'it does not answer like a Python' }
    }
    const [major = 0, minor = 0] = answer.version.split('.').map(Number)
    if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
        return { trouble: 'too old', message: `it is Python ${answer.version}` }
    }
    return {
        executable: answer.executable,
        version: answer.version,
        importwise: answer.importwise ?? undefined,
        origin: candidate.origin,
    }
}

interface ProbeAnswer {
    readonly executable: string
    readonly version: string
    readonly importwise: string | null
}

function parsed(output: string): ProbeAnswer | undefined {
    try {
        const answer = JSON.parse(output) as Partial<ProbeAnswer>
        return answer.executable && answer.version ? (answer as ProbeAnswer) : undefined
    } catch {
        return undefined
    }
}

function run(command: string, words: readonly string[]): Promise<{ output: string; error: ExecFileException | null }> {
    return new Promise((resolve) => {
        const options = { timeout: PROBE_TIMEOUT_MS, windowsHide: true }
        execFile(command, words, options, (error, output) => resolve({ output, error }))
    })
}
