"""New links: the secret first, then the fact that names it. Next stop: ports.py."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from kernel.application.execute import execute
from kernel.application.ports import Clock, EventStore, NewId
from kernel.domain.context import Context
from kernel.domain.errors import Locked, NotFound, Refused
from kernel.domain.recorded import Appended
from services.identity.application.ports import Links, NewLink, NewSecret
from services.identity.application.rules import Rules
from services.identity.domain.commands import AssignFactor, EnableCredential, ResendLink, ResetFactor
from services.identity.domain.credential import credential
from services.identity.domain.errors import LinksThrottled
from services.identity.domain.events import ActivationIssued

A_DAY = timedelta(days=1)
LATER_SECONDS = 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuing:
    """Carries out commands that may issue a link."""

    store: EventStore
    links: Links
    rules: Rules
    now: Clock
    new_id: NewId
    new_secret: NewSecret

    def link(self, user_id: UUID) -> NewLink:
        """Return a fresh link that nobody keeps yet."""
        at = self.now()
        return NewLink(
            activation_id=self.new_id(),
            user_id=user_id,
            token=self.new_secret(),
            expires_at=at + self.rules.link_life,
            at=at,
        )

    async def see_few(self, user_id: UUID) -> None:
        """See that the person was not mailed too many links. Raises: LinksThrottled."""
        if await self.links.links_since(user_id, self.now() - A_DAY) >= self.rules.links_a_day:
            raise LinksThrottled(retry_after=LATER_SECONDS)

    async def carry_out(
        self, asked: EnableCredential | AssignFactor | ResetFactor | ResendLink, link: NewLink, by: Context
    ) -> Appended:
        """Keep the link, carry the command out, and throw the link away when no fact names it."""
        if by.command_id and (before := await self.store.answered(by.command_id, by.content)):
            return before
        await self.links.keep(link)
        try:
            done = await execute(self.store, credential, asked.user_id, asked, by)
        except (Refused, Locked, NotFound):
            await self.links.discard(link.activation_id)
            raise
        if not done.duplicate and not any(isinstance(fact, ActivationIssued) for fact in done.events):
            await self.links.discard(link.activation_id)
        return done
