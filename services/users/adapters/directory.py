"""Looks people and groups up, a page at a time, never counting what it passed. Next stop: api/looking.py."""

import json
from collections.abc import Collection, Sequence
from datetime import UTC, datetime, time
from typing import Any
from uuid import UUID

import asyncpg

from kernel.adapters.postgres.pool import reachable
from services.users.adapters.searching import sought, wanted_texts
from services.users.application.directory import (
    Entry,
    GroupEntry,
    GroupName,
    LoggedIn,
    Order,
    PeopleWanted,
    Place,
    Sort,
    Status,
)
from services.users.domain.events import BrowserTrust, Language, Role, SecondFactor
from services.users.domain.permission import Action, Permission

MANY = 10_000
"""So many rows are not fetched to be sorted."""

_KEYS = {Sort.NAME: "name_key", Sort.EMAIL: "email_key", Sort.LAST_LOGIN: "login_key", Sort.STATUS: "status"}

_GROUPS_OF = """
coalesce((SELECT json_agg(json_build_array(t.group_id, t.name) ORDER BY t.built_in DESC, t.name_key, t.group_id)
          FROM rm.membership m JOIN rm.team t USING (group_id) WHERE m.user_id = p.user_id), '[]')::text AS groups
"""
_MAILBOX = "LEFT JOIN rm.mailbox b ON b.user_id = p.user_id AND b.bounces"
_PERSON = f"""
SELECT p.*, '' AS place, b.bounced_at, b.reason, {_GROUPS_OF} FROM rm.person p {_MAILBOX}
WHERE p.tenant_id = $1 AND p.user_id = $2 AND version > 0
"""  # noqa: S608 - a text of ours
_IN_ORDER = """
SELECT p.*, p.{key}::text AS place FROM rm.person p WHERE {conditions} ORDER BY {order} LIMIT {most}
"""
_FOUND_FIRST = """
SELECT p.*, p.{key}::text AS place FROM rm.person p JOIN (
    SELECT p.user_id FROM (SELECT p.{key}, p.user_id FROM rm.person p WHERE {conditions} OFFSET 0) p
    ORDER BY {order} LIMIT {most}
) found USING (user_id)
"""
"""What is searched for is found before it is put in order: how rare a text is, the planner can but guess, and walking
the list in its order until enough fit is a walk through all of it when few do."""
_NAMES = "SELECT user_id, name FROM rm.person WHERE tenant_id = $1 AND user_id = ANY($2) AND listed"
_COUNTED = """
SELECT coalesce(sum(people), 0) FROM rm.people_count
WHERE tenant_id = $1 AND ($2::text IS NULL OR role = $2)
  AND CASE WHEN $3::text IS NULL THEN status <> 'DELETED' ELSE status = $3 END
"""
_TEAMS = """
SELECT group_id, name, name_key, description, built_in, members, permissions::text AS permissions, version
FROM rm.team WHERE tenant_id = $1
"""
_TEAM_NAMES = "SELECT group_id, name FROM rm.team WHERE tenant_id = $1"
_BY_NAME = "ORDER BY built_in DESC, name_key, group_id"
_BEHIND = "AND NOT built_in AND (name_key, group_id) > ($2, $3)"
_BEFORE_ALL = "", UUID(int=0)
"""Where the groups begin that are not built in."""


def planned_anew(url: str) -> str:
    """Return the address of a database where each query is planned for what it asks: one word is rare, one common."""
    return f"{url}{'&' if '?' in url else '?'}plan_cache_mode=force_custom_plan"


class Conditions:
    """What a list's rows must be like, as SQL with its arguments."""

    def __init__(self, tenant_id: UUID, wanted: PeopleWanted, *, common: bool = False) -> None:
        self.arguments: list[Any] = []
        self._parts: list[str] = []
        self.add("p.tenant_id = {}", tenant_id)
        self._parts.append("p.deleted AND p.version > 0" if wanted.status is Status.DELETED else "p.listed")
        if wanted.role is not None:
            self.add("p.role = {}", wanted.role)
        if wanted.status not in (None, Status.DELETED):
            self.add("p.status = {}", wanted.status)
        if wanted.group_id is not None:
            self.add(
                "EXISTS (SELECT FROM rm.membership m WHERE m.group_id = {} AND m.user_id = p.user_id)", wanted.group_id
            )
        if wanted.last_login is not None:
            self._logged_in(wanted.last_login)
        if wanted.bounced:
            self._parts.append("p.user_id IN (SELECT b.user_id FROM rm.mailbox b WHERE b.tenant_id = $1 AND b.bounces)")
        if wanted.q:
            found = [sought(text, common=common) for text in wanted_texts(wanted.q)]
            self._parts.append(f"({' OR '.join(holds.format(self.mark(text)) for holds, text in found)})")

    def add(self, condition: str, *arguments: object) -> None:
        """Ask for one thing more; `{}` stands for an argument."""
        self._parts.append(condition.format(*(self.mark(one) for one in arguments)))

    def mark(self, argument: object) -> str:
        """Keep an argument and return what stands for it."""
        self.arguments.append(argument)
        return f"${len(self.arguments)}"

    def __str__(self) -> str:
        return " AND ".join(self._parts)

    def _logged_in(self, when: LoggedIn) -> None:
        if when.day is None:
            self._parts.append("p.login_key = '-infinity'")
            return
        began = datetime.combine(when.day, time(), UTC)
        self.add("p.login_key >= {}" if when.when == "after" else "p.login_key < {}", began)
        if when.when == "before":
            self._parts.append("p.login_key > '-infinity'")


