/** The sessions: for each a VS Code of its own, the workspace it opens, and what is done in it. */

import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { HERE, PYTHON, writeTree } from './host.mjs'
import { SHOP } from './shop.mjs'

/** An environment as `venv` makes it, with a program that is none in place of Python. */
function environment(name, ...modules) {
    const folder = `environments/${name}`
    return {
        [`${folder}/pyvenv.cfg`]: 'home = /usr/bin\nversion = 3.11.2\n',
        [`${folder}/bin/python`]: '#!/bin/sh\necho "not a Python" >&2\nexit 1\n',
        ...Object.fromEntries(modules.map((module) => [`${folder}/lib/python3.11/site-packages/${module}.py`, ''])),
    }
}

const ENVIRONMENTS = {
    ...environment('empty', 'six'),
    ...environment('full', 'orjson'),
    'pyproject.toml': '[tool.importwise]\nexclude = ["/environments/"]\n',
    'main.py': 'import orjson\n\nprint(orjson)\n',
}

/** A real environment in the workspace that has an importwise of its own, of a version that is none. */
function environmentWithImportwise(workspace) {
    execFileSync(PYTHON, ['-m', 'venv', '--without-pip', join(workspace, '.venv')])
    const [version] = readdirSync(join(workspace, '.venv/lib'))
    writeTree(join(workspace, '.venv/lib', version, 'site-packages'), {
        'importwise.pth': `${join(dirname(HERE), 'bundled/libs')}\n`,
        'importwise-99.0.dist-info/METADATA': 'Metadata-Version: 2.1\nName: importwise\nVersion: 99.0\n',
    })
}

/** Suites that run inside the extension host: `inhost/*.cjs`, of the session's name if `suite` names no other. */
export const IN_HOST = [
    { name: 'editing', files: SHOP },
    { name: 'lifecycle', files: SHOP, prepare: environmentWithImportwise },
    { name: 'environments, Python extension', suite: 'environments', files: ENVIRONMENTS, fakes: ['ms-python'] },
    { name: 'environments, newer extension', suite: 'environments', files: ENVIRONMENTS, fakes: ['ms-python-envs'] },
    {
        name: 'folders',
        folders: ['alpha', 'beta'],
        files: {
            'alpha/alpha_only.py': '',
            'alpha/main.py': 'import alpha_only\nimport beta_only\n',
            'beta/beta_only.py': '',
            'beta/main.py': 'import alpha_only\nimport beta_only\n',
        },
    },
]
