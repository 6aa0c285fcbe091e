"""A registered person gets a credential and a link: secrets first, then the fact. Next stop: domain/credential.py."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kernel.application.execute import execute
from kernel.application.ports import Clock, EventStore, NewId
from kernel.domain.context import Context
from kernel.domain.recorded import Claim
from services.identity.application.ports import Fingerprints, Links, NewLink, NewSecret, Said
from services.identity.application.rules import Rules
from services.identity.domain.commands import OpenCredential
from services.identity.domain.credential import credential
from services.identity.domain.events import SecondFactor

EMAIL = "email"
"""The scope in which a mail address leads to its credential."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """Opens credentials."""

    store: EventStore
    links: Links
    fingerprints: Fingerprints
    rules: Rules
    now: Clock
    new_id: NewId
    new_secret: NewSecret

    async def open(
        self,
        user_id: UUID,
        said: Said,
        language: str,
        second_factor: SecondFactor,
        by: Context,
        *,
        invited: bool = True,
    ) -> None:
        """Open a person's credential, with a link if they are *invited*; again changes nothing. Raises: ClaimTaken."""
        # The same fact may come twice: a second link would only lie about.
        if by.command_id and await self.store.answered(by.command_id):
            return
        at = self.now()
        registered, expires_at = self.fingerprints.of(said), at + self.rules.link_life
        await self.links.register(user_id, registered, language)
        activation_id = await self._link(user_id, expires_at, at) if invited else None
        asked = OpenCredential(
            user_id=user_id, second_factor=second_factor, activation_id=activation_id, expires_at=expires_at, at=at
        )
        await execute(self.store, credential, user_id, asked, by, claims=[Claim(EMAIL, registered.email)])

    async def _link(self, user_id: UUID, expires_at: datetime, at: datetime) -> UUID:
        activation_id, token = self.new_id(), self.new_secret()
        await self.links.keep(
            NewLink(activation_id=activation_id, user_id=user_id, token=token, expires_at=expires_at, at=at)
        )
        return activation_id
