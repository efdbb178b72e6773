/** The figures as a table in Markdown, for the terminal and for the README. */

import { readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { HERE } from '../host.mjs'

const README = join(HERE, '../../README.md')
const BEGIN = '<!-- editor-speed -->\n'
const END = '<!-- /editor-speed -->'

/** What is shown: words, and the cell from a peer's windows: `first` is the first ever, `later` are the others. */
const ROWS = [
    ['the text of the file is on the screen', ({ later }) => seconds(median(later.map((one) => one.text)))],
    ['first squiggle, in the first window ever', ({ first }) => withCpu(first.squiggle, first.firstCost)],
    ['first squiggle', ({ later }) => middle(later, 'squiggle', 'firstCost')],
    ['Problems panel complete, in the first window ever', ({ first }) => withCpu(first.complete, first.allCost)],
    ['Problems panel complete', ({ later }) => middle(later, 'complete', 'allCost')],
    ['errors and warnings in it', ({ first }) => first.problems.join(' + ')],
    [
        'key to squiggle, p50 / p95',
        ({ all }) => percentiles(all.flatMap((one) => one.keys)) + (done(all) ? '' : ', still at work'),
    ],
    ['memory: server, extension host', ({ all }) => memory(all)],
]

/** The table of the peers' windows, in the order in which they were opened. */
export function table(results) {
    const peers = [...new Set(results.map(({ peer }) => peer))]
    const columns = peers.map((peer) => {
        const all = results.filter((one) => one.peer === peer)
        return { first: all[0], later: all.length > 1 ? all.slice(1) : all, all }
    })
    const head = ['', ...peers.map(({ name, version }) => `${name} ${version}`)]
    const rule = ['---', ...peers.map(() => '---:')]
    const lines = ROWS.map(([words, cell]) => [words, ...columns.map(cell)])
    return [head, rule, ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

/** Where and how it was measured, in a sentence. */
export function circumstances(results, files, version) {
    const loads = results.map(({ load }) => load)
    const later = results.filter(({ peer }) => peer === results[0].peer).length - 1
    const once = results.filter(({ complete }) => complete === undefined).map(({ peer }) => peer.name)
    return (
        `\`npm run bench\` in vscode-client: VS Code ${version}, a folder with torch (${files.toLocaleString('en')} files), ` +
        `${cpus().length} cores, load average ${Math.min(...loads)} to ${Math.max(...loads)} meanwhile; after ` +
        `the first window ${later === 1 ? 'one more' : `medians of ${later} more`}, seconds since the window was opened, in brackets the CPU seconds of the server and of the ` +
        'extension host. ty and pyright run behind a client that does nothing else, with their rules about imports alone.' +
        once.map((name) => ` ${name} was not done when it was waited for no longer, and had one window alone.`).join('')
    )
}

/** Put the figures between the marks in the README. */
export function writeReadme(text) {
    const readme = readFileSync(README, 'utf8')
    const [head, rest] = readme.split(BEGIN)
    const tail = rest?.slice(rest.indexOf(END))
    if (!tail?.startsWith(END)) {
        throw new Error(`README.md has no ${BEGIN.trim()} … ${END}`)
    }
    writeFileSync(README, `${head}${BEGIN}\n${text}\n\n${tail}`)
}

function middle(windows, time, cost) {
    const wanted = median(windows.map((one) => one[time]))
    const server = median(windows.map((one) => one[cost].server))
    const host = median(windows.map((one) => one[cost].host))
    return withCpu(wanted, { server, host })
}

function withCpu(milliseconds, { server, host }) {
    const time = milliseconds === undefined ? 'not in 10 min' : seconds(milliseconds)
    return `${time} (${server.toFixed(1)} + ${host.toFixed(1)})`
}

function done(windows) {
    return windows.every(({ complete }) => complete !== undefined)
}

function percentiles(times) {
    const ordered = times.toSorted((a, b) => a - b)
    const at = (share) => ordered[Math.min(ordered.length - 1, Math.floor(ordered.length * share))]
    return `${grouped(at(0.5))} / ${grouped(at(0.95))} ms`
}

function memory(windows) {
    const megabytes = (key) => grouped(median(windows.map((one) => one.allCost[key])) / 1e6)
    return `${megabytes('serverMemory')} + ${megabytes('hostMemory')} MB`
}

function grouped(number) {
    return Math.round(number).toLocaleString('en')
}

function seconds(milliseconds) {
    return `${(milliseconds / 1000).toFixed(1)} s`
}

function median(numbers) {
    const ordered = numbers.toSorted((a, b) => a - b)
    const half = Math.floor(ordered.length / 2)
    return ordered.length % 2 ? ordered[half] : (ordered[half - 1] + ordered[half]) / 2
}
