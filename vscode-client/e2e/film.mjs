/**
 * Plays a module's move in a real VS Code and keeps what is on the screen: `python build/pictures.py` makes the film of it.
 *
 *     node e2e/film.mjs          writes artefacts/film/*.png, and artefacts/film/film.json with captions and times
 */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { HERE, installExtension, startVSCode } from './host.mjs'
import { WHOLE_SHOP } from './shop.mjs'
import { clickLine, command, errors, noProblems, openFile, problems, quickFixes, squiggle } from './ui/screen.mjs'

const ARTEFACTS = join(HERE, 'artefacts/film')
const MOVE = 'mv shop/pricing/taxes.py shop/'
/** A terminal that shows nothing of the machine, drawn without a graphics card. */
const TERMINAL = {
    'terminal.integrated.profiles.linux': { shop: { path: '/bin/sh', env: { PS1: '$ ', ENV: '' } } },
    'terminal.integrated.defaultProfile.linux': 'shop',
    'terminal.integrated.gpuAcceleration': 'off',
    'terminal.integrated.initialHint': false,
    'terminal.integrated.shellIntegration.enabled': false,
    'terminal.integrated.tabs.enabled': false,
}

rmSync(ARTEFACTS, { recursive: true, force: true })
mkdirSync(ARTEFACTS, { recursive: true })
const extensions = mkdtempSync(join(tmpdir(), 'importwise-extensions-'))
installExtension(join(dirname(HERE), 'importwise.vsix'), extensions)
const vscode = await startVSCode({
    extensions,
    artefacts: ARTEFACTS,
    files: WHOLE_SHOP,
    user: { ...TERMINAL, 'editor.minimap.enabled': false },
    viewport: { width: 960, height: 600 },
})
const { page } = vscode
const scenes = []

/** Keep the screen as it is, to be shown for so many milliseconds. */
async function scene(milliseconds, caption) {
    const name = String(scenes.length).padStart(2, '0')
    await vscode.screenshot(name)
    scenes.push({ name, milliseconds, caption })
}

try {
    await vscode.open()
    await openFile(page, 'report.py')
    await noProblems(page)
    await page.locator('.explorer-folders-view .monaco-list-row', { hasText: 'pricing' }).click()
    await page.locator('.explorer-folders-view .monaco-list-row', { hasText: 'taxes.py' }).waitFor()
    await command(page, 'Terminal: Focus Terminal')
    const terminal = page.locator('.xterm-rows')
    await terminal.filter({ hasText: '$' }).waitFor()
    await scene(1800, 'Every import resolves.')
    for (let end = 0; end < MOVE.length; end += 3) {
        await page.keyboard.type(MOVE.slice(end, end + 3))
        await terminal.filter({ hasText: MOVE.slice(0, end + 3) }).waitFor()
        await scene(130, 'Somebody moves a module …')
    }
    await page.keyboard.press('Enter')
    await errors(page, 3)
    await squiggle(page)
    await scene(2600, '… and its importers light up: the open file, and those that nobody has opened.')
    await (await problems(page, 'shop.pricing.taxes')).first().waitFor()
    await scene(2600, 'The Problems panel says what was looked for, and where it is now.')
    await clickLine(page, 'shop.pricing.taxes')
    const fixes = await quickFixes(page)
    await scene(1500, 'One quick fix …')
    await page.keyboard.press('ArrowDown')
    await page.locator('.action-widget .monaco-list-row.focused', { hasText: 'in all 3 places' }).waitFor()
    await scene(2200, '… for all of them.')
    await fixes.filter({ hasText: 'in all 3 places' }).first().click()
    await page.locator('.squiggly-error').first().waitFor({ state: 'detached' })
    await noProblems(page)
    await scene(3000, 'Every import resolves again.')
    writeFileSync(join(ARTEFACTS, 'film.json'), JSON.stringify(scenes, undefined, 2))
} finally {
    await vscode.stop()
    rmSync(extensions, { recursive: true, force: true })
}
