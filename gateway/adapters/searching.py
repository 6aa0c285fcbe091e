"""Searches contracts by the text of their entries, a few hundred at a time inside Redis. Next stop: boards.py."""

import json

from gateway.application.board_ports import Place, Sought

SEARCH = """
-- Looks through the entries of an index from behind a place on, until enough were found that may be seen and fit.
local answer = {redis.call('HGET', KEYS[1], 'complete') or ''}
local limit, score, want = tonumber(ARGV[2]), ARGV[3], cjson.decode(ARGV[4])
local at = score == '' and 0 or redis.call('ZCOUNT', KEYS[2], '-inf', score)
local function set(list) local made = {} for _, one in ipairs(list) do made[one] = true end return made end
local services, contracts = set(want.services), set(want.contracts)
while #answer < 1 + 3 * limit do
  local part = redis.call('ZRANGE', KEYS[2], at, at + 499, 'WITHSCORES')
  if #part == 0 then break end
  for j = 1, #part, 2 do
    local service, status, text, id = string.match(part[j], '^([^\\31]*)\\31([^\\31]*)\\31([^\\31]*)\\31([^\\31]*)$')
    local fits = service
      and (want.everything or services[service] or contracts[service .. '/' .. id])
      and (want.service == '' or want.service == service)
      and (want.status == '' or want.status == status)
    if fits then
      for _, word in ipairs(want.words) do
        if not string.find(text, word, 1, true) then fits = false break end
      end
    end
    if fits and #answer < 1 + 3 * limit then
      answer[#answer + 1] = part[j + 1]
      answer[#answer + 1] = ''
      answer[#answer + 1] = redis.call('GET', ARGV[1] .. id) or ''
    end
  end
  at = at + #part / 2
end
return answer
"""
"""KEYS: checkpoint, index. ARGV: prefix of row keys, limit, the score to go on behind or nothing, what is wanted."""


def arguments(wanted: Sought, limit: int, after: Place | None) -> list[str | int]:
    """Return what the script is given behind the prefix of row keys."""
    told = {
        "words": list(wanted.words),
        "everything": wanted.everything,
        "services": sorted(wanted.services),
        "contracts": sorted(wanted.contracts),
        "service": wanted.service_name or "",
        "status": wanted.service_status or "",
    }
    return [limit, after[0] if after else "", json.dumps(told, ensure_ascii=False)]
