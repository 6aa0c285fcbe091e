"""Random changes of access in a real company, each looked at by the sessions from before. Next: test_access_walks.py.

After each change, every operation of the description is asked for with the old sessions of whom it touches: what is
refused must be refused there, on whichever service it leads to, and on the stream that was open all the while.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from gateway.application.policy import POLICY, Who
from gateway.front import describe
from tests.e2e.portal import Portal
from tests.e2e.walks.access_model import AccessModel, Seat, Step
from tests.e2e.walks.company import Company, founded
from tests.e2e.walks.member import Member

NAMES = ("aoi", "botan", "cho")
GROUPS = 2
CONTRACTS = 2
SHORTEST, LONGEST = 2, 5
STATUSES = ("NORMAL", "ABNORMAL", "WARNING", "UNMONITORED")
AT_ONCE = 6


@dataclass(frozen=True)
class Path:
    """An operation that a session may be asked about."""

    name: str
    verb: str
    path: str
    administrators_only: bool


ELSEWHERE = {"settingsSite"}
"""The way to a site that does not run here, for who may do more than see; it has stories of its own."""


def paths() -> list[Path]:
    """Return every operation that needs a session, from the description and the policy table."""
    found = []
    for path, verbs in describe()["paths"].items():
        for verb, operation in verbs.items():
            name = operation["operationId"]
            if POLICY[name] & {Who.GENERAL_USER, Who.PORTAL_ADMIN} and name not in ELSEWHERE:
                only = Who.GENERAL_USER not in POLICY[name]
                found.append(Path(name, verb.upper(), path.removeprefix("/api/v1"), only))
    return found


PATHS = paths()
LOOKS = [one for one in PATHS if one.verb == "GET"]
CHANGES = [one for one in PATHS if one.verb != "GET"]
WRITES = 6
"""How many changes are tried at a look: what refuses one refuses all, and each is tried many times in a walk."""
LET_IN = {(403, "step-up-needed")}
"""Told to who is let in: what they ask for takes both proofs once more."""
PROMPT = {"events", "logOut"}
"""Asked for only where they are refused: one never ends, the other ends the session."""


class Disagreement(AssertionError):
    """The portal did not do what the model says."""


@dataclass(eq=False)
class AccessWalk:
    """One company, its model, and what was done so far."""

    portal: Portal
    company: Company
    model: AccessModel
    groups: list[str]
    office_token: str
    done: list[Step] = field(default_factory=list)
    asked: int = 0
    statuses: dict[int, str] = field(default_factory=dict)

    @classmethod
    async def begun(cls, portal: Portal, number: int) -> "AccessWalk":
        """Found a company with people who are in, and groups that permit nothing yet."""
        company = await founded(portal, NAMES, number=number, contracts=CONTRACTS)
        head = company.head
        groups = [(await head.done("POST", "/groups", {"name": f"班 {one}"}))["groupId"] for one in range(GROUPS)]
        seats = {one.name: Seat(one.browser.address) for one in company.others}
        model = AccessModel(seats, CONTRACTS, dict.fromkeys(range(GROUPS), frozenset()))
        for member in company.members:
            await member.listen()
        return cls(portal, company, model, groups, await portal.back_office.token())

    async def sequence(self, chance: Random) -> None:
        """Take some steps and look after each. Raises: Disagreement."""
        for _ in range(chance.randint(SHORTEST, LONGEST)):
            step = self.model.draw(chance)
            self.done.append(step)
            await self._carry_out(step)
            touched = self.model.take(step)
            others = set(self.model.seats) - touched
            contract = chance.randrange(CONTRACTS)
            await asyncio.gather(
                *(
                    self._look_everywhere(self._member(name), chance.sample(CHANGES, WRITES))
                    for name in sorted(touched)
                ),
                *(self._look_once(self._member(name), chance.choice(PATHS)) for name in sorted(others)),
            )
            await self._tell_of(contract, chance)
            await self._listen_again()

    def _member(self, name: str) -> Member:
        return next(one for one in self.company.others if one.name == name)

    async def _carry_out(self, step: Step) -> None:
        head = self.company.head
        user = self._member(step.name).user_id if step.name else ""
        group = self.groups[step.number]
        match step.what:
            case "suspend":
                await head.done("POST", f"/users/{user}/suspension")
            case "reinstate":
                await head.done("DELETE", f"/users/{user}/suspension")
            case "role":
                await head.done("PATCH", f"/users/{user}", {"role": step.value})
            case "join":
                await head.done("POST", f"/groups/{group}/members", {"userIds": [user]})
            case "leave":
                await head.done("DELETE", f"/groups/{group}/members/{user}")
            case "permit":
                await head.done("PUT", f"/groups/{group}/permissions", {"permissions": self._permissions(step)})
            case "networks":
                await self._set_networks(step.value.split())
            case "return":
                member = self._member(step.name)
                await member.log_in()
                await member.listen()

    def _permissions(self, step: Step) -> list[Mapping[str, Any]]:
        return [
            {"serviceName": "smart-pbx", "contractId": self.company.contracts[one], "actions": ["VIEW"]}
            for one in sorted(step.contracts)
        ]

    async def _set_networks(self, networks: list[str]) -> None:
        head = self.company.head
        settings = await head.done("GET", "/tenant/settings")
        settings.pop("version")
        here = [f"{head.browser.address}/32"] if networks else []
        await head.done("PUT", "/tenant/settings", settings | {"allowedNetworks": networks + here})

    async def _look_everywhere(self, member: Member, changes: list[Path]) -> None:
        """Ask for all that can be looked at, and for some changes, with the session from before."""
        gate = asyncio.Semaphore(AT_ONCE)

        async def look(path: Path) -> None:
            async with gate:
                await self._look_once(member, path)

        await asyncio.gather(*map(look, [*LOOKS, *changes]))
        if self.model.refusal(member.name, administrators_only=False) is None:
            await self._look_at_contracts(member)

    async def _look_once(self, member: Member, path: Path) -> None:
        expected = self.model.refusal(member.name, administrators_only=path.administrators_only)
        if expected is None and (path.verb != "GET" or path.name in PROMPT):
            # What is let in would be done; that is for the walk of the administration.
            return
        url = path.path.format_map(self._ids(member))
        answer = await member.ask(path.verb, url, None if path.verb == "GET" else {})
        self.asked += 1
        if expected is None:
            refused = answer.status in {401, 403} and answer.told not in LET_IN
            if refused or answer.status >= 500:
                raise self._disagreement(member, path.name, "let in", answer.told)
        elif answer.told != expected:
            raise self._disagreement(member, path.name, expected, answer.told)

    async def _look_at_contracts(self, member: Member) -> None:
        expected = {self.company.contracts[one] for one in self.model.sees(member.name)}
        board, listed, *single = await asyncio.gather(
            member.ask("GET", "/dashboard"),
            member.ask("GET", "/contracts"),
            *(member.ask("GET", f"/contracts/{one}") for one in self.company.contracts),
        )
        self.asked += 2 + len(single)
        shown = {
            "dashboard": {one["contractId"] for one in board.json["contracts"]},
            "contracts": {one["contractId"] for one in listed.json["items"]},
            "contract": {
                one for one, answer in zip(self.company.contracts, single, strict=True) if answer.status == 200
            },
        }
        for where, found in shown.items():
            if found != expected:
                raise self._disagreement(member, where, expected, found)

    async def _tell_of(self, contract: int, chance: Random) -> None:
        """Have a contract change, and see who is told: its viewers are, and nobody else."""
        contract_id = self.company.contracts[contract]
        status = chance.choice([one for one in STATUSES if one != self.statuses.get(contract, "NORMAL")])
        self.statuses[contract] = status
        head = self.company.head.stream
        assert head is not None
        marks = {one.name: len(one.stream.told) for one in self.company.members if one.stream is not None}
        path = f"/operator/contracts/{contract_id}/service-status"
        key = f"{self.company.tenant_id}-{len(self.done)}"
        answer = await self.portal.back_office.call(self.office_token, "PUT", path, {"serviceStatus": status}, key)
        assert answer.is_success, answer.text
        id_ = await head.shows(contract_id, status, marks["head"])
        for member in self.company.others:
            stream, since = member.stream, marks.get(member.name, 0)
            if stream is None:
                continue
            if self.model.refusal(member.name, administrators_only=False) is not None:
                await stream.end()
            elif contract in self.model.sees(member.name):
                await stream.shows(contract_id, status, since)
                continue
            else:
                await stream.came_to(id_, since)
            if told := [shown for _, shown in stream.of(contract_id, since) if shown == status]:
                raise self._disagreement(member, "stream", "silence", told)

    async def _listen_again(self) -> None:
        """Open a stream for who is let in again by the networks; who lost the session has to log in first."""
        for member in self.company.others:
            refused = self.model.refusal(member.name, administrators_only=False)
            if refused is not None:
                member.stream = None
            elif member.stream is None:
                await member.listen()

    def _ids(self, member: Member) -> "_Ids":
        return _Ids(
            userId=member.user_id,
            groupId=self.groups[0],
            contractId=self.company.contracts[0],
            sessionId=member.user_id,
        )

    def _disagreement(self, member: Member, where: str, expected: object, told: object) -> Disagreement:
        past = "\n".join(f"  {number:3} {step}" for number, step in enumerate(self.done))
        return Disagreement(f"{member.name} at {where}: {expected} expected, {told} told, after\n{past}")


class _Ids(dict[str, str]):
    """What the names in paths stand for; what is not known here stands for something that never was."""

    def __missing__(self, name: str) -> str:
        return "019abcde-0000-7000-8000-0000000000ff"
