/** What a person sees and does, at the screen. Each flow leaves pictures. */

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PYTHON } from '../host.mjs'
import { SHOP, WHOLE_SHOP } from '../shop.mjs'
import {
    clickLine,
    command,
    errors,
    languageStatus,
    noProblems,
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

/** So that what the pictures of the READMEs show can be read. */
const SMALL = { width: 1000, height: 640 }

export const FLOWS = [
    { name: 'squiggle, problems, quick fix', files: SHOP, viewport: SMALL, run: squiggleProblemsQuickFix },
    { name: 'a module moves', files: WHOLE_SHOP, viewport: SMALL, run: aModuleMoves },
    { name: 'status and logs', files: SHOP, viewport: SMALL, run: statusAndLogs },
    { name: 'explain and walkthrough', files: SHOP, run: explainAndWalkthrough },
    {
        name: 'restricted workspace',
        files: {
            ...SHOP,
            '.vscode/settings.json': '{"importwise.interpreter": "${workspaceFolder}/evil/python3"}\n',
            'evil/python3': '#!/bin/sh\ntouch "$(dirname "$0")/ran"\nexec python3 "$@"\n',
            '.venv/bin/python': '#!/bin/sh\ntouch "$(dirname "$0")/ran"\nexec python3 "$@"\n',
            '.venv/pyvenv.cfg': 'home = /usr/bin\nversion = 3.11.2\n',
        },
        trusted: false,
        run: restrictedWorkspace,
    },
    { name: 'no Python', files: SHOP, path: [], run: noPython },
    {
        name: 'Python too old',
        files: { ...SHOP, 'old/python': `#!/bin/sh\necho '{"executable": "/opt/python", "version": "3.8.10"}'\n` },
        path: [],
        machine: { 'importwise.interpreter': '${workspaceFolder}/old/python' },
        run: pythonTooOld,
    },
    {
        name: 'server that dies',
        files: { ...SHOP, 'broken/python': brokenPython() },
        machine: { 'importwise.interpreter': '${workspaceFolder}/broken/python' },
        run: serverThatDies,
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
    await page.locator('.squiggly-error').first().waitFor({ state: 'detached' })
    await saved(page)
    assert.match(readFileSync(join(workspace, 'shop/till.py'), 'utf8'), /^from shop\.pricing\.taxes import RATE$/m)
    await screenshot('fixed')
}

async function aModuleMoves({ page, workspace, screenshot }) {
    await openFile(page, 'report.py')
    await noProblems(page)
    await screenshot('1-before')
    renameSync(join(workspace, 'shop/pricing/taxes.py'), join(workspace, 'shop/taxes.py'))
    await squiggle(page)
    await errors(page, 3)
    await screenshot('2-importers-light-up')
    await clickLine(page, 'shop.pricing.taxes')
    const fixes = await quickFixes(page)
    await screenshot('3-quick-fix')
    await fixes.filter({ hasText: 'in all 3 places' }).first().click()
    await page.locator('.squiggly-error').first().waitFor({ state: 'detached' })
    await noProblems(page)
    await screenshot('4-fixed')
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
    await rendered(page, 'importwise: debug information')
    const message = await onlyMessage(page, 'For a bug report')
    await screenshot('debug-information')
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await message.getByRole('button', { name: 'Copy as Markdown' }).click()
    await page.waitForFunction(async () => /^# importwise/.test(await navigator.clipboard.readText()))
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
}

async function restrictedWorkspace({ page, workspace, screenshot }) {
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
    // As if it had been typed there.
    writeFileSync(join(root, 'data/Machine/settings.json'), JSON.stringify({ 'importwise.interpreter': PYTHON }))
    await openFile(page, 'till.py')
    await squiggle(page)
    await screenshot('recovered')
}

async function pythonTooOld({ page, workspace, screenshot }) {
    await openFile(page, 'till.py')
    const message = await onlyMessage(page, 'too old')
    assert.match(await message.textContent(), /3\.10 or newer.*old\/python.*3\.8\.10/s)
    await screenshot('too-old')
    execFileSync(PYTHON, ['-m', 'venv', '--without-pip', join(workspace, '.venv')])
    await squiggle(page)
    await page.locator('.notification-toast', { hasText: '.venv/bin/python instead' }).waitFor()
    await screenshot('recovered')
}

async function serverThatDies({ page, workspace, screenshot }) {
    await openFile(page, 'till.py')
    const message = await onlyMessage(page, 'did not start')
    assert.match(await message.textContent(), /out of order/)
    const starts = readFileSync(join(workspace, 'broken/starts'), 'utf8').trim().split('\n')
    assert.equal(starts.length, 1)
    await screenshot('did-not-start')
    writeFileSync(join(workspace, 'broken/mended'), '')
    await message.getByRole('button', { name: 'Restart Server' }).click()
    await squiggle(page)
    await screenshot('recovered')
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
        'here=$(dirname "$0")',
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
