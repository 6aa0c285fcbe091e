"""Settings sites: read from their files, looked at before anybody is sent there, their ID tokens read. Next: hop.py."""

import time
from pathlib import Path
from uuid import UUID

import aiohttp
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from pydantic import BaseModel, ConfigDict, Field

from gateway.application.site_ports import Hint, Provider
from gateway.application.sites import Site, Sites

LIMITS = aiohttp.ClientTimeout(total=2, connect=1)
BELIEVED_SECONDS = 3.0
"""How long a site is believed to be as it was seen last, so that many people do not make it many questions."""

_URI = r"^https?://[^\s#]+$"


class SiteFile(BaseModel):
    """What the gateway reads of a site's file, and no more: no proof of who the site is. See: docs/settings-site.md."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    client_id: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,62}$")
    client_name: str = Field(min_length=1)
    client_name_en: str = Field(default="", alias="client_name#en")
    services: frozenset[str] = Field(min_length=1)
    redirect_uris: frozenset[str] = Field(min_length=1)
    initiate_login_uri: str = Field(pattern=_URI)
    post_logout_redirect_uris: frozenset[str] = frozenset()
    health_uri: str | None = Field(default=None, pattern=_URI)

    @property
    def site(self) -> Site:
        """Return the site."""
        return Site(
            client_id=self.client_id,
            names={"ja": self.client_name, "en": self.client_name_en or self.client_name},
            services=self.services,
            redirect_uris=self.redirect_uris,
            login_uri=self.initiate_login_uri,
            post_logout_uris=self.post_logout_redirect_uris,
            health_uri=self.health_uri,
        )


def read_sites(folder: Path) -> Sites:
    """Return the sites of a folder; none where there is no folder. Raises: ValueError."""
    return Sites(SiteFile.model_validate_json(file.read_bytes()).site for file in sorted(folder.glob("*.json")))


class SeenSites:
    """Looks whether sites answer. See: site_ports.SiteHealth."""

    def __init__(self) -> None:
        self._seen: dict[str, tuple[float, bool]] = {}

    async def works(self, site: Site) -> bool:
        """Return whether a site answers, soon enough that a person may be sent there."""
        if site.health_uri is None:
            return True
        until, works = self._seen.get(site.client_id, (0.0, False))
        if until <= time.monotonic():
            works = await self._answers(site.health_uri)
            self._seen[site.client_id] = time.monotonic() + BELIEVED_SECONDS, works
        return works

    async def _answers(self, address: str) -> bool:
        try:
            async with (
                aiohttp.ClientSession(timeout=LIMITS, cookie_jar=aiohttp.DummyCookieJar()) as http,
                http.get(address, allow_redirects=False) as answer,
            ):
                return answer.status < 300  # noqa: PLR2004 - RFC 9110, section 15.3
        except (aiohttp.ClientError, TimeoutError, OSError):
            return False


class IdTokenHints:
    """Reads ID tokens of ours that come back at a logout. See: OpenID Connect RP-Initiated Logout 1.0, section 2."""

    def __init__(self, provider: Provider, issuer: str) -> None:
        self._provider = provider
        self._issuer = issuer

    async def read(self, token: str) -> Hint | None:
        """Return what an ID token says, expired or not; None when it is not ours."""
        keys = KeySet.import_key_set({"keys": [dict(key) for key in await self._provider.keys()]})
        try:
            found = jwt.decode(token, keys, algorithms=["RS256"])
            claims = found.claims
            # Our logout tokens are signed with the same keys, and are no hints.
            if claims["iss"] != self._issuer or found.header.get("typ") != "JWT":
                return None
            return Hint(client_id=str(claims["aud"]), session_id=UUID(claims["sid"]), user_id=UUID(claims["sub"]))
        except (JoseError, ValueError, TypeError, KeyError, AttributeError):
            return None
