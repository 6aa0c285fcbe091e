"""Changes of people, with who administers the tenant kept in order beside them. Next stop: domain/administrators.py.

A person and the tenant's administrators are two streams. Who is to count no longer stands down first, at the very
version of their stream that the change then follows; who counts is appointed afterwards, by settle().
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid5

from kernel.application.execute import ATTEMPTS, execute
from kernel.application.ports import Clock, EventStore
from kernel.domain.context import Context
from kernel.domain.errors import PreconditionFailed, StreamMoved
from kernel.domain.recorded import Appended, Claim
from services.users.application.knowing import known
from services.users.application.streams import administrators_stream
from services.users.domain.administrators import administrators
from services.users.domain.commands import AppointAdministrator, StandDown, UserCommand
from services.users.domain.errors import UserUnknown
from services.users.domain.events import UserRegistered
from services.users.domain.user import User, user

Frees = Callable[[User], Sequence[Claim]]


def nothing(_user: User) -> Sequence[Claim]:
    """Return no names."""
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Administration:
    """Changes people so that a tenant never loses its last administrator."""

    store: EventStore
    now: Clock

    async def change(
        self,
        user_id: UUID,
        command: UserCommand,
        by: Context,
        *,
        expected: int | None = None,
        frees: Frees = nothing,
    ) -> Appended:
        """Carry out a command on one user of the tenant, only at version *expected* where that is given.

        Raises: UserUnknown; LastAdministrator; what the user's decider refuses; PreconditionFailed; StreamMoved.
        """
        if by.command_id and (before := await self.store.answered(by.command_id, by.content)):
            return before
        for attempt in range(1, ATTEMPTS + 1):
            state, version = await self._load(user_id, by.tenant_id)
            if expected not in (None, version):
                raise PreconditionFailed
            facts = user.decide(state, command)
            if not facts:
                return Appended(stream_id=user_id, version=version, position=None)
            if state.counts and not user.fold(facts, state).counts:
                await self._stand_down(user_id, version, by)
            try:
                return await self.store.append(user_id, version, facts, by, releases=frees(state))
            except StreamMoved:
                if attempt == ATTEMPTS:
                    raise
        raise AssertionError("the last attempt returns or raises")

    async def settle(self, user_id: UUID, by: Context) -> None:
        """Appoint somebody who counts; who stood down meanwhile stays so."""
        state, version = await self._load(user_id, by.tenant_id)
        if state.counts:
            asked = AppointAdministrator(user_id=user_id, user_version=version, at=self.now())
            await execute(self.store, administrators, administrators_stream(by.tenant_id), asked, by)

    async def _stand_down(self, user_id: UUID, version: int, by: Context) -> None:
        asked = StandDown(user_id=user_id, user_version=version, at=self.now())
        # Another version is another command: then somebody changed the person in between, and may have settled it.
        part = by.with_command(uuid5(by.command_id, f"stand-down {version}")) if by.command_id else by
        await execute(self.store, administrators, administrators_stream(by.tenant_id), asked, part)

    async def _load(self, user_id: UUID, tenant_id: UUID) -> tuple[User, int]:
        past = await known(self.store, user_id, tenant_id, UserRegistered, UserUnknown)
        return user.fold(fact.event for fact in past), past[-1].version
