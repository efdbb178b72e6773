-- Settings that Neovim has for the server: `extraPaths` names the folder of `taxlib`.
local steps = require("steps")

steps.run(function()
  vim.cmd.edit("shop/report.py")
  steps.ready()
  vim.api.nvim_input("ggOimport taxlib, nothing<Esc>")
  steps.expect_shown("shop/report.py", "1:16-23 unresolved-import")
end)
