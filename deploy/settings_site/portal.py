"""The portal as this site knows it: an OpenID provider, met by a client library. Next stop: logins.py."""

import ssl
from collections.abc import Mapping
from typing import Any

import httpx
from authlib.integrations.starlette_client import OAuth  # type: ignore[import-untyped]
from authlib.oauth2.rfc7523 import PrivateKeyJWT  # type: ignore[import-untyped]
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet, RSAKey
from starlette.requests import Request
from starlette.responses import Response

SCOPE = "openid profile contract"
ALGORITHMS = ["RS256"]
SKEW_SECONDS = 60
LOGOUT = "http://schemas.openid.net/event/backchannel-logout"
REVOKED = "https://schemas.openid.net/secevent/caep/event-type/session-revoked"
UNAUTHORIZED = 401


_RULES = jwt.JWTClaimsRegistry(
    leeway=SKEW_SECONDS, iss={"essential": True}, aud={"essential": True}, jti={"essential": True}
)


class Untrue(Exception):
    """A token that does not come from the portal, or is not for this site, or not of this kind."""


class Portal:
    """Logins, logouts and events of one provider."""

    def __init__(self, issuer: str, client_id: str, key: Mapping[str, Any]) -> None:
        self.issuer = issuer
        self._client_id = client_id
        self._client = OAuth().register(
            "portal",
            client_id=client_id,
            client_secret=RSAKey.import_key(dict(key)),
            server_metadata_url=f"{issuer}/.well-known/openid-configuration",
            client_auth_methods=[PrivateKeyJWT(headers={"kid": key["kid"]})],
            client_kwargs={
                "scope": SCOPE,
                "code_challenge_method": "S256",
                "token_endpoint_auth_method": "private_key_jwt",
                "timeout": 10,
                # Made once: each call of the library opens a client, and reading all certificates takes its time.
                "verify": ssl.create_default_context(),
            },
        )

    async def begin(self, request: Request, callback: str, hint: str | None) -> Response:
        """Send the browser to the portal; state, nonce and verifier wait in its cookie."""
        given = {"login_hint": hint} if hint else {}
        answer: Response = await self._client.authorize_redirect(request, callback, **given)
        return answer

    async def finish(self, request: Request) -> Mapping[str, Any]:
        """Return tokens, and claims of the ID token as `userinfo`, for the code that the browser brought.

        Raises: OAuthError of authlib; JoseError; httpx.HTTPError.
        """
        tokens: Mapping[str, Any] = await self._client.authorize_access_token(request)
        return tokens

    async def who(self, access_token: str) -> Mapping[str, Any] | None:
        """Return who is there; None when the portal says that nobody is any more. Raises: httpx.HTTPError."""
        try:
            told: Mapping[str, Any] = await self._client.userinfo(
                token={"access_token": access_token, "token_type": "Bearer"}
            )
        except httpx.HTTPStatusError as error:
            if error.response.status_code == UNAUTHORIZED:
                return None
            raise
        return told

    async def goodbye(self, id_token: str, back: str) -> str:
        """Return the address at which the portal's session ends too."""
        told = await self._client.create_logout_url(post_logout_redirect_uri=back, id_token_hint=id_token)
        return str(told["url"])

    async def logged_out(self, token: str) -> str:
        """Return the session that a logout token ends. Raises: Untrue; httpx.HTTPError.

        See: OpenID Connect Back-Channel Logout 1.0, section 2.6.
        """
        claims = await self._read(token, "logout+jwt")
        if LOGOUT not in _events(claims) or "nonce" in claims or not isinstance(claims.get("sid"), str):
            raise Untrue("not a logout token")
        return str(claims["sid"])

    async def revoked(self, token: str) -> str:
        """Return the session that a session-revoked event ends. Raises: Untrue; httpx.HTTPError.

        See: RFC 8417; OpenID CAEP 1.0, section 3.1.
        """
        claims = await self._read(token, "secevent+jwt")
        try:
            session = claims["sub_id"]["session"]["id"]
        except (KeyError, TypeError):
            session = None
        if REVOKED not in _events(claims) or not isinstance(session, str):
            raise Untrue("not a session that was revoked")
        return session

    async def _read(self, token: str, typ: str) -> Mapping[str, Any]:
        try:
            try:
                found = jwt.decode(token, await self._keys(), algorithms=ALGORITHMS)
            except (InvalidKeyIdError, ValueError):
                # The portal may sign with a key that came after the last look.
                found = jwt.decode(token, await self._keys(again=True), algorithms=ALGORITHMS)
            _RULES.validate(found.claims)
        except (JoseError, ValueError) as error:
            raise Untrue(type(error).__name__) from error
        if found.header.get("typ") != typ:
            raise Untrue("another kind of token")
        if found.claims["iss"] != self.issuer or found.claims["aud"] != self._client_id:
            raise Untrue("from somebody else, or for somebody else")
        return found.claims

    async def _keys(self, *, again: bool = False) -> KeySet:
        return KeySet.import_key_set(await self._client.fetch_jwk_set(force=again))


def _events(claims: Mapping[str, Any]) -> Mapping[str, Any]:
    events = claims.get("events")
    return events if isinstance(events, dict) else {}
