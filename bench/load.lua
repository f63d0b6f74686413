-- What wrk sends, by MODE: get (as wrk makes it), bulk (100 users that nobody has yet), create (a
-- group), update and delete (a user of IDS, each line of which is an id).
-- KEY: API key. GROUP: of the invited users. RUN: makes this run's names its own.
-- Prints: requests, seconds, errors, p50 and p99 in milliseconds.

local mode, group, run, count = os.getenv("MODE"), os.getenv("GROUP"), os.getenv("RUN"), 0
local ids = {}

function init()
  wrk.headers["apikey"] = os.getenv("KEY")
  wrk.headers["content-type"] = "application/json"
  if os.getenv("IDS") then
    for line in io.lines(os.getenv("IDS")) do ids[#ids + 1] = line end
  end
end

local function bulk()
  local rows = {}
  for row = 1, 100 do
    rows[row] = string.format(
      '{"email":"p%d.%d.%s@acme.test","groups":["%s"]}', row, count, run, group)
  end
  return wrk.format("POST", nil, nil, "[" .. table.concat(rows, ",") .. "]")
end

local senders = {
  bulk = bulk,
  create = function()
    return wrk.format("POST", nil, nil, string.format('{"name":"%s %d","roles":[]}', run, count))
  end,
  update = function()
    local path = wrk.path .. "/" .. ids[count % #ids + 1]
    return wrk.format("PUT", path, nil, string.format('{"firstName":"Ann %d"}', count))
  end,
  delete = function()
    return wrk.format("DELETE", wrk.path .. "/" .. ids[count], nil, "")
  end,
}

if mode ~= "get" then
  function request()
    count = count + 1
    return senders[mode]()
  end
end

function done(summary, latency)
  local e = summary.errors
  local errors = e.connect + e.read + e.write + e.status + e.timeout
  print(string.format("RESULT %d %f %d %f %f", summary.requests, summary.duration / 1e6, errors,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3))
end
