-- What others do on the disk lights up the importers. WATCHER says who sees it; with SAVES, folders are seen by saving only.
local steps = require("steps")

local function move_folder(old, new)
  assert(vim.uv.fs_rename(old, new))
  if vim.env.SAVES then
    vim.cmd.write({ mods = { silent = true } })
  end
end

steps.run(function()
  vim.cmd.edit("shop/report.py")
  steps.expect_shown("shop/till.py", "3:6-16 unresolved-import")
  local client = steps.ready()
  local about = steps.command(client, "importwise.debugInformation")
  assert(about:find("files are watched by " .. vim.env.WATCHER, 1, true), about)
  steps.expect_shown("shop/report.py")

  vim.uv.fs_rename("shop/pricing/taxes.py", "shop/pricing/duties.py")
  steps.expect_shown("shop/report.py", "2:6-24 unresolved-import")
  steps.expect_shown("shop/invoice.py", "1:29-35 unresolved-name", "2:26-31 unresolved-name")
  vim.uv.fs_rename("shop/pricing/duties.py", "shop/taxes.py")
  steps.expect_shown("shop/till.py")

  -- A whole package goes and comes back.
  move_folder("shop/pricing", "elsewhere")
  steps.expect_shown("shop/invoice.py", "1:29-35 unresolved-name", "2:6-18 unresolved-import")
  vim.uv.fs_rename("shop/taxes.py", "elsewhere/taxes.py")
  move_folder("elsewhere", "shop/pricing")
  steps.expect_shown("shop/report.py")
  steps.expect_shown("shop/invoice.py", "1:29-35 unresolved-name")

  vim.uv.fs_unlink("shop/cart.py")
  steps.expect_shown("shop/till.py", "2:6-15 unresolved-import", "3:6-16 unresolved-import")
end)
