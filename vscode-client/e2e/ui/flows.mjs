/** What a person sees and does, at the screen. Each flow leaves pictures. */

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PYTHON, writeTree } from '../host.mjs'
import { SHOP, WHOLE_SHOP } from '../shop.mjs'
import {
    clickLine,
    command,
    errors,
    languageStatus,
    noProblems,
    noSquiggle,
    onlyMessage,
    openFile,
    PATIENCE_MS,
    pickWalkthrough,
    problems,
    quickFixes,
    rendered,
    saved,
    squiggle,
} from './screen.mjs'

/** For each a VS Code of its own, in which one thing is done after the other. */
export const FLOWS = [
    {
        name: 'at the screen',
        files: SHOP,
        steps: { statusAndLogs, explainAndWalkthrough, squiggleProblemsQuickFix, aModuleMoves },
    },
    {
        name: 'untrusted',
        files: {
            ...SHOP,
            '.vscode/settings.json': '{"importwise.interpreter": "${workspaceFolder}/evil/python3"}\n',
            'evil/python3': '#!/bin/sh\ntouch "$(dirname "$0")/ran"\nexec python3 "$@"\n',
            '.venv/bin/python': '#!/bin/sh\ntouch "$(dirname "$0")/ran"\nexec python3 "$@"\n',
            '.venv/pyvenv.cfg': 'home = /usr/bin\nversion = 3.11.2\n',
        },
        trusted: false,
        steps: { restrictedThenTrusted },
    },
    {
        name: 'untrusted without Python',
        files: { ...SHOP, '.vscode/settings.json': `{"importwise.interpreter": "${PYTHON}"}\n` },
        path: [],
        trusted: false,
        steps: { noPythonUntilTrusted },
    },
    {
        name: 'trouble',
        files: {
            ...SHOP,
            'old/python': `#!/bin/sh\necho '{"executable": "/opt/python", "version": "3.8.10"}'\n`,
            'broken/python': brokenPython(),
        },
        path: [],
        steps: { noPython, pythonTooOld, serverThatDies },
    },
]

async function squiggleProblemsQuickFix({ page, workspace, screenshot }) {
    await openFile(page, 'till.py')
    await squiggle(page)
    const rows = await problems(page, 'Cannot find module')
    await rows.first().waitFor()
    assert.match((await rows.first().textContent()).replace(/\s+/g, ' '), /shop\.taxes.*unresolved-import.*Ln 3, Col 6/)
    // A file that nobody has opened is there too.
    await (await problems(page, 'Coupon')).first().waitFor()
    await screenshot('problems')
    await clickLine(page, 'from shop.taxes')
    const fixes = await quickFixes(page)
    await screenshot('quick-fix')
    await fixes.filter({ hasText: 'shop.pricing.taxes' }).first().click()
    await noSquiggle(page)
    await saved(page)
    assert.match(readFileSync(join(workspace, 'shop/till.py'), 'utf8'), /^from shop\.pricing\.taxes import RATE$/m)
    await screenshot('fixed')
}

async function aModuleMoves({ page, workspace, screenshot }) {
    writeTree(workspace, WHOLE_SHOP)
    await openFile(page, 'report.py')
    await noProblems(page)
    await screenshot('move-1-before')
    renameSync(join(workspace, 'shop/pricing/taxes.py'), join(workspace, 'shop/taxes.py'))
    await squiggle(page)
    await errors(page, 3)
    await screenshot('move-2-importers-light-up')
    await clickLine(page, 'shop.pricing.taxes')
    const fixes = await quickFixes(page)
    await screenshot('move-3-quick-fix')
    await fixes.filter({ hasText: 'in all 3 places' }).first().click()
    await noSquiggle(page)
    await noProblems(page)
    await screenshot('move-4-fixed')
}

