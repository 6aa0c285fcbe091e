"""The people, one row each; name and mail address sealed as they came. Next: application/sessions.py opens them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias
from uuid import UUID

from gateway.sources.users import (
    BrowserTrustDecided,
    JoinedGroup,
    LanguageChosen,
    LeftGroup,
    ProfileChanged,
    RoleChanged,
    SecondFactorAssigned,
    SecondFactorChosen,
    UserDeleted,
    UserRegistered,
    UserReinstated,
    UserSuspended,
)
from kernel.application.consume import Incoming
from kernel.application.projection import ReadModel

ACTIVE, SUSPENDED, DELETED = "ACTIVE", "SUSPENDED", "DELETED"

PersonChange: TypeAlias = (
    LanguageChosen
    | ProfileChanged
    | RoleChanged
    | SecondFactorAssigned
    | SecondFactorChosen
    | BrowserTrustDecided
    | JoinedGroup
    | LeftGroup
    | UserSuspended
    | UserReinstated
    | UserDeleted
)
PersonFact: TypeAlias = UserRegistered | PersonChange


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow:
    """A person as the gateway needs them; *name* and *email* are sealed."""

    user_id: UUID
    tenant_id: UUID
    name: str
    email: str
    role: str
    origin: str
    mail_language: str
    screen_language: str | None
    timezone: str
    second_factor: str
    browser_trust: str = "AS_COMPANY"
    """AS_COMPANY, ALLOWED or FORBIDDEN: whether their browsers may skip the second step for some days."""
    status: str = ACTIVE
    """ACTIVE, SUSPENDED or DELETED: what users says; whether the credential works stands in its own row."""
    groups: tuple[UUID, ...] = ()
    """In the order of their ids. The row is short although a group may have 50,000 members."""


def key(fact: PersonFact, _about: Incoming) -> str:
    """Return the row a fact belongs to."""
    return str(fact.user_id)


def evolve(row: PersonRow | None, fact: PersonFact, about: Incoming) -> PersonRow | None:
    """Return the row after *fact*; one under another tenant's name changes nobody."""
    match fact:
        case UserRegistered():
            return _registered(fact, about)
        case _ if row is None or row.tenant_id != about.tenant_id:
            return row
        case _:
            return _changed(row, fact)


def _registered(fact: UserRegistered, about: Incoming) -> PersonRow:
    return PersonRow(
        user_id=fact.user_id,
        tenant_id=about.tenant_id,
        name=fact.name,
        email=fact.email,
        role=fact.role,
        origin=fact.origin,
        mail_language=fact.mail_language,
        screen_language=None,
        timezone=fact.timezone,
        second_factor=fact.second_factor,
    )


def _changed(row: PersonRow, fact: PersonChange) -> PersonRow:
    match fact:
        case LanguageChosen():
            after = replace(row, screen_language=fact.screen_language)
        case ProfileChanged():
            after = replace(row, name=fact.name, mail_language=fact.mail_language, timezone=fact.timezone)
        case RoleChanged():
            after = replace(row, role=fact.role)
        case SecondFactorAssigned() | SecondFactorChosen():
            after = replace(row, second_factor=fact.second_factor)
        case BrowserTrustDecided():
            after = replace(row, browser_trust=fact.trust)
        case JoinedGroup():
            after = replace(row, groups=tuple(sorted({*row.groups, fact.group_id})))
        case LeftGroup():
            after = replace(row, groups=tuple(one for one in row.groups if one != fact.group_id))
        case UserSuspended() | UserReinstated():
            after = replace(row, status=SUSPENDED if isinstance(fact, UserSuspended) else ACTIVE)
        case UserDeleted():
            after = replace(row, status=DELETED, name="", email="", groups=())
    return after


def touches(row: PersonRow) -> Sequence[str]:
    """Return who is to be told of a change: the person's own pages."""
    return [f"user:{row.user_id}"]


PERSON: ReadModel[PersonRow] = ReadModel(
    name="person",
    row=PersonRow,
    reads=(
        UserRegistered,
        LanguageChosen,
        ProfileChanged,
        RoleChanged,
        SecondFactorAssigned,
        SecondFactorChosen,
        BrowserTrustDecided,
        JoinedGroup,
        LeftGroup,
        UserSuspended,
        UserReinstated,
        UserDeleted,
    ),
    key=key,
    evolve=evolve,
    touches=touches,
)
