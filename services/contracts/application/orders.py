"""Applications of companies that are tenants, and how far the work on any is. Next stop: domain/application.py."""

import json
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime

from kernel.application.execute import execute
from kernel.application.ports import Clock, EventStore, NewId
from kernel.domain.errors import ClaimTaken
from kernel.domain.recorded import Appended, Claim
from services.contracts.application.moment import happened
from services.contracts.application.numbers import Numbers
from services.contracts.application.ports import Fingerprint, ForTenant
from services.contracts.domain.affected import Affected
from services.contracts.domain.application import Received, application
from services.contracts.domain.commands import ChangeApplicationState, PlaceApplication
from services.contracts.domain.errors import ApplicationUnknown, ContractNumberTaken, ContractUnknown
from services.contracts.domain.events import OrderState, OrderStatus, OrderType
from services.contracts.domain.form import Order, OrderedContract

APPLICATION, CONTENT = "application-number", "application-content"
"""Scopes of claims and fingerprints; stored for ever."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """An application as it came from a company that is a tenant."""

    application_number: str
    first_application_number: str
    """The application by which the company became a tenant."""
    order_type: OrderType
    contracts: tuple[Order, ...] = ()
    contract_numbers: tuple[str, ...] = ()
    offer_plan_on: date | None = None
    occurred_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """News of the work on an application."""

    state: OrderState | None = None
    order_status: OrderStatus | None = None
    note: str = ""
    offer_plan_on: date | None = None
    occurred_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderHandlers:
    """What can be asked of applications."""

    store: EventStore
    now: Clock
    new_id: NewId
    fingerprint: Fingerprint
    numbers: Numbers

    async def place(self, placed: Placement, by: ForTenant) -> tuple[Received, Appended]:
        """Take an application in; the same one again changes nothing.

        Raises: ApplicationUnknown when no application made the company a tenant; ContractUnknown; ContractNumberTaken;
        ApplicationDiffers; NotYet; KeyReused.
        """
        tenant = await self._received(placed.first_application_number)
        about = await self._about(placed, tenant)
        number = self._claim(placed.application_number)
        wanted = [number, *(self.numbers.claim(one.contract_number) for one in placed.contracts)]
        asked = PlaceApplication(
            application_id=await self.store.find(number) or self.new_id(),
            application_number=placed.application_number,
            tenant_id=tenant.tenant_id,
            company_name=tenant.company_name,
            order_type=placed.order_type,
            contracts=tuple(OrderedContract(**asdict(one), contract_id=self.new_id()) for one in placed.contracts),
            about=about,
            offer_plan_on=placed.offer_plan_on,
            fingerprint=self.fingerprint(CONTENT, _canonical(placed)).hex(),
            at=happened(placed.occurred_at, self.now()),
        )
        context = by(tenant.tenant_id)
        try:
            done = await execute(self.store, application, asked.application_id, asked, context, claims=wanted)
        except ClaimTaken:
            if await self.store.find(number) in (None, asked.application_id):
                raise await self._taken(placed, asked) from None
            # Somebody handed in the same number at the same moment: theirs is the one to compare this one with.
            return await self.place(placed, by)
        return await self._folded(done), done

    async def go_on(self, application_number: str, news: Progress, by: ForTenant) -> Appended:
        """Say how far the work is.

        Raises: ApplicationUnknown; ApplicationGoesBack; ApplicationOver; NotYet; KeyReused.
        """
        known = await self._received(application_number)
        asked = ChangeApplicationState(
            application_id=known.application_id,
            state=news.state,
            order_status=news.order_status,
            note=news.note,
            offer_plan_on=news.offer_plan_on,
            at=happened(news.occurred_at, self.now()),
        )
        return await execute(self.store, application, known.application_id, asked, by(known.tenant_id))

    async def _received(self, application_number: str) -> Received:
        stream = await self.store.find(self._claim(application_number))
        found = application.fold(one.event for one in await self.store.load(stream)) if stream else None
        if found is None:
            raise ApplicationUnknown
        return found

    async def _about(self, placed: Placement, tenant: Received) -> tuple[Affected, ...]:
        found, unknown = await self.numbers.sort(placed.contract_numbers)
        strangers = [one.contract_number for one in found if one.tenant_id != tenant.tenant_id]
        if unknown or strangers:
            raise ContractUnknown(contract_numbers=sorted({*unknown, *strangers}))
        return found

    async def _taken(self, placed: Placement, asked: PlaceApplication) -> ContractNumberTaken:
        taken = [
            one.contract_number
            for one in placed.contracts
            if await self.store.find(self.numbers.claim(one.contract_number)) not in (None, asked.application_id)
        ]
        return ContractNumberTaken(contract_numbers=taken)

    async def _folded(self, done: Appended) -> Received:
        received = application.fold(fact.event for fact in await self.store.load(done.stream_id))
        if received is None:
            raise AssertionError("an application that was taken in is on its stream")
        return received

    def _claim(self, application_number: str) -> Claim:
        return Claim(APPLICATION, self.fingerprint(APPLICATION, application_number))


def _canonical(placed: Placement) -> str:
    """Return an application as a text that is the same for the same content, whenever it was sent."""
    said = asdict(
        replace(placed, occurred_at=None),
        dict_factory=lambda pairs: {name: value for name, value in pairs if value not in (None, ())},
    )
    return json.dumps(said, sort_keys=True, ensure_ascii=False, default=str)
