"""A person's own second step over HTTP, while they are logged in. Next stop: application/trusted.py."""

from collections.abc import Sequence
from datetime import datetime
from typing import Self
from uuid import UUID

from fastapi import APIRouter

from kernel.adapters.http.body import Body, Reply
from kernel.domain.context import NOBODY
from services.identity.api.use import ByOneself, UseTrusting
from services.identity.application.trusted_ports import TrustedBrowser

router = APIRouter(prefix="/credentials/{userId}", tags=["second step"])


class TrustedBrowserReply(Reply):
    """A browser that skips the second step."""

    browser_id: UUID
    since: datetime
    used_at: datetime
    expires_at: datetime
    client_ip: str
    user_agent: str

    @classmethod
    def of(cls, one: TrustedBrowser) -> Self:
        """Return it as told."""
        return cls(
            browser_id=one.browser_id,
            since=one.since,
            used_at=one.used_at,
            expires_at=one.expires_at,
            client_ip=one.client.ip,
            user_agent=one.client.user_agent,
        )


class TrustedBrowsersReply(Reply):
    """Trusted browsers, the one used last first, and whether any may be."""

    items: Sequence[TrustedBrowserReply]
    allowed: bool


class ForgetBody(Body):
    """Which browser is trusted no more; without one, none is."""

    browser_id: UUID | None = None


@router.get("/trusted-browsers")
async def trusted_browsers(
    userId: UUID,  # noqa: N803 - the path says so
    use: UseTrusting,
    by: ByOneself,
) -> TrustedBrowsersReply:
    """List the browsers that skip the second step."""
    tenant_id = by.caller.tenant_id or NOBODY
    found = await use.trusted(userId, tenant_id)
    items = [TrustedBrowserReply.of(one) for one in found]
    return TrustedBrowsersReply(items=items, allowed=await use.may_trust(userId, tenant_id))


@router.post("/trusted-browsers/forget")
async def forget(
    userId: UUID,  # noqa: N803 - the path says so
    body: ForgetBody,
    use: UseTrusting,
    by: ByOneself,
) -> None:
    """Trust a browser no more, or none of them."""
    await use.forget(userId, body.browser_id, by.context())
