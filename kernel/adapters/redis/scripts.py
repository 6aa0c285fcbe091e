"""The things that Redis does in one step each. Next stop: projector.py.

Keys are made from the generation's prefix and not named one by one, so the read models need one Redis, no cluster.
"""

COMMIT = """
-- Keeps a batch: rows, indexes, checkpoint and the news of it, or nothing when somebody else was quicker.
local seq = redis.call('HGET', KEYS[1], 'seq') or '0'
if seq ~= ARGV[1] then return 0 end
for _, command in ipairs(cjson.decode(ARGV[2])) do redis.call(unpack(command)) end
redis.call('HINCRBY', KEYS[1], 'seq', 1)
redis.call('PUBLISH', KEYS[2], ARGV[3])
return 1
"""
"""KEYS: checkpoint, channel. ARGV: the expected `seq`, commands as JSON, the news as JSON."""

GET = """
-- Reads some rows, and whether the read models are complete.
local rows = {redis.call('HGET', KEYS[1], 'complete') or ''}
for i = 2, #KEYS do rows[i] = redis.call('GET', KEYS[i]) or '' end
return rows
"""
"""KEYS: checkpoint, rows."""

LIST = """
-- Reads the rows that an index lists, in its order, as of one moment.
local answer = {redis.call('HGET', KEYS[1], 'complete') or ''}
local command = ARGV[4] == '1' and 'ZREVRANGE' or 'ZRANGE'
for i, member in ipairs(redis.call(command, KEYS[2], ARGV[2], ARGV[3])) do
  answer[i + 1] = redis.call('GET', ARGV[1] .. member) or ''
end
return answer
"""
"""KEYS: checkpoint, index. ARGV: the prefix of row keys, first, last, `1` for the highest score first."""

WIPE = """
-- Removes what is left of a generation whose checkpoint is gone or spoiled, unless somebody did so already.
local seq = redis.call('HGET', KEYS[1], 'seq') or '0'
if seq ~= ARGV[1] then return 0 end
local cursor = '0'
repeat
  local found = redis.call('SCAN', cursor, 'MATCH', ARGV[2], 'COUNT', 1000)
  cursor = found[1]
  if #found[2] > 0 then redis.call('UNLINK', unpack(found[2])) end
until cursor == '0'
redis.call('HSET', KEYS[1], 'seq', ARGV[3])
redis.call('PUBLISH', KEYS[2], ARGV[4])
return 1
"""
"""KEYS: checkpoint, channel. ARGV: the expected `seq`, the pattern of keys, the new `seq`, the news."""
