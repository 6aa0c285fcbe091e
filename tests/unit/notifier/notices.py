"""What mails about contracts tell in these tests."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from services.notifier.application.bulletin import Bulletin, Cause, Item
from services.notifier.domain.events import Template
from services.notifier.domain.kinds import Kind
from services.notifier.domain.story import Telling
from tests.unit.notifier.mails import LATER, NOW

INCIDENT = UUID(int=70)
FAULT = Telling(
    kind=Kind.FAULT,
    story_id=INCIDENT,
    number="T-1001",
    title="東京の交換機の故障",
    word="REPAIRING",
    text="部品を交換しています。\n\n終わり次第お知らせします。",
    clears_at=NOW + timedelta(hours=3),
    at=NOW,
)
WORK = Telling(
    kind=Kind.MAINTENANCE,
    story_id=UUID(int=71),
    number="M-1",
    title="定期メンテナンス",
    word="ANNOUNCED",
    starts_at=datetime(2026, 12, 1, tzinfo=UTC),
    ends_at=datetime(2026, 12, 1, 2, tzinfo=UTC),
    at=NOW,
)
ORDER = Telling(
    kind=Kind.ORDER_STATUS,
    story_id=UUID(int=72),
    number="A-2026-7",
    word="IN_PROGRESS",
    order_type="CHANGE",
    order_status=2,
    at=NOW,
)
TELLING = {Template.FAULT: FAULT, Template.MAINTENANCE: WORK, Template.ORDER_STATUS: ORDER, Template.DIGEST: WORK}
"""What each mail about contracts is about."""
CAUSE = Cause(
    cause_id=f"{INCIDENT}/1",
    cause_type="portal.incident.opened.v1",
    correlation_id=UUID(int=5),
    traceparent=None,
    caused_at=NOW,
)


def item(telling: Telling = FAULT, *numbers: str, **of_telling: Any) -> Item:
    """Return one thing that is told."""
    return Item(telling=replace(telling, **of_telling), contract_numbers=numbers or ("N000000001",))


def bulletin(*items: Item, total: int | None = None, whole_until: datetime = LATER) -> Bulletin:
    """Return what a mail tells."""
    told: Sequence[Item] = items or [item()]
    return Bulletin(items=told, total=total or len(told), not_after=LATER, whole_until=whole_until, cause=CAUSE)


BULLETIN = bulletin()
