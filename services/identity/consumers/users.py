"""What identity reads of users: who is registered, changed, suspended. Next stop: application/registration.py."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any, TypeAlias
from uuid import UUID, uuid5

from kernel.application.concerning import concerning
from kernel.application.consume import Incoming, caused_by
from kernel.domain.context import Context
from kernel.domain.errors import ClaimTaken, Unavailable
from kernel.domain.event import Personal
from kernel.domain.reads import reads, wire_name
from services.identity.application.following import Following
from services.identity.application.ports import Said
from services.identity.application.registration import Registration
from services.identity.application.trusted_ports import BrowserTrust
from services.identity.domain.events import SecondFactor

READER = "identity.users"
AT_ONCE = 16
"""People under way at the same time: enough to share one write to disk, few enough to leave room for who logs in."""
PATIENCE = timedelta(minutes=1)
"""How long a mail address that is still held may be on its way to being free: topics' partitions have no order."""


@reads("portal.user.registered.v1")
class UserRegistered:
    """A person was registered; the personal texts are empty when the person was forgotten since."""

    user_id: UUID
    email: Annotated[str, Personal("user_id")]
    name: Annotated[str, Personal("user_id")]
    phone_number: Annotated[str, Personal("user_id")]
    mail_language: str
    second_factor: SecondFactor
    invited: bool = True
    at: datetime


@reads("portal.user.profile-changed.v1")
class ProfileChanged:
    """A person has another name or number; the personal texts are empty when the person was forgotten since."""

    user_id: UUID
    name: Annotated[str, Personal("user_id")]
    phone_number: Annotated[str, Personal("user_id")]
    mail_language: str


@reads("portal.user.second-factor-assigned.v1")
class SecondFactorAssigned:
    """An administrator says how a person gives the second proof."""

    user_id: UUID
    second_factor: SecondFactor


@reads("portal.user.browser-trust-decided.v1")
class BrowserTrustDecided:
    """An administrator decided for one person whether their browsers may be trusted."""

    user_id: UUID
    trust: BrowserTrust


@reads("portal.user.suspended.v1")
class UserSuspended:
    """A person may not use the portal for a while."""

    user_id: UUID


@reads("portal.user.reinstated.v1")
class UserReinstated:
    """A person may use the portal again."""

    user_id: UUID


@reads("portal.user.deleted.v1")
class UserDeleted:
    """A person is no user any more."""

    user_id: UUID


UserFact: TypeAlias = (
    UserRegistered
    | ProfileChanged
    | SecondFactorAssigned
    | BrowserTrustDecided
    | UserSuspended
    | UserReinstated
    | UserDeleted
)
FACTS = (
    UserRegistered,
    ProfileChanged,
    SecondFactorAssigned,
    BrowserTrustDecided,
    UserSuspended,
    UserReinstated,
    UserDeleted,
)


@dataclass(frozen=True, slots=True)
class UsersReaction:
    """Opens a credential for everybody who is registered, and keeps it in step with the person."""

    registration: Registration
    following: Following

    @property
    def types(self) -> Mapping[str, type[Any]]:
        """The facts it reads, by wire name."""
        return {wire_name(fact): fact for fact in FACTS}

    async def __call__(self, fact: UserFact, about: Incoming, transaction: Any) -> None:  # noqa: ARG002 - its shape
        """React to what happened to a person; the same fact again changes nothing. Raises: ClaimTaken, Unavailable."""
        by = caused_by(about, READER, uuid5(fact.user_id, f"{READER} {about.id}"))
        match fact:
            case UserRegistered():
                await self._open(fact, about, by)
            case ProfileChanged() if fact.name:
                await self.following.changed(fact.user_id, fact.name, fact.phone_number, fact.mail_language)
            case ProfileChanged():
                pass
            case SecondFactorAssigned():
                await self.following.assigned(fact.user_id, fact.second_factor, by)
            case BrowserTrustDecided():
                await self.following.trust_decided(fact.user_id, fact.trust)
            case UserSuspended():
                await self.following.suspended(fact.user_id, by)
            case UserReinstated():
                await self.following.reinstated(fact.user_id, by)
            case UserDeleted():
                await self.following.deleted(fact.user_id, by)

    async def together(self, facts: Sequence[tuple[UserFact, Incoming]], transaction: Any) -> None:
        """React to facts of many people, each person's in their order. Raises: as one alone does, when all are done."""
        room = asyncio.Semaphore(AT_ONCE)
        by_person: dict[UUID, list[tuple[UserFact, Incoming]]] = {}
        for told in facts:
            by_person.setdefault(told[0].user_id, []).append(told)

        async def one(theirs: Sequence[tuple[UserFact, Incoming]]) -> None:
            async with room:
                for fact, about in theirs:
                    with concerning(about):
                        await self(fact, about, transaction)

        done = await asyncio.gather(*map(one, by_person.values()), return_exceptions=True)
        for trouble in filter(None, done):
            raise trouble

    async def _open(self, fact: UserRegistered, about: Incoming, by: Context) -> None:
        if not fact.email:
            return
        said = Said(email=fact.email, name=fact.name, phone=fact.phone_number)
        try:
            await self.registration.open(
                fact.user_id, said, fact.mail_language, fact.second_factor, by, invited=fact.invited
            )
        except ClaimTaken as taken:
            # Whoever had the address before was deleted; that may stand in another partition, still unread.
            if self.registration.now() - about.recorded_at < PATIENCE:
                raise Unavailable("the mail address is not free yet", retry_after=1) from taken
            raise