async function statusAndLogs({ page, screenshot }) {
    await openFile(page, 'till.py')
    await squiggle(page)
    const status = await languageStatus(page)
    await status.filter({ hasText: '2 unresolved imports' }).waitFor()
    await screenshot('status')
    await page.keyboard.press('Escape')
    await command(page, 'importwise: Show Logs')
    const lines = page.locator('[id="workbench.panel.output"] .view-line')
    await lines.filter({ hasText: 'The server runs' }).first().waitFor()
    await screenshot('logs')
    await command(page, 'importwise: Show Debug Information')
    // The message goes by itself after some seconds; the document stays.
    const message = await onlyMessage(page, 'For a bug report')
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await message.getByRole('button', { name: 'Copy as Markdown' }).click()
    await page.waitForFunction(async () => /^# importwise/.test(await navigator.clipboard.readText()))
    await rendered(page, 'importwise: debug information')
    await screenshot('debug-information')
    await command(page, 'View: Close All Editors')
}

async function explainAndWalkthrough({ page, screenshot }) {
    await openFile(page, 'till.py')
    await squiggle(page)
    await clickLine(page, 'from shop.taxes')
    await command(page, 'importwise: Explain This Import')
    await page.locator('.tab', { hasText: 'Why' }).first().waitFor()
    await rendered(page, 'shop.taxes')
    await screenshot('explain')
    await command(page, 'View: Close All Editors')
    // Its pictures are shown only where there is room for them.
    await page.keyboard.press('Control+b')
    await pickWalkthrough(page, 'importwise')
    await page.locator('.getting-started-step', { hasText: 'See what is broken' }).first().waitFor()
    await page.locator('.getting-started-media img').first().waitFor()
    await screenshot('walkthrough')
    await page.locator('.getting-started-step', { hasText: 'Choose what is checked' }).click()
    await page.getByRole('button', { name: 'Choose another' }).click()
    await page.locator('.settings-editor .setting-item', { hasText: 'It is read, never started' }).first().waitFor()
    await page.keyboard.press('Escape')
    await command(page, 'View: Close All Editors')
}

async function restrictedThenTrusted({ page, workspace, screenshot }) {
    await page.locator('.part.statusbar', { hasText: 'Restricted Mode' }).waitFor()
    await openFile(page, 'till.py')
    await squiggle(page)
    await screenshot('restricted')
    for (const folder of ['evil', '.venv/bin']) {
        assert.ok(!existsSync(join(workspace, folder, 'ran')), `${folder} was started`)
    }
    await command(page, 'Workspaces: Manage Workspace Trust')
    await page.locator('.workspace-trust-editor').getByRole('button', { name: 'Trust', exact: true }).click()
    // Now the workspace's own settings count, and the interpreter that they name is asked.
    await appeared(join(workspace, 'evil/ran'))
    await squiggle(page)
    await screenshot('trusted')
}

async function noPython({ page, root, screenshot }) {
    await openFile(page, 'till.py')
    const message = await onlyMessage(page, 'found none')
    await screenshot('no-python')
    await message.getByRole('button', { name: 'Choose Interpreter' }).click()
    await page.locator('.settings-editor .setting-item', { hasText: 'Interpreter' }).first().waitFor()
    await screenshot('settings')
    await page.keyboard.press('Escape')
    setInterpreter(root, PYTHON)
    await openFile(page, 'till.py')
    await squiggle(page)
    await screenshot('no-python-recovered')
}

/** What the folder's settings name is of no use before that, and the message says so. */
async function noPythonUntilTrusted({ page, screenshot }) {
    await page.locator('.part.statusbar', { hasText: 'Restricted Mode' }).waitFor()
    await openFile(page, 'till.py')
    const message = await onlyMessage(page, 'found none')
    assert.match(await message.textContent(), /your own setting.*not trusted.*user settings, or trust the workspace/s)
    await screenshot('no-python-untrusted')
    await message.getByRole('button', { name: 'Manage Workspace Trust' }).click()
    await page.locator('.workspace-trust-editor').getByRole('button', { name: 'Trust', exact: true }).click()
    await squiggle(page)
}

async function pythonTooOld({ page, root, workspace, screenshot }) {
    setInterpreter(root, join(workspace, 'old/python'))
    const message = await onlyMessage(page, 'too old')
    assert.match(await message.textContent(), /3\.10 or newer.*old\/python.*3\.8\.10/s)
    await noSquiggle(page)
    await screenshot('too-old')
    execFileSync(PYTHON, ['-m', 'venv', '--without-pip', join(workspace, '.venv')])
    await page.locator('.notification-toast', { hasText: '.venv/bin/python instead' }).waitFor()
    await squiggle(page)
    await screenshot('too-old-recovered')
    await command(page, 'Notifications: Clear All Notifications')
}

async function serverThatDies({ page, root, workspace, screenshot }) {
    setInterpreter(root, join(workspace, 'broken/python'))
    const message = await onlyMessage(page, 'did not start')
    assert.match(await message.textContent(), /out of order/)
    await noSquiggle(page)
    const starts = readFileSync(join(workspace, 'broken/starts'), 'utf8').trim().split('\n')
    assert.equal(starts.length, 1)
    await screenshot('did-not-start')
    writeFileSync(join(workspace, 'broken/mended'), '')
    await message.getByRole('button', { name: 'Restart Server' }).click()
    await squiggle(page)
    await screenshot('did-not-start-recovered')
}

/** As if it had been typed into the settings editor. */
function setInterpreter(root, path) {
    writeFileSync(join(root, 'data/Machine/settings.json'), JSON.stringify({ 'importwise.interpreter': path }))
}

async function appeared(path) {
    const end = Date.now() + PATIENCE_MS
    while (Date.now() < end && !existsSync(path)) {
        await new Promise((resolve) => setTimeout(resolve, 100))
    }
    assert.ok(existsSync(path), `${path} did not appear`)
}

/** A Python that answers for itself, but lets no server start until it is mended. */
function brokenPython() {
    return [
        '#!/bin/sh',
        'here="${0%/*}"',
        'case "$*" in',
        // It hides the real program's name, else that would be started instead.
        `*--probe*) exec "${PYTHON}" -c "import json; print(json.dumps({'executable': '$0', 'version': '3.11.0'}))" ;;`,
        'esac',
        'echo start >> "$here/starts"',
        `[ -e "$here/mended" ] && exec "${PYTHON}" "$@"`,
        'echo "this Python is out of order" >&2',
        'exit 3',
        '',
    ].join('\n')
}