def page_query(
    tenant_id: UUID,
    wanted: PeopleWanted,
    limit: int,
    after: Place | None,
    *,
    back: bool = False,
    common: bool = False,
) -> tuple[str, list[Any]]:
    """Return the query of a page and its arguments; *back* the part before a place, nearest first.

    *common* says that very many fit.
    """
    key, conditions = _KEYS[wanted.sort], Conditions(tenant_id, wanted, common=common)
    direction, beyond = ("DESC", "<") if (wanted.order is Order.DESC) is not back else ("ASC", ">")
    if after is not None:
        kind = "text::timestamptz" if wanted.sort is Sort.LAST_LOGIN else "text"
        conditions.add(f"(p.{key}, p.user_id) {beyond} ({{}}::{kind}, {{}})", *after)
    most = conditions.mark(limit)
    order = f"p.{key} {direction}, p.user_id {direction}"
    chosen = _FOUND_FIRST if wanted.q and not common else _IN_ORDER
    query = f"""
    WITH p AS MATERIALIZED ({chosen.format(key=key, conditions=conditions, order=order, most=most)})
    SELECT p.*, b.bounced_at, b.reason, {_GROUPS_OF} FROM p {_MAILBOX} ORDER BY {order}
    """  # noqa: S608 - names of columns are ours, whatever callers say is an argument
    return query, conditions.arguments


class PostgresDirectory:
    """The tables of people and groups, to be looked at. See: ports.Directory."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        self._pool = pool

    async def page(
        self, tenant_id: UUID, wanted: PeopleWanted, limit: int, after: Place | None, fit: int, *, back: bool = False
    ) -> Sequence[Entry]:
        """Return people in order, the first ones or those next to a place: behind it, or *back* before it.

        Raises: Unavailable.
        """
        query, arguments = page_query(tenant_id, wanted, limit, after, back=back, common=fit > MANY)
        found = [_entry(row) for row in await self._fetch(query, *arguments)]
        return found[::-1] if back else found

    async def count(self, tenant_id: UUID, wanted: PeopleWanted) -> int:
        """Return how many people the filters let through; what is asked most is counted already."""
        if not (wanted.q or wanted.group_id or wanted.last_login or wanted.bounced):
            row = await self._fetch(_COUNTED, tenant_id, wanted.role, wanted.status)
            return int(row[0][0])
        conditions = Conditions(tenant_id, wanted)
        query = f"SELECT count(*) FROM rm.person p WHERE {conditions}"  # noqa: S608 - as above
        return int((await self._fetch(query, *conditions.arguments))[0][0])

    async def person(self, tenant_id: UUID, user_id: UUID) -> Entry | None:
        """Return one person. Raises: Unavailable."""
        rows = await self._fetch(_PERSON, tenant_id, user_id)
        return _entry(rows[0]) if rows else None

    async def names(self, tenant_id: UUID, user_ids: Collection[UUID]) -> dict[UUID, str]:
        """Return the names of those people that are known. Raises: Unavailable."""
        return {row["user_id"]: row["name"] for row in await self._fetch(_NAMES, tenant_id, list(user_ids))}

    async def groups(self, tenant_id: UUID, limit: int, after: Place | None) -> Sequence[GroupEntry]:
        """Return groups by name, the first ones or those after a place. Raises: Unavailable."""
        if after is None:
            rows = await self._fetch(f"{_TEAMS} {_BY_NAME} LIMIT $2", tenant_id, limit)
        else:
            rows = await self._fetch(f"{_TEAMS} {_BEHIND} {_BY_NAME} LIMIT $4", tenant_id, *after, limit)
        return [_group(row) for row in rows]

    async def group_names(self, tenant_id: UUID) -> Sequence[GroupName]:
        """Return what all groups are called. Raises: Unavailable."""
        rows = await self._fetch(f"{_TEAM_NAMES} {_BY_NAME}", tenant_id)
        return [GroupName(group_id=row["group_id"], name=row["name"]) for row in rows]

    async def group(self, tenant_id: UUID, group_id: UUID) -> GroupEntry | None:
        """Return one group. Raises: Unavailable."""
        rows = await self._fetch(f"{_TEAMS} AND group_id = $2", tenant_id, group_id)
        return _group(rows[0]) if rows else None

    async def _fetch(self, query: str, *arguments: Any) -> Sequence[Any]:
        with reachable("the list of people"):
            return list(await self._pool.fetch(query, *arguments))


def _entry(row: Any) -> Entry:
    return Entry(
        user_id=row["user_id"],
        name=row["name"],
        email=row["email"],
        title=row["title"],
        role=Role(row["role"]),
        phone_number=row["phone_number"],
        mobile_phone_number=row["mobile_phone_number"],
        status=Status(row["status"]),
        second_factor=SecondFactor(row["second_factor"]),
        browser_trust=BrowserTrust(row["browser_trust"]),
        groups=tuple(GroupName(group_id=UUID(one[0]), name=one[1]) for one in json.loads(row["groups"])),
        last_login_at=row["last_login_at"],
        mail_language=Language(row["mail_language"]),
        timezone=row["timezone"],
        comment=row["comment"],
        mail_bounced_at=row["bounced_at"],
        mail_bounce=row["reason"],
        version=row["version"],
        place=row["place"],
    )


def _group(row: Any) -> GroupEntry:
    permissions = json.loads(row["permissions"])
    return GroupEntry(
        group_id=row["group_id"],
        name=row["name"],
        description=row["description"],
        built_in=row["built_in"],
        members=row["members"],
        permissions=tuple(_permission(**one) for one in permissions),
        version=row["version"],
        place=_BEFORE_ALL if row["built_in"] else (row["name_key"], row["group_id"]),
    )


def _permission(service_name: str, contract_id: str | None, actions: Sequence[str]) -> Permission:
    contract = None if contract_id is None else UUID(contract_id)
    return Permission(service_name=service_name, contract_id=contract, actions=tuple(Action(one) for one in actions))
