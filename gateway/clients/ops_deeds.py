"""What operators did and who was refused, at the users service. Next stop: services/users/api/operators.py."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from gateway.application.asked import Asked
from gateway.application.ops_deeds import Deed
from gateway.application.session import Session
from gateway.clients.answers import read
from gateway.clients.ops import DEED
from gateway.clients.ops_looks import LOOK_SECONDS, look
from kernel.adapters.http.client import ServiceClient
from kernel.domain.context import PLATFORM


@dataclass(frozen=True, slots=True, kw_only=True)
class _Deeds:
    items: tuple[Deed, ...]


@dataclass(frozen=True, slots=True)
class DeedBookClient:
    """Calls the users service in the name of who looks, or was refused."""

    http: ServiceClient

    async def page(self, session: Session, limit: int, before: int | None, asked: Asked) -> Sequence[Deed]:
        """Return deeds and refusals, newest first."""
        query = {"limit": limit, **({"before": before} if before is not None else {})}
        by = asked.context(f"user:{session.user_id}", PLATFORM)
        return read(_Deeds, await look(self.http, f"/internal/operators/deeds?{urlencode(query)}", by)).items

    async def refused(self, session: Session, operation: str, asked: Asked) -> None:
        """Take note of a refusal."""
        body = {"companyId": str(session.tenant_id), "operation": operation}
        by = asked.context(f"user:{session.user_id}", PLATFORM)
        path = f"/internal/operators/{session.user_id}/refusals"
        # Whoever is refused has their answer; what is behind it must hold no connection for long.
        await self.http.post(path, body, DEED, by, within=LOOK_SECONDS)
