/** Where things are on VS Code's screen, and what a person does there. */

import assert from 'node:assert/strict'

/** What has not come after so long is missing; a busy machine takes its time. */
export const PATIENCE_MS = 60_000

export async function command(page, title) {
    await pick(page, 'F1', `>${title}`, title)
}

export async function openFile(page, name) {
    await pick(page, 'Control+p', name, name)
    await page.locator('.tab.active', { hasText: name }).waitFor()
    await page.locator('.editor-instance .view-lines').first().waitFor()
}

/** Open the list at the top of the window with a key, type into it, and choose the first row that contains a text. */
export async function pick(page, key, typed, text) {
    const input = page.locator('.quick-input-box input[type=text]')
    await input.waitFor({ state: 'hidden' })
    // A window that has just come up does not hear its keys yet.
    for (let attempt = 0; attempt < 10 && !(await input.isVisible()); attempt += 1) {
        await page.keyboard.press(key)
        await input.waitFor({ timeout: 2000 }).catch(() => {})
    }
    await input.fill(typed)
    await page.locator('.quick-input-list .monaco-list-row', { hasText: text }).first().waitFor()
    await page.keyboard.press('Enter')
}

/** The rows of the Problems panel that contain a text; opens the panel. */
export async function problems(page, text) {
    if (!(await page.locator('.markers-panel').isVisible())) {
        await page.keyboard.press('Control+Shift+m')
    }
    return page.locator('.markers-panel .monaco-list-row', { hasText: text })
}

/** Wait until the status bar counts so many errors. */
export async function errors(page, count) {
    await page.locator(`[id="status.problems"] [aria-label*="Errors: ${count}"]`).waitFor()
}

/** Wait until the Problems panel has nothing to show. */
export async function noProblems(page) {
    await problems(page, '')
    await page.locator('.markers-panel', { hasText: 'No problems have been detected' }).waitFor()
}

/** Wait for the message that contains a text, and make sure that it is the only one of importwise. */
export async function onlyMessage(page, text) {
    const messages = page.locator('.notification-toast', { hasText: 'importwise' })
    const message = page.locator('.notification-toast', { hasText: text })
    await message.waitFor({ timeout: PATIENCE_MS })
    assert.equal(await messages.count(), 1, (await messages.allInnerTexts()).join('\n---\n'))
    return message
}

/** Open the language status: the braces beside the language in the status bar. */
export async function languageStatus(page) {
    await page.locator('[id="status.languageStatus"]').hover()
    const row = page.locator('.hover-language-status', { hasText: 'importwise' })
    await row.first().waitFor()
    return row.first()
}

export async function squiggle(page) {
    const marks = page.locator('.squiggly-error')
    await marks.first().waitFor({ timeout: PATIENCE_MS })
    return marks
}

export async function noSquiggle(page) {
    await page.locator('.squiggly-error').first().waitFor({ state: 'detached' })
}

export async function clickLine(page, text) {
    await page.locator('.editor-instance .view-line', { hasText: text }).first().click()
}

/** Open the menu of quick fixes at the cursor. */
export async function quickFixes(page) {
    const rows = page.locator('.action-widget .monaco-list-row.action')
    for (let tries = 4; ; tries -= 1) {
        await page.keyboard.press('Control+.')
        try {
            await rows.first().waitFor({ timeout: tries > 0 ? 5000 : PATIENCE_MS })
            return rows
        } catch (error) {
            // Diagnostics that come in while the menu opens close it again: a person would press the keys once more.
            if (tries <= 0) {
                throw error
            }
        }
    }
}

export async function saved(page) {
    await page.locator('.tab.dirty').first().waitFor()
    await page.keyboard.press('Control+s')
    await page.waitForFunction(() => !document.querySelector('.tab.dirty'))
}

/** Wait until a rendered Markdown document shows a text: it is in a frame of a frame. */
export async function rendered(page, text) {
    const content = page.frameLocator('iframe.webview.ready').frameLocator('#active-frame')
    await content.getByText(text).first().waitFor()
}

export async function pickWalkthrough(page, title) {
    await command(page, 'Welcome: Open Walkthrough...')
    await page.locator('.quick-input-list .monaco-list-row', { hasText: title }).first().click()
}
