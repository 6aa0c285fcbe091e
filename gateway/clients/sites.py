"""Identity's part of the way to settings sites, as typed calls. Next stop: services/identity/api/sites.py."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any
from uuid import UUID

from pydantic.alias_generators import to_camel

from gateway.application.asked import Asked
from gateway.application.session import Session
from gateway.application.site_ports import CodeWish, Grant, Redemption, Tokens
from gateway.clients.answers import read
from kernel.adapters.clock import new_id
from kernel.adapters.http.client import ServiceClient
from kernel.domain.context import NOBODY, Context

SCOPES = ("sites",)
KEYS_SECONDS = 5.0
"""How long keys are given out again without being asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Code:
    code: str


@dataclass(slots=True)
class _Keys:
    until: float = 0.0
    keys: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True, slots=True)
class SitesClient:
    """Calls identity; what it refuses is raised with its code."""

    http: ServiceClient
    _kept: _Keys = field(default_factory=_Keys)

    async def issue(self, session: Session, wish: CodeWish, asked: Asked) -> str:
        """Return a code."""
        who = {"sessionId": str(session.session_id), "userId": str(session.user_id)}
        body = {**_camel(asdict(wish)), "contractId": str(wish.contract_id), **who}
        context = asked.context(f"user:{session.user_id}", session.tenant_id)
        return read(_Code, (await self.http.post("/sites/codes", body, SCOPES, context)).body).code

    async def redeem(self, shown: Redemption, asked: Asked) -> Tokens:
        """Turn a code into tokens, once."""
        body = _camel(asdict(shown))
        return read(Tokens, (await self.http.post("/sites/tokens", body, SCOPES, asked.context())).body)

    async def look(self, token: str, asked: Asked) -> Grant:
        """Return what a token stands for."""
        answer = await self.http.post("/sites/grants/look", {"token": token}, SCOPES, asked.context())
        return read(Grant, answer.body)

    async def revoke(self, grant_id: UUID, asked: Asked) -> None:
        """Take back what a code gave."""
        await self.http.post(f"/sites/grants/{grant_id}/revocation", None, SCOPES, asked.context())

    async def keys(self) -> Sequence[Mapping[str, Any]]:
        """Return the public keys that sign."""
        if self._kept.until <= time.monotonic():
            context = Context(tenant_id=NOBODY, actor="service:gateway", correlation_id=new_id())
            # Not read as our answers are: the names of a key's members are their own.
            self._kept.keys = (await self.http.get("/sites/keys", SCOPES, context)).body["keys"]
            self._kept.until = time.monotonic() + KEYS_SECONDS
        return self._kept.keys


def _camel(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {to_camel(name): value for name, value in fields.items()}
