/** Bundles the extension into dist/extension.js: `--watch` goes on doing so, `--production` leaves out the map. */

import { build, context } from 'esbuild'

const options = {
    entryPoints: ['src/extension.ts'],
    outfile: 'dist/extension.js',
    bundle: true,
    platform: 'node',
    // What the oldest editor that `engines` admits runs on.
    target: 'node20',
    format: 'cjs',
    external: ['vscode'],
    minify: process.argv.includes('--production'),
    sourcemap: !process.argv.includes('--production'),
    logLevel: 'info',
}

if (process.argv.includes('--watch')) {
    await (await context(options)).watch()
} else {
    await build(options)
}
