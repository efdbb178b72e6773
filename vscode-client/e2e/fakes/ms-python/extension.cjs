/** The part of the Python extension's API that tells which environment is selected; `fake.select` selects one. */

const vscode = require('vscode')

exports.activate = (context) => {
    const changed = new vscode.EventEmitter()
    let selected
    const select = (path) => {
        selected = path
        // The real one tells more than once.
        changed.fire({ id: path, path, resource: undefined })
        changed.fire({ id: path, path, resource: undefined })
    }
    context.subscriptions.push(changed, vscode.commands.registerCommand('fake.select', select))
    return {
        ready: Promise.resolve(),
        environments: {
            getActiveEnvironmentPath: () => ({ id: selected, path: selected }),
            onDidChangeActiveEnvironmentPath: changed.event,
            resolveEnvironment: async ({ path }) => path && { executable: { uri: vscode.Uri.file(path) } },
        },
    }
}
