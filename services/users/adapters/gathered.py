"""Folds facts of many people into one change a person, so that a crowd costs a few statements. Next stop: board.py."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, assert_never
from uuid import UUID

from kernel.application.consume import Incoming
from services.users.adapters.searching import MOST_KEY, phone_keys
from services.users.application.normal import normal
from services.users.domain.events import (
    BrowserTrustDecided,
    JoinedGroup,
    LanguageChosen,
    LeftGroup,
    NotificationsChosen,
    ProfileChanged,
    RegistrationRefused,
    RoleChanged,
    SecondFactorAssigned,
    SecondFactorChosen,
    SubjectShredded,
    UserActivated,
    UserDeleted,
    UserEvent,
    UserRegistered,
    UserReinstated,
    UserSuspended,
)

Columns = Mapping[str, Any]
Told = tuple[UserEvent, Incoming]


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """Somebody joined a group, or left it."""

    group_id: UUID
    user_id: UUID
    joined: bool
    about: Incoming


@dataclass(slots=True)
class Gathered:
    """What some facts change in all."""

    people: dict[UUID, dict[str, Any]] = field(default_factory=dict)
    """The columns that change of each person's row, and what they become."""
    moves: list[Move] = field(default_factory=list)
    """In the order in which they happened."""
    deleted: dict[UUID, Incoming] = field(default_factory=dict)
    """Who was deleted, and thereby left all groups; whoever is joins none afterwards."""

    def by_columns(self) -> Mapping[tuple[str, ...], list[Columns]]:
        """Return the people's rows, together those of which the same columns change."""
        found: dict[tuple[str, ...], list[Columns]] = {}
        for user_id, columns in self.people.items():
            found.setdefault(tuple(sorted(columns)), []).append({"user_id": user_id, **columns})
        return found

    def memberships(self) -> tuple[list[tuple[UUID, UUID]], list[tuple[UUID, UUID]]]:
        """Return who, in which group, is a member in the end, and who is not."""
        last = {(move.group_id, move.user_id): move.joined for move in self.moves}
        return [pair for pair, joined in last.items() if joined], [pair for pair, joined in last.items() if not joined]


def gather(told: Sequence[Told], shown: Mapping[UUID, int]) -> Gathered:
    """Return what facts change; those that are *shown* already, by version of each person's row, change nothing."""
    all_of_it = Gathered()
    seen = dict(shown)
    for fact, about in told:
        if isinstance(fact, RegistrationRefused) or seen.get(fact.user_id, 0) >= about.version:
            continue
        seen[fact.user_id] = about.version
        row = all_of_it.people.setdefault(fact.user_id, {})
        row |= {"tenant_id": about.tenant_id, "version": about.version, **_columns(fact)}
        match fact:
            case UserRegistered():
                row |= {"registered_at": about.recorded_at, "registered_by": about.actor or ""}
            case JoinedGroup(user_id=user_id, group_id=group_id) | LeftGroup(user_id=user_id, group_id=group_id):
                joined = isinstance(fact, JoinedGroup)
                all_of_it.moves.append(Move(group_id=group_id, user_id=user_id, joined=joined, about=about))
            case UserDeleted(user_id=user_id):
                all_of_it.deleted[user_id] = about
    return all_of_it


_ERASED: Columns = {
    "name": "",
    "email": "",
    "title": None,
    "phone_number": "",
    "mobile_phone_number": None,
    "comment": None,
    "name_key": "",
    "email_key": "",
    "phone_keys": "",
    "deleted": True,
}


def _columns(fact: UserEvent) -> Columns:  # noqa: PLR0911 - one return a fact
    """Return what a fact changes of a person's row."""
    match fact:
        case UserRegistered():
            email = {"email": fact.email, "email_key": normal(fact.email)}
            ways = {"role": fact.role, "second_factor": fact.second_factor, "origin": fact.origin}
            return {**_profile(fact), **email, **ways}
        case ProfileChanged():
            return _profile(fact)
        case RoleChanged(role=role):
            return {"role": role}
        case SecondFactorAssigned(second_factor=factor) | SecondFactorChosen(second_factor=factor):
            return {"second_factor": factor}
        case BrowserTrustDecided(trust=trust):
            return {"browser_trust": trust}
        case UserActivated():
            return {"activated": True, "activated_at": fact.at}
        case UserSuspended() | UserReinstated():
            return {"suspended": isinstance(fact, UserSuspended)}
        case UserDeleted():
            return _ERASED
        case (
            JoinedGroup()
            | LeftGroup()
            | LanguageChosen()
            | NotificationsChosen()
            | RegistrationRefused()
            | SubjectShredded()
        ):
            return {}
        case _:
            assert_never(fact)


def _profile(of: UserRegistered | ProfileChanged) -> Columns:
    return {
        "name": of.name,
        "name_key": name_key(of.name),
        "title": of.title,
        "phone_number": of.phone_number,
        "mobile_phone_number": of.mobile_phone_number,
        "phone_keys": phone_keys(of.phone_number, of.mobile_phone_number),
        "comment": of.comment,
        "mail_language": of.mail_language,
        "timezone": of.timezone,
    }


def name_key(name: str) -> str:
    """Return what a name is sorted by and searched in."""
    # An index holds no text of any length, and some characters become many when they are normalised.
    return normal(name)[:MOST_KEY]
