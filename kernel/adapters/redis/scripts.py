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

BEGIN_WIPE = """
-- Leaves a token for a checkpoint that is gone, and returns it, or that of who began before; '' when one is kept.
if (redis.call('HGET', KEYS[1], 'seq') or '0') ~= '0' then return '' end
local begun = redis.call('HGET', KEYS[1], 'wiping')
if begun then return begun end
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'wiping', ARGV[1])
redis.call('PUBLISH', KEYS[2], ARGV[2])
return ARGV[1]
"""
"""KEYS: checkpoint, channel. ARGV: a token, the news."""

UNLINK = """
-- Removes keys while the wipe goes on that the token stands for.
if redis.call('HGET', KEYS[1], 'wiping') ~= ARGV[1] then return 0 end
for i = 2, #KEYS do redis.call('UNLINK', KEYS[i]) end
return 1
"""
"""KEYS: checkpoint, those to remove. ARGV: the token."""

END_WIPE = """
-- Begins a checkpoint of nothing, unless the wipe that the token stands for has ended otherwise.
if redis.call('HGET', KEYS[1], 'wiping') ~= ARGV[1] then return 0 end
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'seq', 1)
redis.call('PUBLISH', KEYS[2], ARGV[2])
return 1
"""
"""KEYS: checkpoint, channel. ARGV: the token, the news."""
