/**
 * The Python environment that the user has selected for a folder, as far as a Python extension tells.
 *
 * Two extensions may know: `ms-python.vscode-python-envs`, else `ms-python.python`. Neither is needed, either may be
 * installed later, and both take their time to start.
 */

import { type Disposable, type Event, EventEmitter, extensions, type Uri } from 'vscode'

/** The part of the API of `ms-python.vscode-python-envs` that is used here. */
interface EnvironmentsApi {
    getEnvironment(scope: Uri | undefined): Promise<EnvironmentOfApi | undefined>
    readonly onDidChangeEnvironment: Event<unknown>
}

interface EnvironmentOfApi {
    readonly environmentPath: Uri
    readonly execInfo?: { readonly run: { readonly executable: string } }
}

/** The part of the API of `ms-python.python` that is used here. */
interface PythonApi {
    readonly environments: {
        getActiveEnvironmentPath(resource?: Uri): { readonly path: string }
        resolveEnvironment(environment: {
            readonly path: string
        }): Promise<{ readonly executable: { readonly uri: Uri | undefined } } | undefined>
        readonly onDidChangeActiveEnvironmentPath: Event<unknown>
    }
}

/** A Python, and who says so. */
export interface Selection {
    readonly path: string
    readonly origin: string
}

const ENVIRONMENTS = 'ms-python.vscode-python-envs'
const PYTHON = 'ms-python.python'
const PATIENCE_MS = 5000

export class SelectedEnvironments implements Disposable {
    private readonly changed = new EventEmitter<void>()
    private readonly listeners = new Map<string, Disposable>()
    private readonly installed: Disposable

    /** Something may have changed: compare before acting, the extensions tell more often than needed. */
    readonly onDidChange = this.changed.event

    constructor() {
        this.installed = extensions.onDidChange(() => this.changed.fire())
    }

    /** The Python selected for ``scope``, or undefined if no extension knows one. */
    async selection(scope: Uri | undefined): Promise<Selection | undefined> {
        const asked = [this.fromEnvironments(scope), this.fromPython(scope)].map((question) =>
            // An extension that fails is like one that isn't there; one that takes long is heard when it has started.
            withPatience(
                question.catch(() => undefined),
                () => this.changed.fire(),
            ),
        )
        for (const question of asked) {
            const path = await question
            if (path) {
                return path
            }
        }
        return undefined
    }

    dispose(): void {
        this.installed.dispose()
        for (const listener of this.listeners.values()) {
            listener.dispose()
        }
        this.changed.dispose()
    }

    private async fromEnvironments(scope: Uri | undefined): Promise<Selection | undefined> {
        // Its exports are undefined while `python.useEnvironmentsExtension` is off.
        const api = await exportsOf<EnvironmentsApi>(ENVIRONMENTS)
        if (!api?.getEnvironment) {
            return undefined
        }
        this.listen(ENVIRONMENTS, api.onDidChangeEnvironment)
        const environment = await api.getEnvironment(scope)
        const path = environment?.execInfo?.run.executable ?? environment?.environmentPath.fsPath
        return path ? { path, origin: 'selected in the Python Environments extension' } : undefined
    }

    private async fromPython(scope: Uri | undefined): Promise<Selection | undefined> {
        const api = await exportsOf<PythonApi>(PYTHON)
        if (!api?.environments) {
            return undefined
        }
        this.listen(PYTHON, api.environments.onDidChangeActiveEnvironmentPath)
        const active = api.environments.getActiveEnvironmentPath(scope)
        const path = (await api.environments.resolveEnvironment(active))?.executable.uri?.fsPath
        return path ? { path, origin: 'selected in the Python extension' } : undefined
    }

    private listen(extension: string, event: Event<unknown>): void {
        if (!this.listeners.has(extension)) {
            this.listeners.set(
                extension,
                event(() => this.changed.fire()),
            )
        }
    }
}

async function exportsOf<Api>(id: string): Promise<(Partial<Api> & Api) | undefined> {
    return extensions.getExtension<Api>(id)?.activate()
}

/** The answer, or undefined if it takes too long; then ``late`` is called when it comes. */
function withPatience<T>(question: Promise<T | undefined>, late: () => void): Promise<T | undefined> {
    return new Promise((resolve) => {
        let waiting = true
        const timer = setTimeout(() => {
            waiting = false
            resolve(undefined)
        }, PATIENCE_MS)
        void question.then((answer) => {
            clearTimeout(timer)
            resolve(answer)
            if (!waiting && answer !== undefined) {
                late()
            }
        })
    })
}
