"""Service tokens: short-lived, for one audience, signed by their issuer. Next stop: commands.py.

See: RFC 7519 and RFC 9068 for the form, RFC 8725 for what is refused, RFC 9864 for the algorithm's name.
"""

import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from fastapi import Request
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey
from structlog.contextvars import bind_contextvars

from kernel.domain.errors import Denied, Unauthenticated

ALGORITHMS = ("Ed25519",)
TYPE = "at+jwt"
HEADER = frozenset({"alg", "kid", "typ"})
"""What a token's header holds, and nothing else: no jku, x5u or jwk that would name a key of the sender's."""

SECONDS = 60
OWN_SECONDS = 3600
"""How long a token may live that an issuer made for itself: the gateway's, for the operator's systems."""
SKEW_SECONDS = 5
"""How far the clocks of two machines may be apart."""
MOST_BELIEVED = 1000
"""Tokens that are known to be good; a caller uses one several times, and it stays good until it expires."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who calls, as its token says and its issuer may say."""

    issuer: str
    subject: str
    scopes: frozenset[str]
    tenant_id: UUID | None = None


class Signer:
    """Makes the tokens of one issuer."""

    def __init__(self, issuer: str, jwk: Mapping[str, Any], now: Callable[[], float] = time.time) -> None:
        self._issuer = issuer
        self._key = OKPKey.import_key(dict(jwk))
        self._now = now

    def token(
        self,
        audience: str,
        subject: str,
        scopes: Iterable[str],
        *,
        tenant_id: UUID | None = None,
        seconds: int = SECONDS,
    ) -> str:
        """Return a token that lets *subject* do what *scopes* name at *audience*, for so many seconds."""
        now = int(self._now())
        claims: dict[str, Any] = {
            "iss": self._issuer,
            "aud": audience,
            "sub": subject,
            "scope": " ".join(sorted(scopes)),
            "iat": now,
            "nbf": now,
            "exp": now + seconds,
            "jti": str(uuid4()),
        }
        if tenant_id is not None:
            claims["tenant"] = str(tenant_id)
        header = {"alg": ALGORITHMS[0], "kid": self._issuer, "typ": TYPE}
        return jwt.encode(header, claims, self._key, algorithms=ALGORITHMS)


class Verifier:
    """Believes tokens for one audience, of known issuers, and of each only the scopes that it may give."""

    def __init__(
        self,
        jwks: Mapping[str, Any],
        audience: str,
        issuers: Mapping[str, frozenset[str]],
        now: Callable[[], float] = time.time,
    ) -> None:
        self._keys = {key["kid"]: OKPKey.import_key(dict(key)) for key in jwks["keys"] if key["kid"] in issuers}
        self._audience = audience
        self._issuers = issuers
        self._now = now
        self._believed: dict[str, tuple[int, Caller]] = {}

    def verify(self, token: str) -> Caller:
        """Return who calls. Raises: Unauthenticated, which says why but nothing of the token."""
        ends, who = self._believed.get(token, (0, None))
        if who is None or ends <= self._now():
            # One that has expired meanwhile is refused on the usual way.
            self._believed.pop(token, None)
            ends, who = self._read(token)
            if len(self._believed) >= MOST_BELIEVED:
                del self._believed[next(iter(self._believed))]
            self._believed[token] = ends, who
        return who

    def _read(self, token: str) -> tuple[int, Caller]:
        try:
            read = jwt.decode(token, self._key, algorithms=ALGORITHMS)
        except (JoseError, ValueError) as error:
            raise Unauthenticated("the token cannot be believed") from error
        claims = read.claims
        issuer, subject, scope = (claims.get(name) for name in ("iss", "sub", "scope"))
        if issuer != read.header["kid"]:
            raise Unauthenticated("the token was signed by another than its issuer")
        if claims.get("aud") != self._audience:
            raise Unauthenticated("the token is for another audience")
        if not (isinstance(subject, str) and subject and isinstance(scope, str)):
            raise Unauthenticated("the token does not say who may do what")
        ends = self._see_time(claims, OWN_SECONDS if issuer == self._audience else SECONDS)
        return ends, Caller(
            issuer=issuer,
            subject=subject,
            scopes=frozenset(scope.split()) & self._issuers[issuer],
            tenant_id=_tenant(claims.get("tenant")),
        )

    def _key(self, signed: Any) -> OKPKey:
        header = signed.headers()
        if header.keys() != HEADER or header["typ"] != TYPE or header["kid"] not in self._keys:
            raise ValueError("the header is not one of ours")
        return self._keys[header["kid"]]

    def _see_time(self, claims: Mapping[str, Any], longest: int) -> int:
        issued, begins, ends = (claims.get(name) for name in ("iat", "nbf", "exp"))
        if type(issued) is not int or type(begins) is not int or type(ends) is not int:
            raise Unauthenticated("the token does not say how long it lives")
        now = self._now()
        if ends <= now:
            raise Unauthenticated("the token has expired")
        if max(issued, begins) > now + SKEW_SECONDS:
            raise Unauthenticated("the token is not valid yet")
        if ends - issued > longest:
            raise Unauthenticated("the token lives for too long")
        return ends


def caller(scope: str) -> Callable[..., Awaitable[Caller]]:
    """Return a dependency that lets in who holds a token with *scope*. Raises: Unauthenticated; Denied."""

    async def let_in(request: Request) -> Caller:
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        if kind.lower() != "bearer" or not token:
            raise Unauthenticated("a Bearer token is needed")
        who: Caller = request.app.state.verifier.verify(token.strip())
        if scope not in who.scopes:
            raise Denied(f"the token does not allow {scope}")
        if who.tenant_id:
            bind_contextvars(tenant_id=str(who.tenant_id))
        return who

    return let_in


def _tenant(text: object) -> UUID | None:
    if text is None:
        return None
    try:
        return UUID(str(text))
    except ValueError as error:
        raise Unauthenticated("the token names no tenant") from error
