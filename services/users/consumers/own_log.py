"""Reads the service's own log: people and groups as lists show them. Next stop: adapters/board.py."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, get_args

from kernel.application.concerning import concerning
from kernel.application.consume import Incoming
from kernel.domain.reads import wire_name
from services.users.application.ports import Board
from services.users.domain.events import GroupEvent, UserEvent

READER = "users.board"

USER_FACTS: tuple[type[Any], ...] = get_args(UserEvent)
GROUP_FACTS: tuple[type[Any], ...] = get_args(GroupEvent)


@dataclass(frozen=True, slots=True)
class OwnFacts:
    """Shows what the own facts say."""

    board: Board

    @property
    def types(self) -> Mapping[str, type[Any]]:
        """The facts it reads."""
        return {wire_name(fact): fact for fact in (*USER_FACTS, *GROUP_FACTS)}

    async def __call__(self, fact: Any, about: Incoming, transaction: Any) -> None:
        """Show one fact."""
        await self.together([(fact, about)], transaction)

    async def together(self, facts: Sequence[tuple[Any, Incoming]], transaction: Any) -> None:
        """Show facts in their order; those of people that follow one another in one go."""
        for of_people, some in groupby(facts, key=lambda told: isinstance(told[0], USER_FACTS)):
            if of_people:
                await self.board.people(transaction, list(some))
                continue
            for fact, about in some:
                with concerning(about):
                    await self.board.group(transaction, fact, about)
