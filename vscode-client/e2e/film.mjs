/**
 * Plays a module's move in a real VS Code and keeps what is on the screen: `python build/pictures.py` makes the film of it.
 *
 *     node e2e/film.mjs          writes artefacts/film/*.png, and artefacts/film/film.json with captions and times
 */

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { WHOLE_SHOP } from './shop.mjs'
import { picturesOf } from './studio.mjs'
import {
    clickLine,
    command,
    errors,
    noProblems,
    noSquiggle,
    openFile,
    problems,
    quickFixes,
    squiggle,
} from './ui/screen.mjs'

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
const OPTIONS = { files: WHOLE_SHOP, user: TERMINAL, viewport: { width: 960, height: 600 } }

await picturesOf('film', OPTIONS, async ({ page, open, screenshot, artefacts }) => {
    const scenes = []

    /** Keep the screen as it is, to be shown for so many milliseconds. */
    async function scene(milliseconds, caption) {
        const name = String(scenes.length).padStart(2, '0')
        await screenshot(name)
        scenes.push({ name, milliseconds, caption })
    }

    await open()
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
    await noSquiggle(page)
    await noProblems(page)
    await scene(3000, 'Every import resolves again.')
    writeFileSync(join(artefacts, 'film.json'), JSON.stringify(scenes, undefined, 2))
})
