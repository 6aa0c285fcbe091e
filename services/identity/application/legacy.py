"""Who still uses the old login method when it has ended is mailed the way to the new one. Next stop: issuing.py.

See: docs/decisions/0026-the-old-login-method-is-the-code-by-mail.md.
"""

from dataclasses import dataclass, replace
from uuid import UUID

from kernel.domain.context import Context
from services.identity.application.issuing import Issuing
from services.identity.application.standing import Revoking
from services.identity.domain.commands import AssignFactor
from services.identity.domain.events import EndReason, SecondFactor


@dataclass(frozen=True, slots=True, kw_only=True)
class Legacy:
    """Leads people from codes by mail to an authenticator app."""

    issuing: Issuing
    revoking: Revoking

    async def lead_over(self, user_id: UUID, tenant_id: UUID, by: Context) -> None:
        """Have a person whose password was right set up an authenticator by a mailed link. Raises: LinksThrottled."""
        await self.issuing.see_few(user_id)
        link = self.issuing.link(user_id)
        asked = AssignFactor(
            user_id=user_id,
            second_factor=SecondFactor.TOTP,
            activation_id=link.activation_id,
            expires_at=link.expires_at,
            at=link.at,
        )
        by = replace(by, tenant_id=tenant_id, actor=f"user:{user_id}", command_id=None, content=None)
        await self.issuing.carry_out(asked, link, by)
        await self.revoking.revoke(user_id, EndReason.EXPIRED, by)
