/** The least that a language server needs of an extension: a command, and which documents are its own. */

const { workspace } = require('vscode')
const { LanguageClient, RevealOutputChannelOn } = require('vscode-languageclient/node')

exports.activate = async (context) => {
    const [command, ...args] = workspace.getConfiguration('trivialClient').get('command')
    const client = new LanguageClient(
        'trivial',
        { command, args },
        {
            documentSelector: [{ language: 'python', scheme: 'file' }],
            initializationOptions: workspace.getConfiguration('trivialClient').get('options'),
            revealOutputChannelOn: RevealOutputChannelOn.Never,
        },
    )
    context.subscriptions.push(client)
    await client.start()
}
