/** The part of the Python Environments extension's API that tells which environment is selected; `fake.select` selects. */

const vscode = require('vscode')

exports.activate = (context) => {
    const changed = new vscode.EventEmitter()
    let selected
    const select = (path) => {
        selected = path
        changed.fire({ uri: undefined })
        changed.fire({ uri: undefined })
    }
    context.subscriptions.push(changed, vscode.commands.registerCommand('fake.select', select))
    return {
        getEnvironment: async () =>
            selected && { environmentPath: vscode.Uri.file(selected), execInfo: { run: { executable: selected } } },
        onDidChangeEnvironment: changed.event,
    }
}
