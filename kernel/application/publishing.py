"""The relay's rules without the relay: where to start, which link each fact gets. Next: adapters/kafka/relay.py."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from kernel.domain.errors import PortalError


class LogRestored(PortalError):
    """The topic knows more than the log: the log was restored, and an operator must begin a new epoch."""

    code = "log-restored"


class NotDense(PortalError):
    """The log has a hole, which its append makes impossible: publishing stops rather than skip a fact."""

    code = "not-dense"


class Placed(Protocol):
    """A fact as far as its place matters."""

    @property
    def position(self) -> int:
        """Its place in the log."""
        ...

    @property
    def partition(self) -> int:
        """The partition of the topic that it belongs to."""
        ...

    @property
    def public(self) -> bool:
        """Whether it leaves the service."""
        ...


R = TypeVar("R", bound=Placed)


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far the log was published: a position, and the last one that was sent to each partition."""

    position: int
    last: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Tail:
    """What the last record of a partition says of itself; zeroes when the partition is empty."""

    epoch: int = 0
    position: int = 0


@dataclass(frozen=True, slots=True)
class Link(Generic[R]):
    """A fact to send, and the position of the one before it in its partition."""

    fact: R
    previous: int


def resume(
    saved: Cursor, tails: Sequence[Tail], *, epoch: int, head: int, again: Sequence[int] | None = None
) -> Cursor:
    """Return where to go on: a partition that lost its tail is sent again from what it still has.

    A partition whose last record is of an older epoch is sent again whole, under the new one. With *again*, the last
    position that was sent again to each partition, a tail that is not older than that has lost nothing: what follows
    it comes again anyway. Raises: LogRestored.
    """
    if saved.position > head or any((tail.epoch, tail.position) > (epoch, head) for tail in tails):
        raise LogRestored(f"the topic or the relay is ahead of the log, which ends at {head} in epoch {epoch}")
    ends = [tail.position if tail.epoch == epoch else 0 for tail in tails]
    if again is not None:
        ends = [
            max(end, known) if end >= sent else end for end, known, sent in zip(ends, saved.last, again, strict=True)
        ]
    last = tuple(min(known, end) for known, end in zip(saved.last, ends, strict=True))
    lost = [now for now, before in zip(last, saved.last, strict=True) if now < before]
    return Cursor(position=min([saved.position, *lost]), last=last)


def rewind(saved: Cursor, partition: int, position: int) -> Cursor:
    """Return the cursor that sends everything behind *position* of one partition once more."""
    last = list(saved.last)
    last[partition] = min(last[partition], position)
    return Cursor(position=min(saved.position, last[partition]), last=tuple(last))


NEVER = 2**63 - 1
"""Stands for the last position of a partition to which nothing is sent again."""


def due(facts: Sequence[R], live: Cursor) -> Sequence[R]:
    """Return those of *facts* that were published before: what is sent again never overtakes what comes new."""
    return [fact for fact in facts if fact.position <= live.position]


def lost(offsets: Mapping[int, int], ends: Mapping[int, int]) -> list[int]:
    """Return the partitions that gave a record an offset they had given before: they were made anew or cut short."""
    return [partition for partition, offset in offsets.items() if 0 <= offset <= ends.get(partition, -1)]


def link(facts: Sequence[R], cursor: Cursor) -> tuple[list[Link[R]], Cursor]:
    """Return what to send of *facts*, which follow the cursor, and the cursor behind them.

    The links depend on the log alone, so two relays alive at once write the same ones. Raises: NotDense.
    """
    last = list(cursor.last)
    links = []
    for expected, fact in enumerate(facts, start=cursor.position + 1):
        if fact.position != expected:
            raise NotDense(f"the log goes on with {fact.position} where {expected} belongs")
        if fact.public and fact.position > last[fact.partition]:
            links.append(Link(fact, last[fact.partition]))
            last[fact.partition] = fact.position
    return links, Cursor(position=cursor.position + len(facts), last=tuple(last))


def taken(links: Sequence[Link[R]], cursor: Cursor, kept: Mapping[int, int]) -> Cursor:
    """Return the cursor behind as much of *links* as was taken: of each partition so many, its first ones.

    It stands before the first one that was not. What other partitions have beyond it is not sent to them again.
    """
    last, left = list(cursor.last), dict(kept)
    missing = []
    for one in links:
        part = one.fact.partition
        if left.get(part, 0):
            left[part] -= 1
            last[part] = one.fact.position
        else:
            missing.append(one.fact.position)
    return Cursor(position=min(missing) - 1 if missing else cursor.position, last=tuple(last))
