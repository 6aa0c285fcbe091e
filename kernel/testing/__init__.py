"""What tests need of the kernel: a past and a wish, a log in memory, keys, a clock that stands still."""

from kernel.testing.behaviour import given
from kernel.testing.clock import StillClock, ids
from kernel.testing.keyring import FakeKeyring
from kernel.testing.store import InMemoryStore

__all__ = ["FakeKeyring", "InMemoryStore", "StillClock", "given", "ids"]
