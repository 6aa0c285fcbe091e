"""A person's calendar feed: at most one opens. Next stop: application/calendars.py."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias, assert_never
from uuid import UUID

from kernel.domain.decider import Decider
from services.contracts.domain.events import CalendarEvent, CalendarIssued, CalendarRevoked


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueCalendar:
    """Give a person an address of their calendar, in the place of one they had."""

    user_id: UUID
    feed_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeCalendar:
    """Take the address back."""

    user_id: UUID
    at: datetime


CalendarCommand: TypeAlias = IssueCalendar | RevokeCalendar


def evolve(_state: UUID | None, event: CalendarEvent) -> UUID | None:
    """Return the feed that opens after *event*."""
    match event:
        case CalendarIssued(feed_id=feed_id):
            return feed_id
        case CalendarRevoked():
            return None
        case _:
            assert_never(event)


def decide(state: UUID | None, command: CalendarCommand) -> list[CalendarEvent]:
    """Return the facts *command* leads to; none when it would change nothing."""
    match command:
        case IssueCalendar():
            return [CalendarIssued(user_id=command.user_id, feed_id=command.feed_id, at=command.at)]
        case RevokeCalendar():
            return [] if state is None else [CalendarRevoked(user_id=command.user_id, at=command.at)]
        case _:
            assert_never(command)


calendar: Decider[UUID | None, CalendarCommand, CalendarEvent] = Decider(initial=None, decide=decide, evolve=evolve)
