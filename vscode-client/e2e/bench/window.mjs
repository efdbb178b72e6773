/** A window of VS Code that writes down when its user sees what. */

/** Runs in the page, before VS Code does: notes when things appear in the document, in milliseconds since it was opened. */
function takeNotes() {
    const notes = { text: undefined, squiggle: undefined, problems: [], key: undefined, answer: undefined }
    window.notes = notes
    const squiggles = () => document.querySelectorAll('.squiggly-error').length
    /** Have `answer` noted: when the number of squiggles on the screen is another than now, after the next key. */
    window.awaitSquiggle = () => {
        notes.before = squiggles()
        notes.key = notes.answer = undefined
    }
    window.addEventListener(
        'keydown',
        () => {
            notes.key ??= performance.now()
        },
        true,
    )
    const look = () => {
        const now = performance.now()
        if (notes.text === undefined && document.querySelector('.editor-instance .view-line span span')) {
            notes.text = now
        }
        const count = squiggles()
        if (notes.squiggle === undefined && count > 0) {
            notes.squiggle = now
        }
        if (notes.key !== undefined && notes.answer === undefined && count !== notes.before) {
            notes.answer = now
        }
        const label = document.querySelector('[id="status.problems"] a')?.getAttribute('aria-label')
        if (label && label !== notes.problems.at(-1)?.label) {
            notes.problems.push({ label, when: now })
        }
    }
    new MutationObserver(look).observe(document, { subtree: true, childList: true, attributes: true })
}

/** Open a file in a new window. */
export async function openWindow(vscode, file) {
    await vscode.page.addInitScript(takeNotes)
    await vscode.open([['openFile', vscode.remote(file)]])
}

export function notesOf(vscode) {
    return vscode.page.evaluate(() => window.notes)
}

/** Wait until an error is underlined. */
export async function firstSquiggle(vscode, patience) {
    await vscode.page.waitForFunction(() => window.notes?.squiggle !== undefined, undefined, { timeout: patience })
}

/** Press a key; milliseconds until the squiggles on the screen are others. */
export async function keyToSquiggle(page, key, patience) {
    await page.evaluate(() => window.awaitSquiggle())
    await page.keyboard.press(key)
    await page.waitForFunction(() => window.notes.answer !== undefined, undefined, { timeout: patience })
    const { key: pressed, answer } = await page.evaluate(() => window.notes)
    return answer - pressed
}
