-- Hover, definition, references and completion, by the keys that Neovim gives them.
local steps = require("steps")

local function text_of(window)
  return table.concat(vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(window), 0, -1, false), "\n")
end

steps.run(function()
  vim.cmd.edit("shop/report.py")
  steps.ready()

  steps.go_to("pricing")
  vim.api.nvim_input("K")
  local window = steps.expect("hover", function()
    return vim.iter(vim.api.nvim_list_wins()):find(function(one)
      return vim.api.nvim_win_get_config(one).relative ~= ""
    end)
  end)
  assert(text_of(window):find("shop/pricing/__init__.py", 1, true), text_of(window))

  steps.go_to("RATE")
  vim.api.nvim_input("<C-]>")
  steps.expect("definition", function()
    return vim.api.nvim_buf_get_name(0):match("shop/pricing/taxes.py$")
  end)
  assert(vim.api.nvim_get_current_line() == "RATE = 0.2", vim.api.nvim_get_current_line())
  vim.api.nvim_input("<C-o>")
  steps.expect("the way back", function()
    return vim.api.nvim_buf_get_name(0):match("shop/report.py$")
  end)

  vim.api.nvim_input("ggOfrom shop import <C-x><C-o>")
  local offers = steps.expect("completion", function()
    local items = vim.fn.complete_info({ "items" }).items
    return #items > 0 and items
  end)
  local words = vim.tbl_map(function(item)
    return item.word
  end, offers)
  assert(vim.deep_equal(words, { "cart", "invoice", "pricing", "till" }), vim.inspect(words))
  vim.api.nvim_input("<C-n><C-n><C-y><Esc>")
  steps.expect("the chosen word", function()
    return vim.api.nvim_get_current_line() == "from shop import pricing"
  end, vim.api.nvim_get_current_line)

  -- What is typed already counts.
  vim.api.nvim_input("<Esc>ofrom shop import inv<C-x><C-o>")
  steps.expect("the only word that suits", function()
    return vim.api.nvim_get_current_line() == "from shop import invoice"
  end, vim.api.nvim_get_current_line)
end)
