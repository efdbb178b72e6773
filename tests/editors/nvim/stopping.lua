-- The client is stopped, and started again.
local steps = require("steps")

steps.run(function()
  local status
  vim.lsp.config("importwise", {
    on_exit = function(code, signal)
      status = { code, signal }
    end,
  })
  vim.cmd.edit("shop/till.py")
  steps.expect_shown("shop/till.py", "3:6-16 unresolved-import")
  steps.ready()
  vim.lsp.enable("importwise", false)
  steps.expect("the end of the server", function()
    return status
  end)
  assert(vim.deep_equal(status, { 0, 0 }), vim.inspect(status))
  steps.expect_shown("shop/till.py")

  vim.lsp.enable("importwise")
  steps.expect_shown("shop/till.py", "3:6-16 unresolved-import")
  steps.ready()
end)
