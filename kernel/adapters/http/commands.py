"""How a command came over HTTP: who asks, under which key, in which trace. Next stop: a service's application/."""

import hmac
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import quote, unquote
from uuid import UUID, uuid5

from fastapi import Request, Response

from kernel.adapters.http.tokens import Caller, caller
from kernel.application.idempotency import well_formed
from kernel.domain.context import NOBODY, Client, Context
from kernel.domain.errors import IdempotencyKeyMissing
from kernel.domain.recorded import LogPosition

KEY = "idempotency-key"
POSITION = "X-Log-Position"
ADDRESS, AGENT = "X-Client-Address", "X-Client-Agent"
"""From where a person asks, as the service in front of us saw it."""
LONGEST_ADDRESS, LONGEST_AGENT = 60, 300

_COMMANDS = UUID("0d0f5bd0-6f0c-5d0b-9a55-6f1c7f3b4e21")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The circumstances of one command."""

    caller: Caller
    command_id: UUID | None
    """The same for the same caller, call and Idempotency-Key; None for a call without a key."""
    content: bytes | None
    """Tells whether two calls with one key ask for the same; None without a key."""
    correlation_id: UUID
    traceparent: str | None
    client: Client | None = None
    """From where the person asks in whose name the caller comes."""

    def context(self, tenant_id: UUID | None = None) -> Context:
        """Return them for a command on behalf of *tenant_id*, else of the tenant that the token names."""
        return Context(
            tenant_id=tenant_id or self.caller.tenant_id or NOBODY,
            actor=self.caller.subject,
            correlation_id=self.correlation_id,
            command_id=self.command_id,
            content=self.content,
            traceparent=self.traceparent,
            client=self.client,
        )


def asked(scope: str) -> Callable[..., Awaitable[Asked]]:
    """Return a dependency that reads the circumstances of a call that needs *scope*.

    Raises: Unauthenticated; Denied; IdempotencyKeyMissing for a POST without one; IdempotencyKeyMalformed.
    """
    let_in = caller(scope)

    async def read(request: Request) -> Asked:
        who = await let_in(request)
        key = _key(request)
        return Asked(
            caller=who,
            command_id=None if key is None else _command_id(who, request, key),
            content=None if key is None else _content(key, await request.body()),
            correlation_id=request.state.correlation_id,
            traceparent=request.state.traceparent,
            client=client_of(request.headers),
        )

    return read


def client_headers(client: Client | None) -> dict[str, str]:
    """Return how a call says from where the person asks; a browser may say of itself what no header holds."""
    return {ADDRESS: quote(client.address), AGENT: quote(client.agent)} if client else {}


def client_of(headers: Mapping[str, str]) -> Client | None:
    """Return what `client_headers()` said."""
    address = unquote(headers.get(ADDRESS.lower(), ""))[:LONGEST_ADDRESS]
    return Client(address=address, agent=unquote(headers.get(AGENT.lower(), ""))[:LONGEST_AGENT]) if address else None


def placed(response: Response, *positions: LogPosition | None) -> None:
    """Say in the answer how far a reader must have read to see what the command did: one place a partition."""
    furthest: dict[int, LogPosition] = {}
    for one in sorted(filter(None, positions), key=lambda place: place.position):
        furthest[one.partition] = one
    if furthest:
        response.headers[POSITION] = ", ".join(map(str, furthest.values()))


def _key(request: Request) -> str | None:
    key = request.headers.get(KEY)
    if key is None:
        if request.method == "POST":
            raise IdempotencyKeyMissing
        return None
    return well_formed(key)


def _command_id(who: Caller, request: Request, key: str) -> UUID:
    # The path as it was called, so that one key on two contracts is two commands; lengths keep the parts apart.
    parts = (who.issuer, who.subject, request.method, request.scope["path"], key)
    return uuid5(_COMMANDS, "".join(f"{len(part)}:{part}" for part in parts))


def _content(key: str, body: bytes) -> bytes:
    # A plain digest of a body with a password would let whoever reads the log guess it. The key is not kept anywhere,
    # so under it nothing can be guessed.
    return hmac.digest(key.encode(), body, sha256)
