"""The people of a tenant, as its administrators keep them. Next stop: clients/users.py, clients/identity.py."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from gateway.application import policy
from gateway.application.asked import Asked
from gateway.application.credentials import CredentialState
from gateway.application.directory import PeoplePage, PeopleWanted, Person
from gateway.application.effects import Effects
from gateway.application.people_ports import Credentials, Directory
from gateway.application.policy import Operation
from gateway.application.viewer import Viewer
from kernel.domain.errors import NotFound, Unavailable
from kernel.domain.recorded import LogPosition

EXPORTED = 500
"""How many people one step of an export asks for."""

IMPORTED = 200
"""How many people one step of an import registers."""

EVERYBODY = PeopleWanted()


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleJourney:
    """Lists, adds, changes and shuts out people. Raises, everywhere: Denied for who is no administrator; Unavailable.

    What the users service and identity refuse comes through with its code: `user-unknown` (NotFound), `email-taken`,
    `last-administrator`, `not-oneself` (Refused), `stale`, Invalid with `errors`.
    """

    directory: Directory
    credentials: Credentials
    effects: Effects

    async def page(
        self,
        viewer: Viewer,
        asked: Asked,
        wanted: PeopleWanted = EVERYBODY,
        *,
        limit: int = 50,
        cursor: str | None = None,
    ) -> PeoplePage:
        """Return people after *cursor*. Raises: Invalid `cursor-unreadable`."""
        policy.demand(viewer, Operation.USERS)
        return await self.directory.people(viewer.session, wanted, limit, cursor, asked)

    async def export(
        self, viewer: Viewer, token: str, asked: Asked, wanted: PeopleWanted = EVERYBODY
    ) -> AsyncIterator[Sequence[Person]]:
        """Return all people in steps; the first is read before this returns, so that a refusal is still one.

        It breaks off as soon as the session is over or administers nothing any more.
        """
        policy.demand(viewer, Operation.EXPORT_USERS)
        first = await self.directory.people(viewer.session, wanted, EXPORTED, None, asked)
        return self._all(viewer, token, asked, wanted, first)

    async def _all(
        self, viewer: Viewer, token: str, asked: Asked, wanted: PeopleWanted, page: PeoplePage
    ) -> AsyncIterator[Sequence[Person]]:
        yield page.items
        while page.next_cursor is not None:
            await self.effects.still(viewer, token, Operation.EXPORT_USERS)
            page = await self.directory.people(viewer.session, wanted, EXPORTED, page.next_cursor, asked)
            yield page.items

    async def one(self, viewer: Viewer, user_id: UUID, asked: Asked) -> Person:
        """Return one person. Raises: NotFound, also when it is another tenant's."""
        policy.demand(viewer, Operation.USER)
        return await self.directory.person(viewer.session, user_id, asked)

    async def credential(self, viewer: Viewer, user_id: UUID, asked: Asked) -> CredentialState | None:
        """Return how a person's way in stands; None where identity does not know yet or cannot be asked."""
        policy.demand(viewer, Operation.USER)
        with suppress(Unavailable, NotFound):
            return await self.credentials.credential(viewer.session, user_id, asked)
        return None

    async def add(self, viewer: Viewer, token: str, fields: Mapping[str, Any], asked: Asked) -> UUID:
        """Register a person, who gets the activation mail; return who it is. Raises: Invalid; Refused."""
        policy.demand(viewer, Operation.ADD_USER)
        done = await self.directory.add_person(viewer.session, fields, asked)
        await self.effects.hold(token, done.positions)
        return UUID(done.body["userId"])

    async def import_people(
        self, viewer: Viewer, token: str, rows: Sequence[Mapping[str, Any]], asked: Asked, *, invited: bool
    ) -> Sequence[Mapping[str, Any]]:
        """Register many people, some at a time; return what came of each row.

        Sent again under its key, what is done stays done. Raises: Unavailable, or TooManyTries for more people than a
        tenant may import now; some are registered by then, and the whole is to be sent again.
        """
        policy.demand(viewer, Operation.IMPORT_USERS)
        found: list[Mapping[str, Any]] = []
        positions: dict[tuple[str, int], LogPosition] = {}
        for begin in range(0, len(rows), IMPORTED):
            if begin:
                await self.effects.still(viewer, token, Operation.IMPORT_USERS)
            part = replace(asked, key=f"{asked.key}/{begin}" if begin else asked.key)
            some = rows[begin : begin + IMPORTED]
            done = await self.directory.import_people(viewer.session, some, part, invited=invited)
            found += [{**one, "row": begin + one["row"]} for one in done.body["rows"]]
            positions |= {(one.service, one.partition): one for one in done.positions}
        await self.effects.show(token, list(positions.values()))
        return found

    async def try_import(
        self, viewer: Viewer, rows: Sequence[Mapping[str, Any]], asked: Asked
    ) -> Sequence[Mapping[str, Any]]:
        """Return what would come of each row of an import; nothing is written. Raises: TooManyTries."""
        policy.demand(viewer, Operation.IMPORT_USERS)
        done = await self.directory.import_people(viewer.session, rows, asked, invited=False, dry_run=True)
        found: Sequence[Mapping[str, Any]] = done.body["rows"]
        return found

    async def change(
        self,
        viewer: Viewer,
        token: str,
        user_id: UUID,
        fields: Mapping[str, Any],
        asked: Asked,
        *,
        if_match: str | None = None,
    ) -> Person:
        """Change the fields that are named; return the person afterwards. Raises: NotFound; Invalid; Refused.

        PreconditionFailed when *if_match* (`"<version>"`) is no longer the person's version.
        """
        policy.demand(viewer, Operation.CHANGE_USER)
        done = await self.directory.change_person(viewer.session, user_id, fields, if_match, asked)
        await self.effects.hold(token, done.positions)
        return self.effects.current(done, await self.directory.person(viewer.session, user_id, asked))

    async def suspend(
        self, viewer: Viewer, token: str, user_id: UUID, asked: Asked, *, if_match: str | None = None
    ) -> None:
        """Shut a person out for the time being; their sessions are over.

        Raises: NotFound; Refused; PreconditionFailed.
        """
        policy.demand(viewer, Operation.SUSPEND_USER)
        done = await self.directory.suspend(viewer.session, user_id, if_match, asked)
        await self.effects.hold(token, done.positions)

    async def reinstate(
        self, viewer: Viewer, token: str, user_id: UUID, asked: Asked, *, if_match: str | None = None
    ) -> None:
        """Let a suspended person in again. Raises: NotFound; Refused; PreconditionFailed."""
        policy.demand(viewer, Operation.REINSTATE_USER)
        done = await self.directory.reinstate(viewer.session, user_id, if_match, asked)
        await self.effects.hold(token, done.positions)

    async def delete(
        self, viewer: Viewer, token: str, user_id: UUID, asked: Asked, *, if_match: str | None = None
    ) -> None:
        """Remove a person for good. Raises: NotFound; Refused; PreconditionFailed."""
        policy.demand(viewer, Operation.DELETE_USER)
        done = await self.directory.delete_person(viewer.session, user_id, if_match, asked)
        await self.effects.hold(token, done.positions)

    async def unlock(self, viewer: Viewer, token: str, user_id: UUID, asked: Asked) -> None:
        """Let a locked person try again. Raises: NotFound; Refused."""
        policy.demand(viewer, Operation.UNLOCK_USER)
        done = await self.credentials.unlock(viewer.session, user_id, asked)
        await self.effects.show(token, done.positions)

    async def resend_activation(self, viewer: Viewer, token: str, user_id: UUID, asked: Asked) -> None:
        """Mail a new activation link; the one before is dead. Raises: NotFound; Refused."""
        policy.demand(viewer, Operation.RESEND_ACTIVATION)
        done = await self.credentials.resend_activation(viewer.session, user_id, asked)
        await self.effects.show(token, done.positions)

    async def reset_second_factor(self, viewer: Viewer, token: str, user_id: UUID, asked: Asked) -> None:
        """Have a person set their second factor anew, after a mailed link. Raises: NotFound; Refused."""
        policy.demand(viewer, Operation.RESET_SECOND_FACTOR)
        done = await self.credentials.reset_second_factor(viewer.session, user_id, asked)
        await self.effects.hold(token, done.positions)
