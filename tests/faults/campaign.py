"""One stack under fire: journeys that never cease, deaths, and then the audit. Next stop: the tests; bench/faults."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from itertools import count

from deploy.stack import SERVERS, Stack
from tests.e2e.people import Person
from tests.e2e.portal import Portal
from tests.faults.auditor import Violation, audit
from tests.faults.evidence import Evidence
from tests.faults.gathering import Collector
from tests.faults.journeys import Journal, Traveller

AT_ONCE = 3
ORDER_SECONDS = 0.5
CALM_WITHIN = 60.0
SETTINGS = {"PORTAL_MAIL_LEASE_SECONDS": "10", "PORTAL_TRIES_A_MINUTE": "0"}
"""A mail that its sender took to the grave is free again soon; nobody is held back, for all are one address here."""


@dataclass(slots=True)
class Campaign:
    """The journeys on one stack, and what they were promised."""

    stack: Stack
    portal: Portal
    journal: Journal = field(default_factory=Journal)
    earlier: Evidence | None = None
    mails_may_repeat: bool = False
    _numbers: "count[int]" = field(default_factory=count)
    _token: str = ""
    _token_until: float = 0.0

    @asynccontextmanager
    async def traffic(self, at_once: int = AT_ONCE) -> AsyncIterator[None]:
        """Have people travel for as long as the block lasts; those on their way arrive. Raises: what a journey does."""
        ceasing = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            for _ in range(at_once):
                group.create_task(self._travellers(ceasing))
            group.create_task(self._orders(ceasing))
            try:
                yield
            finally:
                ceasing.set()

    async def journeys(self, number: int) -> None:
        """Have a number of people travel at the same time."""
        async with asyncio.TaskGroup() as group:
            for _ in range(number):
                group.create_task(self._traveller())

    async def settled(self, *, rebuild: bool = True) -> list[Violation]:
        """Return what is wrong once everything had time to come to rest."""
        collector, until = Collector(self.stack, self.portal), time.monotonic() + CALM_WITHIN
        while True:
            evidence = await self._evidence(collector)
            found = audit(evidence, self.earlier)
            if not found or time.monotonic() > until:
                break
            await asyncio.sleep(0.5)
        if rebuild:
            models = await collector.read_models(evidence)
            found += [violation for violation in audit(models) if violation.rule == "I10"]
        self.earlier = evidence
        return [*found, *await self._opened()]

    async def _evidence(self, collector: Collector) -> Evidence:
        evidence = await collector.writings(await collector.mails(await collector.logs()), self.journal.secrets)
        return replace(
            evidence,
            acknowledged=self.journal.acknowledged,
            refused=self.journal.refused,
            mails_may_repeat=self.mails_may_repeat,
        )

    async def _opened(self) -> list[Violation]:
        """V7, V8: no company saw another's, and no session that was ended opens anything."""
        found = [Violation("V7", "dashboard", f"showed {what} to another company") for what in self.journal.foreign]
        browser = self.portal.browser()
        for cookies in self.journal.ended:
            browser.cookies.clear()
            browser.cookies.update(cookies)
            if (await browser.get("/session")).status_code != 401:
                found.append(Violation("V8", "session", "was ended and opens the door again"))
        return found

    async def _travellers(self, ceasing: asyncio.Event) -> None:
        while not ceasing.is_set():
            await self._traveller()

    async def _orders(self, ceasing: asyncio.Event) -> None:
        """Keep contracts and users busy while everybody else waits for a mail."""
        while not ceasing.is_set():
            person = Person(contracts=1, second_factor="MAIL_OTP")
            await Traveller(self.portal, self.journal, person, await self.office_token()).order()
            await asyncio.sleep(ORDER_SECONDS)

    async def _traveller(self) -> None:
        number = next(self._numbers)
        # One in five has an app, whose codes come too slowly for more.
        person = Person(second_factor="TOTP" if number % 5 == 4 else "MAIL_OTP", language=("ja", "en")[number % 2])
        await Traveller(self.portal, self.journal, person, await self.office_token()).travel()

    def new_person(self, second_factor: str) -> Person:
        """Return somebody whose secrets the audit will look for."""
        person = Person(second_factor=second_factor)
        self.journal.secrets += person.secrets
        return person

    async def office_token(self) -> str:
        """Return the back office's token; the first is had before the faults begin."""
        if time.monotonic() > self._token_until:
            self._token = await self.portal.back_office.token()
            self._token_until = time.monotonic() + 1800
        return self._token


@asynccontextmanager
async def campaign(stack: Stack) -> AsyncIterator[Campaign]:
    """Start everything on a stack of its own, and give the campaign."""
    await asyncio.to_thread(stack.start, SERVERS)
    await asyncio.to_thread(lambda: stack.start_services(**SETTINGS))
    portal = Portal(stack.plan)
    try:
        made = Campaign(stack, portal)
        await made.office_token()
        yield made
    finally:
        await portal.close()
