"""How a step calls and compares: at once, or soon, where a list may be a moment behind. Next: the machine."""

import asyncio
from collections.abc import Callable
from typing import Any, ClassVar

from hypothesis.stateful import (
    RuleBasedStateMachine,
)

from tests.e2e.walks.administration_model import (
    LAST,
    AdministrationModel,
    One,
    Team,
    Told,
)
from tests.e2e.walks.calling import Answer
from tests.e2e.walks.two_companies import TwoCompanies

PATIENCE = 10.0
"""Seconds in which lists, and services that follow another one, must agree; access must agree at once."""


class Agreeing(RuleBasedStateMachine):
    """Clients of two companies, and the model that their answers must agree with."""

    world: ClassVar[TwoCompanies]
    taken: ClassVar[int] = 0
    """How many steps were taken by all walks together."""

    def __init__(self) -> None:
        super().__init__()
        self.model: AdministrationModel = self.do(self.world.begin())
        self.whole = False
        """Whether the last step agreed, so that the companies can be brought back."""

    def do(self, work: Any) -> Any:
        """Have the loop do something."""
        return self.world.do(work)

    def both_administer(self, tenant: int) -> bool:
        """Tell whether both clients of a company can administer it now."""
        return all(seat.inside and seat.one.counts for seat in self.model.seats if seat.one.tenant == tenant)

    def ask(
        self, client: int, method: str, path: str, body: object = None, *, key: str = "", match: str = "*"
    ) -> Answer:
        """Have a client call; should it not come to an agreement, the companies are not used again."""
        self.whole = False
        answer: Answer = self.do(self.world.clients[client].ask(method, path, body, key=key, match=match))
        return answer

    def settled(self, call: Callable[[], Answer], *, others_count: bool) -> Answer:
        """Call; who was made an administrator a moment ago may not count yet, so that refusal is asked about again."""
        answer, ends = call(), self.world.loop.time() + PATIENCE
        while others_count and answer.told == LAST and self.world.loop.time() < ends:
            answer = call()
        return answer

    def soon(self, client: int, path: str, agrees: Callable[[Answer], None]) -> None:
        """See that a look at a list agrees soon."""
        self.whole = False
        ends = self.world.loop.time() + PATIENCE
        while True:
            answer = self.ask(client, "GET", path)
            try:
                agrees(answer)
            except AssertionError:
                if self.world.loop.time() > ends:
                    raise
            else:
                return

    def agree(self, answer: Answer, expected: Told) -> None:
        """See that an answer is as expected."""
        assert answer.told == expected, f"{expected} expected, {answer.status} {answer.body!r} told"

    def is_shown(self, shown: dict[str, Any], one: One) -> None:
        """See that a person is shown as they are."""
        groups = {team.group_id for team in one.teams if not team.deleted}
        told = (shown["name"], shown["email"], shown["role"], shown["status"], shown["version"])
        assert told == (one.name, one.email, one.role, one.status, one.version), told
        assert {group["groupId"] for group in shown["groups"]} == groups, shown["groups"]

    def email(self, local: str) -> str:
        """Return a mail address that nobody outside this walk has."""
        return f"{local}.walk.{self.world.mark}@example.com"

    def form(self, email: str, name: str, role: str, groups: list[Team]) -> dict[str, Any]:
        """Return what is said of a person who is added."""
        return {
            "email": email,
            "name": name,
            "phoneNumber": "03-1234-5678",
            "mailLanguage": "ja",
            "timezone": "Asia/Tokyo",
            "secondFactor": "MAIL_OTP",
            "role": role,
            "groupIds": [team.group_id for team in groups],
        }

    async def together(self, *calls: Any) -> list[Answer]:
        """Call at the same time."""
        self.whole = False
        return list(await asyncio.gather(*calls))

    async def _pages(self, client: int, path: str) -> tuple[list[str], set[int]]:
        found, totals, cursor = list[str](), set[int](), ""
        while True:
            answer = await self.world.clients[client].ask("GET", f"{path}{cursor}")
            self.agree(answer, (200, ""))
            page = answer.json
            found += [one["userId"] for one in page["items"]]
            totals.add(page["total"])
            if page["nextCursor"] is None:
                return found, totals
            cursor = f"&cursor={page['nextCursor']}"


def tag(version: int | None) -> str:
    """Return a version as If-Match has it, any for none."""
    return "*" if version is None else f'"{version}"'
