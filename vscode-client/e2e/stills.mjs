/**
 * Takes the pictures of this folder's README and of the walkthrough in a real VS Code: `python build/pictures.py` puts them
 * into `images/`.
 *
 *     node e2e/stills.mjs        writes artefacts/stills/*.png
 */

import { SHOP } from './shop.mjs'
import { picturesOf } from './studio.mjs'
import { clickLine, command, errors, languageStatus, openFile, problems, quickFixes, rendered } from './ui/screen.mjs'

/** Two files miss the module that has moved. */
const FILES = {
    ...SHOP,
    'shop/report.py': 'from shop import till\nfrom shop.taxes import RATE\n\nprint(till, RATE)\n',
}
const SIZE = { width: 1000, height: 640 }
/** Pixels of the page around what a picture shows. */
const MARGIN = 3

await picturesOf('stills', { files: FILES, viewport: SIZE }, async ({ page, open, screenshot }) => {
    const picture = async (name, ...shown) => screenshot(name, { clip: await around(page, shown) })

    await open()
    await openFile(page, 'till.py')
    await errors(page, 3)
    await (await problems(page, 'Coupon')).first().waitFor()
    await drag(page, page.locator('.part.sidebar'), { right: 215 })
    await drag(page, page.locator('.part.panel'), { top: 330 })
    await clickLine(page, 'import json')
    await screenshot('problems')

    await command(page, 'View: Toggle Panel Visibility')
    await page.keyboard.press('Control+b')
    await clickLine(page, 'from shop.taxes')
    await page.keyboard.press('Home')
    await page.keyboard.press('Control+ArrowRight')
    await page.keyboard.press('Control+ArrowRight')
    await quickFixes(page)
    await page.keyboard.press('ArrowDown')
    const menu = page.locator('.action-widget', { has: page.locator('.monaco-list-row.action') }).first()
    await picture('quick-fix', page.locator('.tabs-container'), page.locator('.view-line').last(), menu)
    await page.keyboard.press('Escape')

    const status = await languageStatus(page)
    await status.filter({ hasText: '3 unresolved imports' }).waitFor()
    const popup = page.locator('.hover-language-status')
    await picture(
        'status',
        popup,
        page.locator('[id="status.editor.selection"]'),
        page.locator('[id="status.notifications"]'),
    )
    await page.keyboard.press('Escape')

    await clickLine(page, 'from shop.taxes')
    await command(page, 'importwise: Explain This Import')
    await rendered(page, 'it has no')
    await page.mouse.move(200, 400)
    await picture('explain', page.locator('.part.editor'))
})

/** The part of the page that holds all of these, and a margin. */
async function around(page, locators) {
    const boxes = await Promise.all(locators.map((locator) => locator.boundingBox()))
    const { width, height } = page.viewportSize()
    const x = Math.max(0, Math.min(...boxes.map((box) => box.x)) - MARGIN)
    const y = Math.max(0, Math.min(...boxes.map((box) => box.y)) - MARGIN)
    const right = Math.min(width, Math.max(...boxes.map((box) => box.x + box.width)) + MARGIN)
    const bottom = Math.min(height, Math.max(...boxes.map((box) => box.y + box.height)) + MARGIN)
    return { x, y, width: right - x, height: bottom - y }
}

/** Make a part of the window wider or higher, or less so: its right edge, or its upper one, comes to lie there. */
async function drag(page, part, { right, top }) {
    const box = await part.boundingBox()
    const middle = { x: box.x + box.width / 3, y: box.y + box.height / 3 }
    const start = right === undefined ? { ...middle, y: box.y - 1 } : { ...middle, x: box.x + box.width + 1 }
    await page.mouse.move(start.x, start.y)
    await page.mouse.down()
    await page.mouse.move(right ?? start.x, top ?? start.y, { steps: 4 })
    await page.mouse.up()
}
