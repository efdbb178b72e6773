-- The words of which scenarios are made.
-- A scenario runs as a coroutine beside the main loop, so that keys, timers and messages are taken in as they are in life.

local PATIENCE = 60000 -- Milliseconds after which what has not come is missing.
local LOOK = 5 -- Milliseconds between two looks.

local M = {}

local heard = {}
vim.notify = function(text, level)
  table.insert(heard, ("%s (level %s)"):format(text, level))
end

local function go_on(thread, ...)
  local well, trouble = coroutine.resume(thread, ...)
  if not well then
    io.stderr:write(debug.traceback(thread, tostring(trouble)), "\nmessages: ", vim.inspect(heard), "\n")
    vim.cmd("cquit 1")
  end
end

--- Run a scenario, and leave Neovim as people do. Whatever bothered the user on the way is a failure.
function M.run(scenario)
  go_on(coroutine.create(function()
    scenario()
    assert(#heard == 0, "somebody bothered the user")
    vim.cmd("quitall!")
  end))
end

--- Go on when `condition` holds; its result is returned. `state` tells of what there was in its place.
function M.expect(what, condition, state)
  local thread, timer, left = coroutine.running(), vim.uv.new_timer(), PATIENCE / LOOK
  local function look()
    if not timer:is_active() then
      return
    end
    local met = condition()
    left = left - 1
    if met or left <= 0 then
      timer:stop()
      go_on(thread, met)
    end
  end
  timer:start(0, LOOK, vim.schedule_wrap(look))
  local met = coroutine.yield()
  assert(met, what .. " did not come; there is " .. vim.inspect(state and state()))
  return met
end

--- The diagnostics of a file, open or not: "line:column-end rule", counted from 1, in bytes.
function M.shown(path)
  local lines = {}
  for _, one in ipairs(vim.diagnostic.get(vim.fn.bufadd(path))) do
    table.insert(lines, ("%d:%d-%d %s"):format(one.lnum + 1, one.col + 1, one.end_col + 1, one.code))
  end
  table.sort(lines)
  return lines
end

--- Go on when exactly these diagnostics are shown.
function M.expect_shown(path, ...)
  local wanted = { ... }
  M.expect(("%s: %s"):format(path, vim.inspect(wanted)), function()
    return vim.deep_equal(M.shown(path), wanted)
  end, function()
    return M.shown(path)
  end)
end

--- The client, once the server has read the whole project.
function M.ready()
  local client = M.expect("a client", function()
    return vim.lsp.get_clients({ name = "importwise" })[1]
  end)
  M.expect("a server that is ready", function()
    return client.initialized
  end)
  local status
  client:request("importwise/status", { settled = true }, function(_, result)
    status = result
  end)
  M.expect("a project that is read", function()
    return status and status.state == "ready"
  end, function()
    return status
  end)
  return client
end

--- What the server answers to a command.
function M.command(client, name)
  local answer
  client:request("workspace/executeCommand", { command = name }, function(trouble, result)
    answer = { trouble, result }
  end)
  M.expect(name, function()
    return answer
  end)
  assert(not answer[1], vim.inspect(answer[1]))
  return answer[2]
end

--- Put the cursor where `text` begins, in the current buffer.
function M.go_to(text)
  assert(vim.fn.search("\\V" .. text, "cw") > 0, text .. " is not in the buffer")
end

return M
