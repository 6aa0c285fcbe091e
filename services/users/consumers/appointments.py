"""Reads the service's own log: who can administer now is appointed. Next stop: application/administration.py.

A person and the tenant's administrators are streams of their own, so no single append can hold both; a crash in
between heals here, for the log still says what is to be done.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid5

from kernel.application.consume import Incoming, caused_by
from kernel.domain.reads import wire_name
from services.users.application.administration import Administration
from services.users.domain.events import ProfileChanged, RoleChanged, UserActivated, UserReinstated

READER = "users.administrators"

FACTS = (UserActivated, RoleChanged, UserReinstated, ProfileChanged)
"""After these somebody may count who did not before; the last one is another chance after a crash."""


@dataclass(frozen=True, slots=True)
class Appointments:
    """Appoints administrators, each once."""

    administration: Administration

    @property
    def types(self) -> Mapping[str, type[Any]]:
        """The facts it reads."""
        return {wire_name(fact): fact for fact in FACTS}

    async def __call__(
        self,
        fact: UserActivated | RoleChanged | UserReinstated | ProfileChanged,
        about: Incoming,
        transaction: object,  # noqa: ARG002 - every reaction is given it; this one has no rows of its own
    ) -> None:
        """Appoint the person if they count."""
        # The same fact is the same command however often it is read.
        by = caused_by(about, "users", uuid5(fact.user_id, f"appoint {about.version}"))
        await self.administration.settle(fact.user_id, by)
