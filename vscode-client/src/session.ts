/** Starts the server, keeps it alive within reason, and starts it anew when the cause of a failure is mended. */

import type { Readable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { workspace } from 'vscode'
import type { LanguageClient } from 'vscode-languageclient/node'
import { type Channels, clientOptions, QuietClient, serverOptions } from './client'
import { type Choice, choose, type Interpreter } from './interpreter'
import type { SelectedEnvironments } from './selectedEnvironments'
import { type OwnSettings, ownSettings } from './settings'
import type { ServerStatus, Status } from './status'
import { noInterpreter, refusedSetting, tellNoInterpreter, tellRefusedSetting, tellServerDown } from './trouble'

/** The server may die this often within the time; then it stays down until something is mended or somebody asks. */
const DEATHS_ALLOWED = 3
const DEATHS_WITHIN_MS = 180_000
/** How long to wait for the last words of a server that did not start. */
const LAST_WORDS_MS = 2000
/** A line of the server's log: when, how serious, what. */
const LINE = /^\d{4}-\d\d-\d\d [\d:,]+ (DEBUG|INFO|WARNING|ERROR|CRITICAL) (.*)$/

export class Session {
    private client: LanguageClient | undefined
    private lastChoice: Choice | undefined
    private lastSelections = ''
    private lastRefusal: string | undefined
    private lastWords = ''
    private silence: Promise<void> = Promise.resolve()
    private deaths: number[] = []
    private steps: Promise<void> = Promise.resolve()

    constructor(
        private readonly launcher: string,
        private readonly environments: SelectedEnvironments,
        private readonly channels: Channels,
        private readonly status: Status,
    ) {}

    /** Which Python was chosen when the server was last started, and why. */
    get choice(): Choice | undefined {
        return this.lastChoice
    }

    /** The client of the running server, or undefined if none runs. */
    get running(): LanguageClient | undefined {
        return this.client?.isRunning() ? this.client : undefined
    }

    /** Stop the server if there is one, choose a Python, start the server. */
    restart(reason: string): Promise<void> {
        this.deaths = []
        return this.step(() => this.startAnew(reason))
    }

    /** Something has changed that may lead to another Python, or to one at all: see whether it does. */
    reconsider(reason: string): Promise<void> {
        return this.step(async () => {
            const choice = await this.choose(ownSettings())
            const found = choice.interpreter?.executable
            if (found !== undefined && found !== this.lastChoice?.interpreter?.executable) {
                await this.startAnew(reason)
            }
        })
    }

    /** Another environment may have been selected for a folder: have it checked, without a restart if that will do. */
    selectionChanged(): Promise<void> {
        if (!this.running || ownSettings().importStrategy === 'fromEnvironment') {
            return this.reconsider('another environment was selected')
        }
        return this.step(async () => {
            const before = this.lastSelections
            this.lastSelections = await this.selections()
            if (this.lastSelections !== before) {
                this.channels.client.info(`Selected: ${this.lastSelections}`)
                await this.settingsChanged()
            }
        })
    }

    /** Let the server ask for its settings again. */
    async settingsChanged(): Promise<void> {
        await this.running?.sendNotification('workspace/didChangeConfiguration', { settings: null })
    }

    /** Stop the server for good. */
    end(): Promise<void> {
        return this.step(() => this.stop())
    }

    /** One thing after the other: to stop a client that is just starting would leave a process behind. */
    private step(action: () => Promise<void>): Promise<void> {
        this.steps = this.steps.then(action).catch((error) => this.channels.client.error(String(error)))
        return this.steps
    }

    private async startAnew(reason: string): Promise<void> {
        this.channels.client.info(`Starting the server: ${reason}`)
        await this.stop()
        await this.start()
    }

    private async start(): Promise<void> {
        this.status.starting()
        const settings = ownSettings()
        this.lastChoice = await this.choose(settings)
        const { interpreter } = this.lastChoice
        this.logChoice(this.lastChoice)
        if (!interpreter) {
            const message = noInterpreter(this.lastChoice)
            this.status.failed(message)
            void tellNoInterpreter(message)
            return
        }
        const refused = refusedSetting(this.lastChoice)
        if (refused && refused !== this.lastRefusal) {
            void tellRefusedSetting(refused)
        }
        this.lastRefusal = refused
        this.lastSelections = await this.selections()
        await this.launch(interpreter, settings)
    }

    private async launch(interpreter: Interpreter, settings: OwnSettings): Promise<void> {
        this.lastWords = ''
        const options = clientOptions(
            this.environments,
            this.channels,
            (stderr) => this.hear(stderr),
            () => this.closed(client),
        )
        const program = serverOptions(interpreter, settings, this.launcher)
        const client = new QuietClient('importwise', 'importwise', program, options)
        let told = false
        client.onNotification('importwise/status', (status: ServerStatus) => {
            told = true
            this.status.report(status)
        })
        try {
            await client.start()
        } catch (error) {
            this.channels.client.error(`The server did not start: ${error}`)
            await Promise.race([this.silence, new Promise((resolve) => setTimeout(resolve, LAST_WORDS_MS))])
            this.down('The importwise server did not start')
            return
        }
        this.client = client
        const status = await askedStatus(client)
        // What was told meanwhile is newer than the answer.
        if (!told) {
            this.status.report(status)
        }
        this.channels.client.info(`The server runs: ${[program.command, ...(program.args ?? [])].join(' ')}`)
    }

    private async stop(): Promise<void> {
        const client = this.client
        this.client = undefined
        // `stop` fails for a client that has not started; there is nothing to stop then.
        await client?.stop().catch((error) => this.channels.client.warn(`While stopping: ${error}`))
        await client?.dispose().catch(() => undefined)
    }

    /** The connection of ``client`` has closed. If that was neither asked for nor part of a failed start, start again. */
    private closed(client: LanguageClient): void {
        if (client !== this.client) {
            return
        }
        this.client = undefined
        const now = Date.now()
        this.deaths = [...this.deaths.filter((time) => now - time < DEATHS_WITHIN_MS), now]
        if (this.deaths.length > DEATHS_ALLOWED) {
            this.down(`The importwise server stopped ${this.deaths.length} times within three minutes`)
        } else {
            void this.step(() => this.startAnew('it stopped by itself'))
        }
    }

    private down(what: string): void {
        const message = this.lastWords ? `${what}: ${this.lastWords}` : `${what}.`
        this.status.failed(message)
        void tellServerDown(message)
    }

    private hear(stderr: Readable): void {
        stderr.on('data', (data: Buffer) => {
            const lines = data.toString().split(/\r?\n/)
            for (const line of lines.filter((text) => text.trim())) {
                this.log(line)
            }
        })
        this.silence = finished(stderr).catch(() => undefined)
    }

    /** What the server logs or, as its last words, what Python says: without the time, which VS Code writes itself. */
    private log(line: string): void {
        const [, level, message = line] = LINE.exec(line) ?? []
        const { server } = this.channels
        switch (level) {
            case 'DEBUG':
            case 'INFO':
                server.info(message)
                return
            case 'WARNING':
                server.warn(message)
                break
            case 'ERROR':
            case 'CRITICAL':
                server.error(message)
                break
            default:
                server.info(line)
        }
        this.lastWords = message
    }

    private choose(settings: OwnSettings): Promise<Choice> {
        return choose(settings, this.environments, this.launcher)
    }

    private async selections(): Promise<string> {
        const folders = workspace.workspaceFolders?.map((folder) => folder.uri) ?? [undefined]
        const selections = await Promise.all(folders.map((folder) => this.environments.selection(folder)))
        return selections.map((selection) => selection?.path ?? '(none)').join(', ')
    }

    private logChoice(choice: Choice): void {
        for (const { candidate, result } of choice.attempts) {
            const words = 'executable' in result ? `Python ${result.version}` : `not used: ${result.message}`
            this.channels.client.info(`${candidate.command} (${candidate.origin}): ${words}`)
        }
    }
}

/** The server tells only what changes, so it is asked once; one from the environment may be too old to answer. */
async function askedStatus(client: LanguageClient): Promise<ServerStatus | undefined> {
    return client.sendRequest<ServerStatus>('importwise/status').catch(() => undefined)
}
