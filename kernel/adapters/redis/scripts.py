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

MERGE = """
-- Reads the first rows of several indexes together, by score and key, each row once, from behind a place on.
local answer = {redis.call('HGET', KEYS[1], 'complete') or ''}
local limit, down, score, member = tonumber(ARGV[2]), ARGV[3] == '1', ARGV[4], ARGV[5]
local range, rank = down and 'ZREVRANGE' or 'ZRANGE', down and 'ZREVRANK' or 'ZRANK'
local from = tonumber(score)
local found, seen = {}, {}
for i = 2, #KEYS do
  local at, left = 0, limit
  if from then
    if redis.call('ZSCORE', KEYS[i], member) == score then at = redis.call(rank, KEYS[i], member) + 1
    elseif down then at = redis.call('ZCOUNT', KEYS[i], '(' .. score, '+inf')
    else at = redis.call('ZCOUNT', KEYS[i], '-inf', '(' .. score) end
  end
  while left > 0 do
    local part = redis.call(range, KEYS[i], at, at + limit - 1, 'WITHSCORES')
    if #part == 0 then break end
    for j = 1, #part, 2 do
      local key, value = part[j], tonumber(part[j + 1])
      local known = value == from and ((down and key >= member) or (not down and key <= member))
      if not known and left > 0 then
        left = left - 1
        if not seen[key] then seen[key] = true; found[#found + 1] = {value, key, part[j + 1]} end
      end
    end
    at = at + #part / 2
  end
end
table.sort(found, function(a, b)
  if a[1] ~= b[1] then if down then return a[1] > b[1] end return a[1] < b[1] end
  if down then return a[2] > b[2] end
  return a[2] < b[2]
end)
for i = 1, math.min(limit, #found) do
  answer[#answer + 1] = found[i][3]
  answer[#answer + 1] = found[i][2]
  answer[#answer + 1] = redis.call('GET', ARGV[1] .. found[i][2]) or ''
end
return answer
"""
"""KEYS: checkpoint, indexes. ARGV: prefix of row keys, limit, `1` for the highest score first, and the place: a score
as Redis writes it and a key, both empty for the beginning."""

COUNT = """
-- Counts the entries of groups of indexes. In a group that overlaps, an entry of several indexes counts once.
local answer = {redis.call('HGET', KEYS[1], 'complete') or ''}
local at = 2
for i = 2, #ARGV do
  local size, count = tonumber(ARGV[i]), 0
  if ARGV[1] == '1' and size > 1 then
    local keys = {}
    for j = 1, size do keys[j] = KEYS[at + j - 1] end
    count = #redis.call('ZUNION', size, unpack(keys))
  else
    for j = 1, size do count = count + redis.call('ZCARD', KEYS[at + j - 1]) end
  end
  at = at + size
  answer[i] = count
end
return answer
"""
"""KEYS: checkpoint, the indexes of all groups. ARGV: `1` when indexes of a group overlap, the size of each group."""

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
