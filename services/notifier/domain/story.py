"""What is told of an application, an incident or planned work, and for how long it is news. Next: domain/sight.py."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from services.notifier.domain.kinds import Kind

LIFE = {
    Kind.FAULT: timedelta(days=1),
    Kind.ORDER_STATUS: timedelta(days=3),
    Kind.MAINTENANCE: timedelta(days=3),
}
"""For how long something is worth a mail, from when it became true: last month's fault is no news today."""

OVER = frozenset({"RESOLVED", "CLOSED", "COMPLETED", "CANCELLED", "REJECTED", "FAILED"})
"""Words after which nobody needs to be told that they were concerned too."""

AGAIN_FOR = timedelta(days=30)
"""How long after its end what was told may be mailed again."""
FORGOTTEN_AFTER = AGAIN_FOR + timedelta(days=1)
"""It is kept a little longer, for mails that were asked for at the last moment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Concerned:
    """A contract that a story is about, and whose it is."""

    contract_id: UUID
    contract_number: str
    service_name: str
    tenant_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """What was said of a story at one time; what does not belong to its kind is left out."""

    kind: Kind
    story_id: UUID
    number: str
    """As the operator calls it."""
    title: str = ""
    word: str
    """Where it stands: the state of an application or incident, or what became of planned work."""
    order_type: str = ""
    order_status: int | None = None
    text: str = ""
    clears_at: datetime | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    plan_on: date | None = None
    at: datetime

    @property
    def not_after(self) -> datetime:
        """Return until when it is worth a mail; work that is over was not announced in time."""
        end = self.at + LIFE[self.kind]
        is_coming = self.kind is Kind.MAINTENANCE and self.word not in OVER
        return min(end, self.ends_at) if is_coming and self.ends_at else end

    @property
    def over(self) -> bool:
        """Return whether nothing more is to come of it."""
        return self.word in OVER

    @property
    def ended_at(self) -> datetime | None:
        """Return since when nothing more may be said of it; None while something may, as of a fault that is mended."""
        return self.at if self.over and self.word != "RESOLVED" else self.ends_at
