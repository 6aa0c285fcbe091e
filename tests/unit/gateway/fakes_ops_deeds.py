# ruff: noqa: ARG002 - fakes take what the ports give
"""What operators did and who was refused, in memory."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from gateway.application.asked import Asked
from gateway.application.ops_deeds import Deed
from gateway.application.session import Session
from kernel.domain.errors import Unavailable
from tests.unit.gateway.fakes import NOW, TENANT, USER
from tests.unit.gateway.fakes_ops import PARKED, READER
from tests.unit.gateway.samples_people import STRANGER


def deed(position: int, **changes: Any) -> Deed:
    """Return a deed of an operator."""
    said: dict[str, Any] = {
        "position": position,
        "stream_id": UUID(int=position),
        "version": position,
        "at": NOW + timedelta(seconds=position),
        "user_id": USER,
        "company_id": None,
        "what": "DISCARD",
        "refused": False,
        "consumer": READER,
        "error": "Unreadable",
        "streams": (PARKED,),
        "about": None,
        "reason": f"a test order {position}",
    }
    return Deed(**said | changes)


def refusal(position: int, **changes: Any) -> Deed:
    """Return that somebody of a company was refused."""
    said: dict[str, Any] = {"what": "opsStreams", "refused": True, "company_id": TENANT, "user_id": STRANGER}
    nothing: dict[str, Any] = {"consumer": None, "error": None, "streams": (), "reason": ""}
    return deed(position, **said | nothing | changes)


@dataclass
class FakeDeedBook:
    """Deeds and refusals; who is refused is noted whenever it is asked for."""

    kept: list[Deed] = field(default_factory=lambda: [refusal(2), deed(1)])
    noted: list[tuple[UUID, UUID, str, str]] = field(default_factory=list)
    away: bool = False

    async def page(self, session: Session, limit: int, before: int | None, asked: Asked) -> Sequence[Deed]:
        self._answer()
        return [one for one in self.kept if before is None or one.position < before][:limit]

    async def refused(self, session: Session, operation: str, asked: Asked) -> None:
        self._answer()
        self.noted.append((session.user_id, session.tenant_id, operation, asked.key))

    def _answer(self) -> None:
        if self.away:
            raise Unavailable("the users service is away")
