-- What wrk sends, and what it has seen, as one line of JSON.
--
-- The first argument is a Lua file that returns:
--   requests        a list of {weight, method, paths, headers, head, part, tail, parts}
--   run             hexadecimal text that no other run has; it begins each unique id
--   delete_created  true when "DELETE" requests take the path of what an earlier answer's Location named
-- A body is head, then part (as often as parts says, commas between), then tail; each "@" in part becomes an id.

local plan, total, counter, created, next_created
local threads = {}
sent = 0

function setup(thread)
  threads[#threads + 1] = thread
end

local function split(text)
  local pieces = {}
  for piece in (text .. "@"):gmatch("(.-)@") do pieces[#pieces + 1] = piece end
  return pieces
end

function init(arguments)
  plan = dofile(arguments[1])
  total, counter, created, next_created = 0, 0, {}, 1
  for _, each in ipairs(plan.requests) do
    total = total + each.weight
    each.pieces = each.part and split(each.part)
  end
  math.randomseed(tonumber(plan.run:sub(1, 6), 16))
  if plan.delete_created then
    response = function(status, headers)
      if headers["Location"] then created[#created + 1] = headers["Location"]:match("^https?://[^/]+(.*)$") end
    end
  end
end

local function unique()
  counter = counter + 1
  return string.format("%s-0000-4000-8000-%012x", plan.run, counter)
end

local function body(each)
  if not each.pieces then return nil end
  local text = {each.head}
  for number = 1, each.parts do
    if number > 1 then text[#text + 1] = "," end
    text[#text + 1] = table.concat(each.pieces, unique())
  end
  text[#text + 1] = each.tail
  return table.concat(text)
end

local function pick()
  if #plan.requests == 1 then return plan.requests[1] end
  local ticket = math.random() * total
  for _, each in ipairs(plan.requests) do
    ticket = ticket - each.weight
    if ticket < 0 then return each end
  end
  return plan.requests[#plan.requests]
end

local function path(each)
  if each.method == "DELETE" and plan.delete_created then
    local oldest = created[next_created]
    if not oldest then return nil end
    created[next_created] = nil
    next_created = next_created + 1
    return oldest
  end
  return each.paths[math.random(#each.paths)]
end

function request()
  sent = sent + 1
  local each, target
  repeat
    each = pick()
    target = path(each)
  until target
  return wrk.format(each.method, target, each.headers, body(each))
end

function done(summary, latency)
  local errors, begun = summary.errors, 0
  for _, thread in ipairs(threads) do begun = begun + thread:get("sent") end
  io.write(string.format(
    '\nRESULT {"requests": %d, "sent": %d, "seconds": %.6f, "refused": %d, "broken": %d, "p50": %.3f, "p99": %.3f, "worst": %.3f}\n',
    summary.requests, begun, summary.duration / 1e6, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, latency.max / 1e3))
end
