/** Runs one suite with mocha inside VS Code's extension host, and writes what came of each test into a file. */

const { appendFileSync } = require('node:fs')
const { join } = require('node:path')
const Mocha = require('mocha')

const { EVENT_RUN_END, EVENT_TEST_FAIL, EVENT_TEST_PASS } = Mocha.Runner.constants

class Lines {
    constructor(runner) {
        const write = (result) => appendFileSync(process.env.IMPORTWISE_RESULTS, `${JSON.stringify(result)}\n`)
        runner.on(EVENT_TEST_PASS, (test) => write({ title: test.fullTitle(), passed: true, ms: test.duration }))
        runner.on(EVENT_TEST_FAIL, (test, error) =>
            write({ title: test.fullTitle(), passed: false, error: error.stack }),
        )
        runner.on(EVENT_RUN_END, () => write({ end: true }))
    }
}

exports.run = () =>
    new Promise((resolve) => {
        // What is waited for in vain says so itself, and much earlier: see `PATIENCE_MS` of editor.cjs.
        const mocha = new Mocha({ timeout: 180_000, reporter: Lines, bail: false })
        mocha.addFile(join(__dirname, `${process.env.IMPORTWISE_SUITE}.cjs`))
        // Failures are in the file; a rejection would only add VS Code's own words to them.
        mocha.run(() => resolve())
    })
