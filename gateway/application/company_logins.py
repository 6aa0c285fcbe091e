"""Who of the company came in and who was refused, for administrators. Next stop: clients/credentials.py, names.py."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from gateway.application import policy
from gateway.application.asked import Asked
from gateway.application.credentials import CompanyLogin, CompanyLoginPage, LoginsWanted
from gateway.application.effects import Effects
from gateway.application.names import USER, Names
from gateway.application.people_ports import Credentials
from gateway.application.policy import Operation
from gateway.application.viewer import Viewer

EXPORTED = 200
"""How many logins one step of an export asks for."""
SHOWN = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyLoginsJourney:
    """Shows and exports the logins of a company. Raises, everywhere: Denied for who is no administrator; Unavailable.

    Invalid `cursor-unreadable` for what is no cursor of a list of logins.
    """

    credentials: Credentials
    names: Names
    effects: Effects

    async def page(
        self, viewer: Viewer, wanted: LoginsWanted, asked: Asked, *, limit: int = SHOWN, cursor: str | None = None
    ) -> CompanyLoginPage:
        """Return logins, those that were refused too, newest first, with the names of whose they are."""
        policy.demand(viewer, Operation.LOGINS)
        return await self._part(viewer, wanted, asked, limit, cursor)

    async def called(self, viewer: Viewer, user_id: UUID) -> str:
        """Return what the person is called; empty for who was deleted, a stranger or nobody."""
        policy.demand(viewer, Operation.LOGINS)
        actor = f"{USER}{user_id}"
        return (await self.names.of(viewer, {actor})).get(actor, "")

    async def export(
        self, viewer: Viewer, token: str, wanted: LoginsWanted, asked: Asked
    ) -> AsyncIterator[Sequence[CompanyLogin]]:
        """Return all of them in steps; the first is read before this returns, so that a refusal is still one.

        It breaks off as soon as the session is over or administers nothing any more.
        """
        policy.demand(viewer, Operation.EXPORT_LOGINS)
        return self._all(viewer, token, wanted, asked, await self._part(viewer, wanted, asked, EXPORTED, None))

    async def _all(
        self, viewer: Viewer, token: str, wanted: LoginsWanted, asked: Asked, page: CompanyLoginPage
    ) -> AsyncIterator[Sequence[CompanyLogin]]:
        yield page.items
        while page.next_cursor is not None:
            await self.effects.still(viewer, token, Operation.EXPORT_LOGINS)
            page = await self._part(viewer, wanted, asked, EXPORTED, page.next_cursor)
            yield page.items

    async def _part(
        self, viewer: Viewer, wanted: LoginsWanted, asked: Asked, limit: int, cursor: str | None
    ) -> CompanyLoginPage:
        page = await self.credentials.company_logins(viewer.session, wanted, limit, cursor, asked)
        names = await self.names.of(viewer, {f"{USER}{one.user_id}" for one in page.items})
        named = tuple(replace(one, name=names.get(f"{USER}{one.user_id}")) for one in page.items)
        return replace(page, items=named)
