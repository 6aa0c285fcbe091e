"""What one mail tells one person of contracts. Next stop: adapters/letters.py, which writes it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.notifier.domain.story import Telling


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """The fact that a mail goes back to."""

    cause_id: str
    cause_type: str
    correlation_id: UUID
    traceparent: str | None
    caused_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing that a mail tells, and the contracts of it that the person may see."""

    telling: Telling
    contract_numbers: Sequence[str]
    """At most some, in their order."""
    more_contracts: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Bulletin:
    """What one mail tells one person, newest first."""

    items: Sequence[Item]
    total: int
    """How many there are, those that the mail only counts among them."""
    not_after: datetime
    """Until when the last of them is worth a mail."""
    whole_until: datetime
    """Until when all of them are."""
    cause: Cause
    """What came first of all of them."""
