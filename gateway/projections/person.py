"""The people, one row each; name and mail address sealed as they came. Next: application/sessions.py opens them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias
from uuid import UUID

from gateway.sources.users import LanguageChosen, UserRegistered
from kernel.application.consume import Incoming
from kernel.application.projection import ReadModel

PersonFact: TypeAlias = UserRegistered | LanguageChosen


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


def key(fact: PersonFact, _about: Incoming) -> str:
    """Return the row a fact belongs to."""
    return str(fact.user_id)


def evolve(row: PersonRow | None, fact: PersonFact, about: Incoming) -> PersonRow | None:
    """Return the row after *fact*; None removes it."""
    match fact, row:
        case UserRegistered(), _:
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
        case LanguageChosen(), PersonRow():
            return replace(row, screen_language=fact.screen_language)
        case _:
            return row


def touches(row: PersonRow) -> Sequence[str]:
    """Return who is to be told of a change: the person's own pages."""
    return [f"user:{row.user_id}"]


PERSON: ReadModel[PersonRow] = ReadModel(
    name="person", row=PersonRow, reads=(UserRegistered, LanguageChosen), key=key, evolve=evolve, touches=touches
)
