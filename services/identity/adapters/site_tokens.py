"""Signs what settings sites get, and reads what they sign. See: RFC 7515, RFC 7523, RFC 8725."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import uuid4

import asyncpg
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, RSAKey

from kernel.adapters.postgres.pool import reachable
from services.identity.application.site_ports import Assertion, SigningKey, Site

ALGORITHM = "RS256"
"""What every client of OpenID Connect can check. See: OpenID Connect Core 1.0, section 15.1."""
BITS = 2048
ASSERTED_BY = ("RS256", "PS256", "ES256", "EdDSA", "Ed25519")
"""Never `none`, and never a secret's algorithm: a public key is no secret. See: RFC 8725, section 2.1."""
LONGEST_ASSERTION = timedelta(hours=1)
"""What common libraries give an assertion; each is taken once, so that a long life is worth little."""
LONGEST_JTI = 200
SKEW = timedelta(seconds=30)

_TAKE = "INSERT INTO guard.used_assertion (client_id, jti, expires_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"


def new_key() -> SigningKey:
    """Return a fresh RSA key; takes a tenth of a second."""
    kid = uuid4().hex
    key = RSAKey.generate_key(BITS, {"kid": kid, "use": "sig", "alg": ALGORITHM})
    return SigningKey(kid=kid, private=key.as_dict(private=True), public=key.as_dict(private=False))


def sign(key: SigningKey, claims: Mapping[str, Any], typ: str) -> str:
    """Return claims as a signed token of a type."""
    header = {"alg": ALGORITHM, "kid": key.kid, "typ": typ}
    return jwt.encode(header, dict(claims), _imported(key.kid, tuple(sorted(key.private.items()))), [ALGORITHM])


@lru_cache(maxsize=8)
def _imported(_kid: str, members: tuple[tuple[str, Any], ...]) -> RSAKey:
    return RSAKey.import_key({name: list(value) if isinstance(value, tuple) else value for name, value in members})


class SignedAssertions:
    """Client assertions, each taken once. See: site_ports.Assertions; OpenID Connect Core 1.0, section 9."""

    def __init__(self, pool: "asyncpg.Pool[Any]", audiences: frozenset[str]) -> None:
        """Take the addresses under which a site may name us: the issuer and the token endpoint."""
        self._pool = pool
        self._audiences = audiences

    def read(self, site: Site, assertion: str, now: datetime) -> Assertion | None:
        """Return what a site signed; None when it did not, or for somebody else, or too long ago."""
        try:
            keys = KeySet.import_key_set({"keys": list((site.jwks or {}).get("keys", ()))})
            claims = jwt.decode(assertion, keys, algorithms=list(ASSERTED_BY)).claims
        except (JoseError, ValueError, TypeError, KeyError):
            return None
        audience, ends, jti = claims.get("aud"), claims.get("exp"), claims.get("jti")
        named = {audience} if isinstance(audience, str) else set(audience) if isinstance(audience, list) else set()
        if claims.get("iss") != site.client_id or claims.get("sub") != site.client_id or not named & self._audiences:
            return None
        if type(ends) is not int or not (isinstance(jti, str) and 0 < len(jti) <= LONGEST_JTI):
            return None
        expires_at = _time(ends)
        if expires_at is None or not now - SKEW < expires_at <= now + LONGEST_ASSERTION:
            return None
        began = claims.get("nbf", 0)
        if type(began) is not int or began > (now + SKEW).timestamp():
            return None
        return Assertion(jti=jti, expires_at=expires_at)

    async def take(self, site: Site, assertion: Assertion) -> bool:
        """Note that an assertion was used; false when it was before."""
        with reachable("the guarded tables"):
            # `INSERT 0 1`: the last word is how many rows came in.
            told = await self._pool.execute(_TAKE, site.client_id, assertion.jti, assertion.expires_at + 2 * SKEW)
        return told.endswith(" 1")


def _time(seconds: int) -> datetime | None:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        return None
