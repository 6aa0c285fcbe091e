"""Phone numbers as they leave in files: their beginning, unless whole ones were asked for. Next: export_words.py."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from gateway.application.directory import HistoryEntry, Person

SHOWN = 3
HIDDEN = "*****"
"""As many for every number, so that not even its length is told."""
FIELDS = frozenset({"phoneNumber", "mobilePhoneNumber"})

Row = TypeVar("Row")


def masked(phone: str | None) -> str | None:
    """Return the beginning of a phone number."""
    return phone and phone[:SHOWN] + HIDDEN


def masked_person(person: Person) -> Person:
    """Return somebody without their whole phone numbers."""
    return replace(
        person, phone_number=masked(person.phone_number) or "", mobile_phone_number=masked(person.mobile_phone_number)
    )


def masked_entry(entry: HistoryEntry) -> HistoryEntry:
    """Return a change without whole phone numbers."""
    return replace(entry, old=masked(entry.old), new=masked(entry.new)) if entry.field in FIELDS else entry


async def each(steps: AsyncIterator[Sequence[Row]], mask: Callable[[Row], Row]) -> AsyncIterator[Sequence[Row]]:
    """Return the rows with each of them masked, step by step as they come."""
    async for rows in steps:
        yield [mask(row) for row in rows]
