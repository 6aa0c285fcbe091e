"""Reads identity's facts: who has set the portal up, is locked, came in last. Next stop: application/handlers.py."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, TypeAlias
from uuid import UUID, uuid5

from kernel.application.concerning import concerning
from kernel.application.consume import Incoming, caused_by
from kernel.domain.reads import reads, wire_name
from services.users.application.handlers import UserHandlers
from services.users.application.ports import Board
from services.users.domain.errors import UserUnknown
from services.users.domain.events import SecondFactor

READER = "users.identity"


@reads("portal.credential.activated.v1")
class CredentialActivated:
    """A person has confirmed who they are and set a password."""

    user_id: UUID


@reads("portal.credential.second-factor-chosen.v1")
class SecondFactorChosen:
    """A person chose, on the way of the link, how to give the second proof."""

    user_id: UUID
    second_factor: SecondFactor


@reads("portal.credential.second-factor-changed.v1")
class SecondFactorChanged:
    """A person gives the second proof in another way, whoever wanted that."""

    user_id: UUID
    second_factor: SecondFactor


@reads("portal.credential.locked.v1")
class CredentialLocked:
    """A person is kept out after too many wrong codes."""

    user_id: UUID


@reads("portal.credential.unlocked.v1")
class CredentialUnlocked:
    """A person may try again."""

    user_id: UUID


@reads("portal.session.started.v1")
class SessionStarted:
    """A person came in."""

    user_id: UUID
    at: datetime


@reads("portal.credential.activation-issued.v1")
class ActivationIssued:
    """A link was made for a person; any link before it is dead."""

    user_id: UUID
    expires_at: datetime
    at: datetime


Fact: TypeAlias = (
    CredentialActivated
    | SecondFactorChosen
    | SecondFactorChanged
    | CredentialLocked
    | CredentialUnlocked
    | SessionStarted
    | ActivationIssued
)
FACTS = (
    CredentialActivated,
    SecondFactorChosen,
    SecondFactorChanged,
    CredentialLocked,
    CredentialUnlocked,
    SessionStarted,
    ActivationIssued,
)


@dataclass(frozen=True, slots=True)
class Credentials:
    """Records who is activated, and shows who is locked, when they came in, and how long their link lives."""

    handlers: UserHandlers
    board: Board

    @property
    def types(self) -> Mapping[str, type[Any]]:
        """The facts it reads."""
        return {wire_name(fact): fact for fact in FACTS}

    async def __call__(self, fact: Fact, about: Incoming, transaction: Any) -> None:
        """React to one fact; about somebody who is no user any more there is nothing to record."""
        match fact:
            case CredentialActivated(user_id=user_id):
                by = caused_by(about, "users", uuid5(user_id, f"activate {about.id}"))
                with suppress(UserUnknown):
                    await self.handlers.activate(user_id, by)
            case SecondFactorChosen(user_id=user_id) | SecondFactorChanged(user_id=user_id):
                by = caused_by(about, "users", uuid5(user_id, f"factor {about.id}"))
                with suppress(UserUnknown):
                    await self.handlers.record_factor(user_id, fact.second_factor, by)
            case CredentialLocked(user_id=user_id) | CredentialUnlocked(user_id=user_id):
                locked = isinstance(fact, CredentialLocked)
                await self.board.locked(transaction, user_id, about.tenant_id, locked=locked)
            case SessionStarted() | ActivationIssued():
                await self.together([(fact, about)], transaction)

    async def together(self, facts: Sequence[tuple[Fact, Incoming]], transaction: Any) -> None:
        """React to facts in their order; people who came in, or were sent a link, one after the other go in one go."""
        for kind, some in groupby(facts, key=lambda told: type(told[0])):
            if kind is SessionStarted:
                logins = [(of.user_id, about.tenant_id, of.at) for of, about in some if isinstance(of, SessionStarted)]
                await self.board.logged_in(transaction, logins)
            elif kind is ActivationIssued:
                links = [
                    (of.user_id, about.tenant_id, of.at, of.expires_at)
                    for of, about in some
                    if isinstance(of, ActivationIssued)
                ]
                await self.board.invited(transaction, links)
            else:
                for fact, about in some:
                    with concerning(about):
                        await self(fact, about, transaction)
