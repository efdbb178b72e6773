---@brief
---
--- Finds Python imports that cannot be resolved, as CPython would, in the whole project, without running your code.
---
--- `pipx install ".[watch]"` in a clone (or `uv tool install`, `pip install`) installs the server, and the package with which
--- it sees what other programs do on the disk. Without `[watch]` the server relies on Neovim, since `capabilities` ask for
--- that, and looks when a file is saved and every half minute; on Linux Neovim tells of files if `inotify-tools` is installed.

---@type vim.lsp.Config
return {
  cmd = { 'importwise', 'server' },
  filetypes = { 'python' },
  root_markers = { 'importwise.toml', 'pyproject.toml', 'setup.py', 'setup.cfg', '.git' },
  capabilities = { workspace = { didChangeWatchedFiles = { dynamicRegistration = true } } },
}
