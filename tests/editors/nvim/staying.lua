-- Neovim that says when all is there, and then stays, until somebody ends it.
local steps = require("steps")

steps.run(function()
  vim.cmd.edit("shop/till.py")
  steps.expect_shown("shop/till.py", "3:6-16 unresolved-import")
  io.stdout:write("ready\n")
  io.stdout:flush()
  coroutine.yield()
end)
