"""Clients of two companies administer at random, and everything answers as the model says. Next: the test.

Hypothesis draws what is done next; what it finds it makes as short as it can.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import hypothesis.strategies as st
from hypothesis.stateful import (
    Bundle,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
)

from tests.e2e.portal import until
from tests.e2e.walks.administration_agreeing import PATIENCE, Agreeing, tag
from tests.e2e.walks.administration_draws import (
    ADDRESSES,
    CLIENTS,
    CONTRACTS,
    NAMES,
    PERMISSIONS,
    ROLES,
    SEARCHES,
    SORTS,
    STATUSES,
    TEAM_NAMES,
)
from tests.e2e.walks.administration_model import (
    ADMIN,
    CREATED,
    EMAIL_TAKEN,
    GENERAL,
    LAST,
    One,
    Permission,
    Team,
    plain,
)
from tests.e2e.walks.calling import Answer
from tests.e2e.walks.two_companies import MOST_WRONG


class AdministrationMachine(Agreeing):
    """Users, groups and logins of two companies."""

    people = Bundle("people")
    teams = Bundle("teams")

    @initialize(target=people)
    def those_who_are_there(self) -> Any:
        """Begin with the clients' own people."""
        return multiple(*self.model.people)

    @initialize(target=teams)
    def the_built_in_groups(self) -> Any:
        """Begin with the group of all permissions of each company."""
        return multiple(*self.model.teams)

    @invariant()
    def counted(self) -> None:
        """Count the steps."""
        type(self).taken += 1
        self.whole = True

    @rule(client=CLIENTS, mistyped=st.booleans())
    def log_in(self, client: int, *, mistyped: bool) -> None:
        """Log in anew, or be told that the credential is disabled; a wrong password tells nothing but that."""
        seat, member = self.model.seats[client], self.world.clients[client]
        if mistyped and self.world.wrong[member] < MOST_WRONG:
            self.world.wrong[member] += 1
            self.agree(self.do(member.begin("not-the-password")), (401, "credentials-wrong"))
        if not seat.one.suspended:
            self.do(member.log_in())
            seat.inside = True
            return

        async def refused() -> bool:
            return (await member.begin(member.person.password)).told == (423, "credential-disabled")

        self.do(until(refused, PATIENCE))

    @rule(client=CLIENTS)
    def log_out(self, client: int) -> None:
        """End the session."""
        seat = self.model.seats[client]
        expected = self.model.gate(seat, administrators_only=False) or (204, "")
        self.agree(self.ask(client, "DELETE", "/session"), expected)
        seat.inside = False

    @rule(
        target=people,
        client=CLIENTS,
        address=ADDRESSES,
        name=NAMES,
        role=ROLES,
        groups=st.lists(teams, max_size=2, unique=True),
        twice=st.booleans(),
    )
    def add_a_person(self, *, client: int, address: str, name: str, role: str, groups: list[Team], twice: bool) -> Any:
        """Add somebody; sent twice under one key it is done once."""
        email = self.email(address)
        expected, made = self.model.add(self.model.seats[client], email, name, role, groups)
        body, key = self.form(email, name, role, groups), str(uuid4())
        answer = self.ask(client, "POST", "/users", body, key=key)
        self.agree(answer, expected)
        if made is None:
            return multiple()
        made.user_id = answer.json["userId"]
        if twice:
            again = self.ask(client, "POST", "/users", body, key=key)
            self.agree(again, CREATED)
            assert again.json == answer.json
        return made

    @rule(target=people, client=CLIENTS, address=ADDRESSES, name=NAMES)
    def add_one_address_twice_at_once(self, client: int, address: str, name: str) -> Any:
        """Of two wishes for the same address at once one is granted, where it is free."""
        email, seat = self.email(address), self.model.seats[client]
        body, refused, taken = self.form(email, name, GENERAL, []), self.model.gate(seat), self.model.is_taken(email)
        answers = self.do(self.together(*(self.world.clients[client].ask("POST", "/users", body) for _ in range(2))))
        expected, made = self.model.add(seat, email, name, GENERAL, [])
        assert sorted(answer.told for answer in answers) == sorted([expected, refused or EMAIL_TAKEN]), taken
        if made is None:
            return multiple()
        made.user_id = next(answer.json["userId"] for answer in answers if answer.status == CREATED[0])
        return made

    @rule(
        client=CLIENTS,
        one=people,
        name=st.one_of(st.none(), NAMES),
        role=st.one_of(st.none(), ROLES),
        groups=st.one_of(st.none(), st.lists(teams, max_size=2, unique=True)),
        match=st.sampled_from(("none", "right", "old")),
    )
    def change_a_person(
        self, *, client: int, one: One, name: str | None, role: str | None, groups: list[Team] | None, match: str
    ) -> None:
        """Change name, role and groups, with or without the version it starts from."""
        version = {"none": None, "right": one.version, "old": one.version - 1}[match]
        seat = self.model.seats[client]
        others_count = self.model.others_count(one)
        expected = self.model.change(seat, one, name=name, role=role, teams=groups, match=version)
        body: dict[str, Any] = {"name": name, "role": role}
        body = {field: value for field, value in body.items() if value is not None}
        if groups is not None:
            body["groupIds"] = [team.group_id for team in groups]
        told = self.settled(
            lambda: self.ask(client, "PATCH", f"/users/{one.user_id}", body, match=tag(version)),
            others_count=others_count,
        )
        self.agree(told, expected)
        if expected[0] == 200:
            self.is_shown(told.json, one)

    @rule(client=CLIENTS, one=people)
    def suspend(self, client: int, one: One) -> None:
        """Shut somebody out."""
        others_count = self.model.others_count(one)
        expected = self.model.suspend(self.model.seats[client], one)
        told = self.settled(
            lambda: self.ask(client, "POST", f"/users/{one.user_id}/suspension"), others_count=others_count
        )
        self.agree(told, expected)

    @rule(client=CLIENTS, one=people)
    def reinstate(self, client: int, one: One) -> None:
        """Let somebody in again."""
        expected = self.model.reinstate(self.model.seats[client], one)
        self.agree(self.ask(client, "DELETE", f"/users/{one.user_id}/suspension"), expected)

    @rule(client=CLIENTS, one=people)
    def delete(self, client: int, one: One) -> None:
        """Remove somebody; who walks here stays, for they are needed in the next walk."""
        seat = self.model.seats[client]
        walks = any(other.one is one for other in self.model.seats)
        if walks and one is not seat.one and self.model.gate(seat) is None and one.tenant == seat.one.tenant:
            return
        expected = self.model.delete(seat, one)
        self.agree(self.ask(client, "DELETE", f"/users/{one.user_id}"), expected)

    @rule(target=teams, client=CLIENTS, name=TEAM_NAMES)
    def add_a_group(self, client: int, name: str) -> Any:
        """Make a group."""
        expected, made = self.model.add_team(self.model.seats[client], name)
        answer = self.ask(client, "POST", "/groups", {"name": name})
        self.agree(answer, expected)
        if made is None:
            return multiple()
        made.group_id = answer.json["groupId"]
        return made

    @rule(
        client=CLIENTS,
        team=teams,
        name=st.one_of(st.none(), TEAM_NAMES),
        text=st.one_of(st.none(), NAMES),
        match=st.sampled_from(("none", "right", "old")),
    )
    def change_a_group(self, *, client: int, team: Team, name: str | None, text: str | None, match: str) -> None:
        """Call or describe a group otherwise."""
        version = {"none": None, "right": team.version, "old": team.version - 1}[match]
        expected = self.model.change_team(self.model.seats[client], team, name, text, version)
        body = {field: value for field, value in {"name": name, "description": text}.items() if value is not None}
        answer = self.ask(client, "PATCH", f"/groups/{team.group_id}", body, match=tag(version))
        self.agree(answer, expected)
        if expected[0] == 200:
            told = (answer.json["name"], answer.json["description"], answer.json["version"])
            assert told == (team.name, team.description, team.version), told

    @rule(client=CLIENTS, team=teams, permissions=PERMISSIONS, match=st.sampled_from(("none", "right", "old")))
    def permit(self, *, client: int, team: Team, permissions: tuple[Permission, ...], match: str) -> None:
        """Say what members may do."""
        version = {"none": None, "right": team.version, "old": team.version - 1}[match]
        seat = self.model.seats[client]
        expected = self.model.permit(seat, team, permissions, version)
        contracts = self.world.companies[seat.one.tenant].contracts
        given = [
            {"serviceName": service, "contractId": None if place is None else contracts[place], "actions": actions}
            for service, place, actions in permissions
        ]
        path = f"/groups/{team.group_id}/permissions"
        self.agree(self.ask(client, "PUT", path, {"permissions": given}, match=tag(version)), expected)

    @rule(client=CLIENTS, team=teams)
    def delete_a_group(self, client: int, team: Team) -> None:
        """Remove a group."""
        expected = self.model.delete_team(self.model.seats[client], team)
        self.agree(self.ask(client, "DELETE", f"/groups/{team.group_id}"), expected)

    @rule(client=CLIENTS, team=teams, several=st.lists(people, min_size=1, max_size=3, unique=True))
    def join(self, client: int, team: Team, several: list[One]) -> None:
        """Put people into a group."""
        expected = self.model.join(self.model.seats[client], team, several)
        body = {"userIds": [one.user_id for one in several]}
        self.agree(self.ask(client, "POST", f"/groups/{team.group_id}/members", body), expected)

    @rule(client=CLIENTS, team=teams, one=people)
    def leave(self, client: int, team: Team, one: One) -> None:
        """Take somebody out of a group."""
        expected = self.model.leave(self.model.seats[client], team, one)
        self.agree(self.ask(client, "DELETE", f"/groups/{team.group_id}/members/{one.user_id}"), expected)

    @rule(client=CLIENTS)
    def look_at_contracts(self, client: int) -> None:
        """See what the groups permit, at once after every change."""
        seat = self.model.seats[client]
        refused = self.model.gate(seat, administrators_only=False)
        listed, board = self.do(
            self.together(*(self.world.clients[client].ask("GET", path) for path in ("/contracts", "/dashboard")))
        )
        self.agree(listed, refused or (200, ""))
        self.agree(board, refused or (200, ""))
        if refused is None:
            contracts = self.world.companies[seat.one.tenant].contracts
            expected = {contracts[place] for place in self.model.sees(seat, CONTRACTS)}
            assert {one["contractId"] for one in listed.json["items"]} == expected
            assert {one["contractId"] for one in board.json["contracts"]} == expected

    @rule(client=CLIENTS, one=people)
    def look_at_a_person(self, client: int, one: One) -> None:
        """See one person as they are; another company's is not there."""
        seat = self.model.seats[client]
        refused = self.model.gate(seat) or ((404, "user-unknown") if one.tenant != seat.one.tenant else None)

        def agrees(answer: Answer) -> None:
            self.agree(answer, refused or (200, ""))
            if refused is None and not one.deleted:
                self.is_shown(answer.json, one)

        self.soon(client, f"/users/{one.user_id}", agrees)

    @rule(
        client=CLIENTS,
        typed=SEARCHES,
        status=STATUSES,
        role=st.one_of(st.none(), ROLES),
        group=st.one_of(st.none(), teams),
        sort=SORTS,
        limit=st.integers(1, 4),
    )
    def look_at_people(
        self,
        *,
        client: int,
        typed: str,
        status: str | None,
        role: str | None,
        group: Team | None,
        sort: str,
        limit: int,
    ) -> None:
        """See the list, page by page, in its order, with its total."""
        seat = self.model.seats[client]
        refused = self.model.gate(seat)
        query = {"q": typed, "status": status, "role": role, "group": group and group.group_id, "sort": sort}
        path = f"/users?limit={limit}" + "".join(
            f"&{name}={quote(value, safe='')}" for name, value in query.items() if value
        )
        if refused is not None:
            self.agree(self.ask(client, "GET", path), refused)
            return
        found = [
            one
            for one in self.model.of(seat.one.tenant)
            if one.found_by(typed)
            and status in {None, one.status}
            and role in {None, one.role}
            and (group is None or (group in one.teams and not group.deleted))
        ]
        key: Callable[[One], str] = {
            "name": lambda one: plain(one.name),
            "email": lambda one: plain(one.email),
            "status": lambda one: one.status,
        }[sort]
        expected = [one.user_id for one in sorted(found, key=lambda one: (key(one), one.user_id))]

        async def seen() -> bool:
            return await self._pages(client, path) == (expected, {len(expected)})

        try:
            self.do(until(seen, PATIENCE))
        except TimeoutError:
            raise AssertionError(f"{path}: {expected} expected, {self.do(self._pages(client, path))} shown") from None

    @rule(client=CLIENTS)
    def look_at_groups(self, client: int) -> None:
        """See all groups with their members counted."""
        seat = self.model.seats[client]
        refused = self.model.gate(seat)
        tenant = seat.one.tenant
        expected = {
            team.group_id: (team.name, team.version, sum(team in one.teams for one in self.model.of(tenant)))
            for team in self.model.teams_of(tenant)
        }

        def agrees(answer: Answer) -> None:
            self.agree(answer, refused or (200, ""))
            if refused is None:
                items = answer.json["items"]
                assert {one["groupId"]: (one["name"], one["version"], one["members"]) for one in items} == expected

        self.soon(client, "/groups?limit=200", agrees)

    @precondition(lambda self: any(self.both_administer(tenant) for tenant in (0, 1)))
    @rule(tenant=st.integers(0, 1))
    def two_demote_one_another(self, tenant: int) -> None:
        """Of two administrators who demote one another at once, one stays."""
        if not self.both_administer(tenant):
            return
        pair = [number for number, seat in enumerate(self.model.seats) if seat.one.tenant == tenant]
        victims = [self.model.seats[number].one for number in reversed(pair)]
        answers = self.do(
            self.together(
                *(
                    self.world.clients[number].ask("PATCH", f"/users/{victim.user_id}", {"role": GENERAL})
                    for number, victim in zip(pair, victims, strict=True)
                )
            )
        )
        demoted = [number for number, answer in zip(reversed(pair), answers, strict=True) if answer.status == 200]
        assert len(demoted) <= 1, [answer.told for answer in answers]
        for answer in answers:
            assert answer.told in {(200, ""), LAST, (403, "denied"), (409, "stream-moved")}, answer.told
        for number in demoted:
            # Who it was is chance; the walk goes on as if it had been nobody.
            one, other = self.model.seats[number].one, next(place for place in pair if place != number)
            self.agree(self.ask(other, "PATCH", f"/users/{one.user_id}", {"role": ADMIN}), (200, ""))
            one.version += 2

    def teardown(self) -> None:
        """Bring the companies back."""
        world, whole = self.world, self.whole
        try:
            if whole:
                world.do(world.end(self.model))
        except BaseException:
            whole = False
            raise
        finally:
            if not whole:
                world.do(world.close())
