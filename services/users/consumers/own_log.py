"""Reads the service's own log: people and groups as lists show them. Next stop: adapters/board.py."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, get_args

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
        show = self.board.user if isinstance(fact, USER_FACTS) else self.board.group
        await show(transaction, fact, about)
