"""Two companies with two clients each, and how they are brought back to where a walk begins. Next: the machine."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field
from itertools import count
from typing import Any, TypeVar
from uuid import uuid4

from tests.e2e.portal import Portal
from tests.e2e.walks.administration_model import ADMIN, GENERAL, AdministrationModel, One, Seat, Team
from tests.e2e.walks.company import Company, built_in, founded
from tests.e2e.walks.member import Member

MOST_MAILS = 14
"""After so many codes for one person other companies take over: an hour has twenty."""
MOST_WRONG = 4
"""So many wrong passwords for one address cost no waiting."""
LONGEST_CALL = 120.0

Done = TypeVar("Done")


@dataclass(eq=False)
class TwoCompanies:
    """The portal, and the companies that walk now. All is done on the loop, whichever thread asks."""

    portal: Portal
    loop: asyncio.AbstractEventLoop
    companies: list[Company] = field(default_factory=list)
    clients: list[Member] = field(default_factory=list)
    wrong: dict[Member, int] = field(default_factory=dict)
    """How many wrong passwords each gave."""
    mark: str = ""
    """Stands in the mail addresses of a walk, so that no other walk has them."""
    numbers: "count[int]" = field(default_factory=lambda: count(10))

    def do(self, work: Coroutine[Any, Any, Done]) -> Done:
        """Have the loop do something, and wait for it."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(LONGEST_CALL)

    async def begin(self) -> AdministrationModel:
        """Return the model of how things stand, with everybody in."""
        self.mark = uuid4().hex[:8]
        if not self.companies or any(one.mails > MOST_MAILS for one in self.clients):
            await self._found()
        model = AdministrationModel([], [], [])
        for tenant, company in enumerate(self.companies):
            await self._model(model, tenant, company)
        return model

    async def end(self, model: AdministrationModel) -> None:
        """Bring the companies back to where a walk begins, by whoever can still administer each."""
        for tenant, company in enumerate(self.companies):
            able = next(seat for seat in model.seats if seat.one.counts and seat.one.tenant == tenant)
            client = self.clients[model.seats.index(able)]
            if not able.inside:
                await client.log_in()
            await self._clear(client, company, model.of(tenant), model.teams_of(tenant))
            for seat, member in zip(model.seats, self.clients, strict=True):
                if seat.one.tenant == tenant and member is not client and not seat.inside:
                    await member.log_in()
            if client is not company.head:
                # Last, for nobody can be left alone without an administrator.
                body = {"role": self._role(company), "groupIds": []}
                await company.head.done("PATCH", f"/users/{client.user_id}", body)

    async def close(self) -> None:
        """Leave the companies alone; others are founded when they are needed."""
        for company in self.companies:
            await company.close()
        self.companies, self.clients, self.wrong = [], [], {}

    def _role(self, company: Company) -> str:
        """Return what who was added begins as: in one of the companies there are two who administer."""
        return ADMIN if company is self.companies[1] else GENERAL

    async def _found(self) -> None:
        await self.close()
        jobs = [founded(self.portal, ("hand",), number=next(self.numbers)) for _ in range(2)]
        self.companies = list(await asyncio.gather(*jobs))
        self.clients = [one for company in self.companies for one in company.members]
        self.wrong = dict.fromkeys(self.clients, 0)
        first, second = self.companies[1].members
        await first.done("PATCH", f"/users/{second.user_id}", {"role": ADMIN})

    async def _clear(self, client: Member, company: Company, people: list[One], teams: list[Team]) -> None:
        ours = {one.user_id: one for one in company.members}
        for one in people:
            member = ours.get(one.user_id)
            if member is None:
                await client.done("DELETE", f"/users/{one.user_id}")
                continue
            if one.suspended:
                await client.done("DELETE", f"/users/{one.user_id}/suspension")
            head = member is company.head
            groups = [built_in(company)] if head else []
            role = ADMIN if head or member is client else self._role(company)
            body = {"name": member.person.name, "role": role, "groupIds": groups}
            await client.done("PATCH", f"/users/{one.user_id}", body)
        for team in teams:
            if not team.built_in:
                await client.done("DELETE", f"/groups/{team.group_id}")

    async def _model(self, model: AdministrationModel, tenant: int, company: Company) -> None:
        told = await company.head.done("GET", f"/groups/{built_in(company)}")
        actions = tuple(told["permissions"][0]["actions"])
        everything = Team(
            tenant,
            told["groupId"],
            told["name"],
            told["description"],
            built_in=True,
            version=told["version"],
            permissions=(("*", None, actions),),
        )
        model.teams.append(everything)
        for member in company.members:
            person = await company.head.done("GET", f"/users/{member.user_id}")
            one = One(
                tenant,
                member.user_id,
                person["email"],
                person["name"],
                person["role"],
                activated=True,
                version=person["version"],
                teams={everything} if person["groups"] else set(),
            )
            model.people.append(one)
            model.seats.append(Seat(one))
