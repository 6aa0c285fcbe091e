"""What happens to a person in the users service is followed here. Next stop: domain/administration.py."""

from dataclasses import dataclass
from uuid import UUID

from kernel.application.execute import execute
from kernel.application.ports import Clock, EventStore
from kernel.domain.context import Context
from kernel.domain.recorded import Claim
from services.identity.application.issuing import Issuing
from services.identity.application.ports import Fingerprints, Said
from services.identity.application.records import People
from services.identity.application.registration import EMAIL
from services.identity.application.standing import Revoking
from services.identity.application.trusted_ports import BrowserTrust, TrustedBrowsers
from services.identity.domain.commands import AssignFactor, DisableCredential, EnableCredential
from services.identity.domain.credential import credential
from services.identity.domain.events import EndReason, SecondFactor


@dataclass(frozen=True, slots=True, kw_only=True)
class Following:
    """Keeps credentials in step with people; each method may be called again for the same fact."""

    store: EventStore
    people: People
    browsers: TrustedBrowsers
    issuing: Issuing
    revoking: Revoking
    fingerprints: Fingerprints
    now: Clock

    async def suspended(self, user_id: UUID, by: Context) -> None:
        """Let a person in no more."""
        await execute(self.store, credential, user_id, DisableCredential(user_id=user_id, at=self.now()), by)
        await self.revoking.revoke(user_id, EndReason.SUSPENDED, by)

    async def deleted(self, user_id: UUID, by: Context) -> None:
        """Let a person in no more, for ever; the mail address is free for another."""
        email = await self.people.email_key(user_id)
        releases = [Claim(EMAIL, email)] if email else []
        asked = DisableCredential(user_id=user_id, gone=True, at=self.now())
        await execute(self.store, credential, user_id, asked, by, releases=releases)
        await self.revoking.revoke(user_id, EndReason.SUSPENDED, by)
        await self.people.forget(user_id)

    async def reinstated(self, user_id: UUID, by: Context) -> None:
        """Let a person in again; who has not set everything up gets a link for it."""
        link = self.issuing.link(user_id)
        asked = EnableCredential(
            user_id=user_id, activation_id=link.activation_id, expires_at=link.expires_at, at=link.at
        )
        await self.issuing.carry_out(asked, link, by)

    async def assigned(self, user_id: UUID, second_factor: SecondFactor, by: Context) -> None:
        """Have a person give the second proof in another way."""
        link = self.issuing.link(user_id)
        asked = AssignFactor(
            user_id=user_id,
            second_factor=second_factor,
            activation_id=link.activation_id,
            expires_at=link.expires_at,
            at=link.at,
        )
        await self.issuing.carry_out(asked, link, by)
        await self.revoking.revoke(user_id, EndReason.ADMINISTRATOR, by)

    async def trust_decided(self, user_id: UUID, trust: BrowserTrust) -> None:
        """Let a person's browsers be trusted or not, or as everybody's are."""
        await self.browsers.decide(user_id, trust)

    async def changed(self, user_id: UUID, name: str, phone: str, language: str) -> None:
        """Have a person be known by another name or number."""
        known = self.fingerprints.of(Said(email="", name=name, phone=phone))
        await self.people.change(user_id, known.name, known.phone, language)
