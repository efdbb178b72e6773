---@brief
---
--- Finds Python imports that cannot be resolved, as CPython would, in the whole project, without running your code.
---
--- `pip install "importwise[watch]"` (or `pipx install`, `uv tool install`) installs the server, and the package with which
--- it sees what other programs do on the disk. Without `[watch]` Neovim watches for it, since `capabilities` ask for that;
--- on Linux, install `inotify-tools` then.

---@type vim.lsp.Config
return {
  cmd = { 'importwise', 'server' },
  filetypes = { 'python' },
  root_markers = { 'importwise.toml', 'pyproject.toml', 'setup.py', 'setup.cfg', '.git' },
  capabilities = { workspace = { didChangeWatchedFiles = { dynamicRegistration = true } } },
}
