-- What wrk sends: GETs as wrk makes them, or bulks of 100 users that nobody has yet.
-- KEY: API key. GROUP: of the invited users; empty: GETs. RUN: makes this run's emails its own.
-- Prints: requests, seconds, errors, p50 and p99 in milliseconds.

local group, run, count = os.getenv("GROUP"), os.getenv("RUN"), 0

function init()
  wrk.headers["apikey"] = os.getenv("KEY")
  wrk.headers["content-type"] = "application/json"
end

if group ~= "" then
  function request()
    local rows = {}
    count = count + 1
    for row = 1, 100 do
      rows[row] = string.format(
        '{"email":"p%d.%d.%s@acme.test","groups":["%s"]}', row, count, run, group)
    end
    return wrk.format("POST", nil, nil, "[" .. table.concat(rows, ",") .. "]")
  end
end

function done(summary, latency)
  local e = summary.errors
  local errors = e.connect + e.read + e.write + e.status + e.timeout
  print(string.format("RESULT %d %f %d %f %f", summary.requests, summary.duration / 1e6, errors,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3))
end
