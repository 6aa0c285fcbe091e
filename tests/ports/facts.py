"""The facts that the tests of stores write."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from kernel.adapters.codec import Upcaster
from kernel.domain.event import Personal, event


@event("thing.happened")
class Happened:
    """Something that everybody may know."""

    number: int


@event("thing.kept", public=False)
class Kept:
    """Something that stays in the service."""

    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A person within a fact."""

    user_id: UUID
    name: Annotated[str, Personal("user_id")]
    title: Annotated[str | None, Personal("user_id")] = None


@event("thing.joined", version=2)
class Joined:
    """People came; one of them leads."""

    leader: Member
    members: tuple[Member, ...] = ()
    email: Annotated[str, Personal("user_id")]
    user_id: UUID


FACTS = (Happened, Kept, Joined)
UPCASTERS = (
    Upcaster(
        "thing.joined", 1, lambda made: {**made, "leader": {"userId": made["userId"], "name": made["leaderName"]}}
    ),
)
