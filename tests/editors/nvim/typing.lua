-- Diagnostics of open and closed files, while one types.
local steps = require("steps")

steps.run(function()
  vim.cmd.edit("shop/till.py")
  steps.expect_shown("shop/till.py", "3:6-16 unresolved-import")
  steps.expect_shown("shop/invoice.py", "1:29-35 unresolved-name")
  local client = steps.ready()
  assert(client.offset_encoding == "utf-8", client.offset_encoding)

  vim.api.nvim_input("3Gccfrom shop.pricing.taxes import RATE<Esc>")
  steps.expect_shown("shop/till.py")
  -- Columns are counted as they should be where characters take one, two and four bytes.
  vim.api.nvim_input("ggOname = 'aé𐐀'; import shop.nothing, json<Esc>")
  local start = #"name = 'aé𐐀'; import " + 1
  steps.expect_shown("shop/till.py", ("1:%d-%d unresolved-import"):format(start, start + #"shop.nothing"))
  vim.api.nvim_input("dd")
  steps.expect_shown("shop/till.py")

  -- A file that is not open follows what is typed in another.
  vim.cmd.edit({ "shop/cart.py", mods = { silent = true } })
  vim.api.nvim_input("GoCoupon = Voucher<Esc>")
  steps.expect_shown("shop/invoice.py")
  vim.api.nvim_input("ccVoucher2 = 1<Esc>")
  steps.expect_shown("shop/invoice.py", "1:29-35 unresolved-name")
end)
