"""The chain: each record names its predecessor in its partition, so no hole passes unnoticed. Next: consume.py."""

from dataclasses import dataclass
from enum import Enum, auto

PATIENCE_SECONDS = 10.0


class Verdict(Enum):
    """What a reader does with a record."""

    NEXT = auto()
    """It follows what was read last: apply it."""
    KNOWN = auto()
    """It was read before: drop it."""
    AHEAD = auto()
    """Something before it is missing: ignore it, for it comes again behind what is missing."""
    BYGONE = auto()
    """It is of a log that was since restored from a backup: drop it."""
    RESTORED = auto()
    """The log was restored since: what was applied may never have happened, stop and have it rebuilt."""


@dataclass(frozen=True, slots=True)
class Place:
    """How far a reader has come in one partition; epoch 0 means it has read nothing and knows no epoch yet."""

    epoch: int = 0
    position: int = 0

    def judge(self, epoch: int, position: int, previous: int) -> Verdict:
        """Return what to do with a record of that *position*, behind that *previous* one."""
        if self.epoch and epoch != self.epoch:
            return Verdict.BYGONE if epoch < self.epoch else Verdict.RESTORED
        if position <= self.position:
            return Verdict.KNOWN
        return Verdict.NEXT if previous == self.position else Verdict.AHEAD


@dataclass(slots=True)
class Reached:
    """The offset up to which a partition is done with: nothing before it needs to be read again.

    It stays before what is ahead of a gap. Whoever begins there again meets the gap again, and until it is closed
    everybody sees that something waits.
    """

    offset: int
    ahead: bool = False

    def past(self, offset: int, verdict: Verdict | None) -> int:
        """Take note of a record, without verdict where no relay wrote it; return the offset that is reached."""
        self.ahead = verdict is Verdict.AHEAD or (self.ahead and verdict is not Verdict.NEXT)
        if not self.ahead:
            self.offset = offset + 1
        return self.offset


class Remedy(Enum):
    """What a reader does about a gap that stays open."""

    REWIND = auto()
    """Read the partition again from its first record."""
    ASK = auto()
    """Ask the owner of the log to publish again, and raise the alarm."""


@dataclass(slots=True)
class GapClock:
    """Times the open gap of one partition; every time a patience ends it names the next remedy."""

    patience: float = PATIENCE_SECONDS
    since: float | None = None
    rewound: bool = False

    def saw(self, verdict: Verdict, now: float) -> bool:
        """Take note of a record; true when it opened a gap."""
        if verdict is Verdict.NEXT:
            self.since, self.rewound = None, False
        elif verdict is Verdict.AHEAD and self.since is None:
            self.since = now
            return True
        return False

    def due(self, now: float) -> Remedy | None:
        """Return the remedy to use now, if the gap has been open for too long."""
        if self.since is None or now - self.since < self.patience:
            return None
        self.since = now
        if self.rewound:
            return Remedy.ASK
        self.rewound = True
        return Remedy.REWIND
