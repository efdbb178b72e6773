/** What processes have cost so far, as Linux counts it. */

import { readdirSync, readFileSync } from 'node:fs'

/** A number with two digits after the point is all that `stat` can tell: ticks of a hundredth of a second. */
const TICKS = 100

/** The extension host below VS Code's first process, and the servers that extensions have started: `{ host, servers }`. */
export function hostAndServers(root) {
    const processes = everyProcess()
    const below = descendants(processes, root)
    const host = below.find((one) => one.words.includes('--type=extensionHost'))
    return { host: host ? [host.id] : [], servers: host ? descendants(processes, host.id).map((one) => one.id) : [] }
}

/** Seconds of CPU that processes, and those of their children that have ended, have had. */
export function cpuSeconds(ids) {
    return sum(ids, (id) => {
        const [user, system, childrenUser, childrenSystem] = stat(id).slice(11, 15).map(Number)
        return (user + system + childrenUser + childrenSystem) / TICKS
    })
}

/** Bytes that processes take, what they share with others divided among all: their proportional set sizes. */
export function bytes(ids) {
    return sum(ids, (id) => {
        const [, kilobytes] = readFileSync(`/proc/${id}/smaps_rollup`, 'utf8').match(/^Pss:\s+(\d+) kB$/m)
        return Number(kilobytes) * 1024
    })
}

/** The load average of the last minute. */
export function load() {
    return readFileSync('/proc/loadavg', 'utf8').split(' ')[0]
}

function sum(ids, measure) {
    let total = 0
    for (const id of ids) {
        try {
            total += measure(id)
        } catch {
            // It has ended meanwhile; what it used is its parent's by now.
        }
    }
    return total
}

function everyProcess() {
    const processes = []
    for (const id of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
        try {
            const words = readFileSync(`/proc/${id}/cmdline`, 'utf8').split('\0')
            processes.push({ id: Number(id), parent: Number(stat(id)[1]), words })
        } catch {
            // As above.
        }
    }
    return processes
}

/** The fields of `/proc/ID/stat` behind the name, which may contain anything. */
function stat(id) {
    const text = readFileSync(`/proc/${id}/stat`, 'utf8')
    return text.slice(text.lastIndexOf(')') + 2).split(' ')
}

function descendants(processes, id) {
    const children = processes.filter((one) => one.parent === id)
    return children.flatMap((child) => [child, ...descendants(processes, child.id)])
}
