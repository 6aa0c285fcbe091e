"""Which partition of a topic a stream belongs to, for ever: murmur2 as Java's client has it."""

import struct
from functools import lru_cache
from uuid import UUID

_SEED = 0x9747B28C
_FACTOR = 0x5BD1E995
_MASK = 0xFFFFFFFF
_WORDS = struct.Struct("<9I")
"""A UUID as text has 36 bytes: nine words and no rest."""


@lru_cache(maxsize=65536)
def partition_of(stream_id: UUID, count: int) -> int:
    """Return the partition, of *count*, that records keyed by the stream's id as text go to."""
    return (_murmur2(str(stream_id).encode()) & 0x7FFFFFFF) % count


def _murmur2(key: bytes) -> int:
    mixed = _SEED ^ len(key)
    for word in _WORDS.unpack(key):
        scaled = word * _FACTOR & _MASK
        scaled = (scaled ^ scaled >> 24) * _FACTOR & _MASK
        mixed = mixed * _FACTOR & _MASK ^ scaled
    mixed = (mixed ^ mixed >> 13) * _FACTOR & _MASK
    return mixed ^ mixed >> 15
