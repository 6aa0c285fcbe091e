"""The way on from a contract to its settings site. Next stop: authorization.py, clients/sites.py."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from gateway.application import policy
from gateway.application.access import EVERY, Action
from gateway.application.asked import Asked
from gateway.application.authorization import Wish
from gateway.application.contracts import ContractsJourney
from gateway.application.errors import ContractUnknown, SessionMissing, SettingsDenied, SiteAway, SiteMissing
from gateway.application.policy import Operation
from gateway.application.site_ports import CodeWish, Hints, Provider, SiteHealth
from gateway.application.sites import Site, Sites
from gateway.application.viewer import Viewer
from gateway.projections.contract_board import ContractRow
from kernel.application.ports import Clock
from kernel.domain.errors import Refused

SESSION_OVER = "invalid-grant"
MOST_WAYS = 500
"""Among how many contracts one may choose; of more, the contract's own page leads on."""


@dataclass(frozen=True, slots=True)
class LogInAgain:
    """The person must show anew who they are."""


@dataclass(frozen=True, slots=True)
class Choose:
    """The site named no contract, and there are several."""

    rows: Sequence[ContractRow]


@dataclass(frozen=True, slots=True)
class Onward:
    """The browser goes to the site."""

    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HopJourney:
    """Sends people on, each to the settings of a contract that they may change."""

    contracts: ContractsJourney
    sites: Sites
    provider: Provider
    health: SiteHealth
    hints: Hints
    issuer: str
    now: Clock

    async def begin(self, viewer: Viewer, contract_id: UUID) -> tuple[Site, str]:
        """Return the site of a contract, and the address at which it begins the login.

        Raises: ContractUnknown; SettingsDenied; SiteMissing; SiteAway; Unavailable.
        """
        policy.demand(viewer, Operation.SETTINGS_SITE)
        row = await self.contracts.one(viewer, contract_id)
        if not may_configure(viewer, row):
            raise SettingsDenied
        site = self.sites.of_service(row.service_name)
        if site is None:
            raise SiteMissing
        if not await self.health.works(site):
            raise SiteAway(retry_after=10)
        query = urlencode({"iss": self.issuer, "login_hint": str(contract_id)})
        return site, f"{site.login_uri}{'&' if urlsplit(site.login_uri).query else '?'}{query}"

    def leads_on(self, viewer: Viewer, row: ContractRow) -> bool:
        """Return whether a person may go on to the settings of a contract, so that a page shows the way."""
        return may_configure(viewer, row) and self.sites.of_service(row.service_name) is not None

    async def service_ways(self, viewer: Viewer) -> Sequence[ContractRow]:
        """Return the contracts whose settings a person may go on to, in the order of their numbers; the first ones."""
        rows = (await self.contracts.page(viewer, limit=MOST_WAYS)).items
        return [row for row in rows if self.leads_on(viewer, row)]

    def services(self, viewer: Viewer, names: Iterable[str]) -> Sequence[str]:
        """Return the services among *names* with settings that a person may change for some contract."""
        granted = {service for service, _, action in viewer.access.granted if action == Action.CONFIGURE}
        return [name for name in names if self.sites.of_service(name) and granted & {EVERY, name}]

    async def authorize(self, viewer: Viewer | None, wish: Wish, asked: Asked) -> LogInAgain | Choose | Onward:
        """Return how a site's wish goes on. Raises: SessionMissing; SentBack; Unavailable."""
        if viewer is None:
            if wish.silent:
                raise wish.refused("login_required", "Nobody is logged in")
            raise SessionMissing
        if wish.hint is not None:
            expected = await self.hints.read(wish.hint)
            if expected is None or expected.user_id != viewer.user_id:
                raise wish.refused("login_required", "Somebody else is logged in")
        if self._is_old(viewer, wish):
            if wish.silent:
                raise wish.refused("login_required", "The person must log in again")
            return LogInAgain()
        rows = await self._wished(viewer, wish)
        if not rows:
            raise wish.refused("access_denied", "The person may not change the settings of such a contract")
        if len(rows) > 1:
            if wish.silent:
                raise wish.refused("account_selection_required", "The person must choose a contract")
            return Choose(rows)
        return Onward(wish.granted(await self._code(viewer, wish, rows[0], asked), self.issuer))

    def _is_old(self, viewer: Viewer, wish: Wish) -> bool:
        if wish.anew:
            return True
        return wish.max_age is not None and viewer.session.started_at + timedelta(seconds=wish.max_age) < self.now()

    async def _wished(self, viewer: Viewer, wish: Wish) -> Sequence[ContractRow]:
        if wish.contract_id is None:
            return [row for row in await self.service_ways(viewer) if row.service_name in wish.site.services]
        try:
            row = await self.contracts.one(viewer, wish.contract_id)
        except ContractUnknown:
            return ()
        return [row] if may_configure(viewer, row) and row.service_name in wish.site.services else ()

    async def _code(self, viewer: Viewer, wish: Wish, row: ContractRow, asked: Asked) -> str:
        bound = CodeWish(
            client_id=wish.site.client_id,
            redirect_uri=wish.redirect_uri,
            challenge=wish.challenge,
            nonce=wish.nonce,
            scope=wish.scope,
            contract_id=row.contract_id,
        )
        try:
            return await self.provider.issue(viewer.session, bound, asked)
        except Refused as error:
            if error.code == SESSION_OVER:
                raise SessionMissing from None
            raise


def may_configure(viewer: Viewer, row: ContractRow) -> bool:
    """Return whether a person may change the settings of a contract."""
    return viewer.access.allows(Action.CONFIGURE, row.service_name, row.contract_id)
