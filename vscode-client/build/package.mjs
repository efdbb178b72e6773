/**
 * Makes importwise.vsix of what is built: `node build/package.mjs`.
 *
 * On an extension's page VS Code shows only pictures that have an address in the web: it takes out relative paths, and since
 * 1.103 `data:` too (microsoft/vscode-vsce#1196). As long as package.json names no repository, in which they would have an
 * address, the page does without them; and without the part for contributors in any case.
 */

import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const CLIENT = dirname(dirname(fileURLToPath(import.meta.url)))
const PAGE = 'dist/README.md'
const PICTURE = /^ *!\[.*\]\((?!https:).*\)\n\n?/gm

const manifest = JSON.parse(readFileSync(join(CLIENT, 'package.json'), 'utf8'))
const readme = readFileSync(join(CLIENT, 'README.md'), 'utf8')
const [forUsers] = readme.split('## Contributing')
mkdirSync(join(CLIENT, 'dist'), { recursive: true })
writeFileSync(join(CLIENT, PAGE), manifest.repository ? forUsers : forUsers.replaceAll(PICTURE, ''))

const links = manifest.repository ? [] : ['--no-rewrite-relative-links', '--allow-missing-repository']
const words = ['--no-dependencies', '--allow-package-all-secrets', '--readme-path', PAGE, '--out', 'importwise.vsix']
execFileSync(join(CLIENT, 'node_modules/.bin/vsce'), ['package', ...words, ...links], { cwd: CLIENT, stdio: 'inherit' })
