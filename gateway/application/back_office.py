"""The operator's back office: its token, and who it is when it comes with one. Next stop: clients/contracts.py."""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

from gateway.application.asked import Asked
from gateway.application.errors import ClientUnknown, ScopeUnknown
from gateway.application.ports import Contracts, Limits

CLIENT = "operator"
SCOPES = frozenset({"applications:write", "contracts:write"})
TOKEN_SECONDS = 3599


@dataclass(frozen=True, slots=True)
class Granted:
    """An access token and what it is good for."""

    token: str
    scopes: frozenset[str]
    seconds: int = TOKEN_SECONDS


@dataclass(frozen=True, slots=True, kw_only=True)
class BackOffice:
    """What the operator's systems may do."""

    contracts: Contracts
    limits: Limits
    secret: str
    sign: Callable[[str, frozenset[str], int], str]
    """Makes a token for a subject with scopes and a life in seconds."""

    async def grant(self, client_id: str, secret: str, wanted: str, asked: Asked) -> Granted:
        """Return a token with the wanted scopes, or all. See: RFC 6749, section 4.4. Raises: ClientUnknown."""
        await self.limits.count("token", asked.client_ip)
        right_secret = _same(secret, self.secret)
        if not (_same(client_id, CLIENT) and right_secret):
            raise ClientUnknown
        scopes = (frozenset(wanted.split()) & SCOPES) if wanted.strip() else SCOPES
        if not scopes:
            raise ScopeUnknown
        return Granted(self.sign(CLIENT, scopes, TOKEN_SECONDS), scopes)


def _same(left: str, right: str) -> bool:
    # Digests have one length, so the comparison tells nothing about the secret's.
    return hmac.compare_digest(sha256(left.encode()).digest(), sha256(right.encode()).digest())
