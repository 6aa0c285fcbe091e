# ruff: noqa: ARG002 - fakes take what the ports give
"""Two settings sites and identity's part of the way to them, in memory."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from gateway.application.asked import Asked
from gateway.application.session import Session
from gateway.application.site_ports import CodeWish, Grant, Hint, Redemption, Tokens
from gateway.application.sites import Site, Sites
from kernel.domain.errors import Refused, Unauthenticated, Unavailable

ISSUER = "https://portal.example.co.jp"
PBX = "https://pbx.example"
CALLBACK = f"{PBX}/callback"
SECRET = "the site's secret"
GRANT_ID = UUID(int=77)


def sites() -> Sites:
    """Return the site of the phone service, and one of another service."""
    return Sites(
        [
            Site(
                client_id="pbx",
                names={"ja": "PBX設定サイト", "en": "PBX settings site"},
                services=frozenset({"smart-pbx"}),
                redirect_uris=frozenset({CALLBACK, f"{PBX}/callback?from=portal"}),
                login_uri=f"{PBX}/login",
                post_logout_uris=frozenset({f"{PBX}/goodbye"}),
                health_uri=f"{PBX}/health",
            ),
            Site(
                client_id="uno",
                names={"ja": "UNO設定サイト"},
                services=frozenset({"uno"}),
                redirect_uris=frozenset({"https://uno.example/callback"}),
                login_uri="https://uno.example/login?via=portal",
            ),
        ]
    )


class SessionOver(Refused):
    """As identity says it."""

    code = "invalid-grant"


class ClientRefused(Unauthenticated):
    """As identity says it."""

    code = "invalid-client"


@dataclass
class FakeProvider:
    """Issues one code after the other, and knows what each was for."""

    issued: list[tuple[Session, CodeWish]] = field(default_factory=list)
    redeemed: list[Redemption] = field(default_factory=list)
    revoked: list[UUID] = field(default_factory=list)
    over: bool = False
    down: bool = False
    grant: Grant | None = None
    """What any token stands for."""

    async def issue(self, session: Session, wish: CodeWish, asked: Asked) -> str:
        if self.over:
            raise SessionOver
        self.issued.append((session, wish))
        return f"code-{len(self.issued)}"

    async def redeem(self, shown: Redemption, asked: Asked) -> Tokens:
        self.redeemed.append(shown)
        if self.down:
            raise Unavailable
        if shown.client_secret != SECRET and not shown.client_assertion:
            raise ClientRefused
        if self.grant is None or shown.code != "code-1":
            raise SessionOver
        return Tokens(grant=self.grant, access_token="a-token", id_token="an.id.token", expires_in=3600)

    async def look(self, token: str, asked: Asked) -> Grant:
        if self.grant is None or token != "a-token":
            raise Unauthenticated
        return self.grant

    async def revoke(self, grant_id: UUID, asked: Asked) -> None:
        self.revoked.append(grant_id)

    async def keys(self) -> Sequence[Mapping[str, Any]]:
        return [{"kty": "RSA", "kid": "k1", "use": "sig", "alg": "RS256", "n": "AQAB", "e": "AQAB"}]


@dataclass
class FakeHealth:
    """Sites that work until told otherwise."""

    up: bool = True

    async def works(self, site: Site) -> bool:
        return self.up


@dataclass
class FakeHints:
    """ID tokens that a test knows."""

    known: dict[str, Hint] = field(default_factory=dict)

    async def read(self, token: str) -> Hint | None:
        return self.known.get(token)
