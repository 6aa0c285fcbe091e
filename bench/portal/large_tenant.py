"""One company with very many people and groups, written through the service's own log. Next: measures/.

The facts are those that administering would have written, sealed, claimed and appended as the service does, in batches;
the lists fold them as always. Identity and the notifier stand still meanwhile: nobody is to get 50,000 mails.
"""

import asyncio
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
from uuid_utils.compat import uuid7

from deploy.plan import Plan
from kernel.adapters.keys import fingerprint
from kernel.adapters.log import Log, open_log
from kernel.adapters.settings import Secrets, ServiceSettings
from kernel.domain.context import Context
from kernel.domain.recorded import Claim
from services.users.adapters.board import PostgresBoard
from services.users.application.handlers import EMAIL
from services.users.application.normal import normal
from services.users.domain.events import (
    EVENTS,
    GroupCreated,
    GroupPermitted,
    JoinedGroup,
    Language,
    Origin,
    ProfileChanged,
    Role,
    SecondFactor,
    UserActivated,
    UserRegistered,
    UserSuspended,
)
from services.users.domain.permission import Action, Permission

WRITERS = 64
CHUNK = 500
CHANGES = 50
"""How often the person with a history was changed."""
GROUPS_OF_ONE, PERMISSIONS_OF_ONE = 10, 50
"""How much the person permits whose access is the widest."""
SEED = 9
FAMILIES = (
    "佐藤",
    "鈴木",
    "高橋",
    "田中",
    "伊藤",
    "渡辺",
    "山本",
    "中村",
    "小林",
    "加藤",
    "吉田",
    "山田",
    "Abe",
    "Ōno",
)
GIVEN = ("葵", "蓮", "陽菜", "湊", "凛", "蒼", "結菜", "樹", "Mei", "Ren", "さくら", "大翔", "美咲", "太郎")
STATES = (0.90, 0.98)
"""Up to the first share people are active, up to the second they have never logged in, the others are suspended."""
NOW = datetime.now(UTC)
PATIENCE_SECONDS = 1800


@dataclass(frozen=True, slots=True, kw_only=True)
class LargeTenant:
    """What was written."""

    tenant_id: UUID
    groups: Sequence[UUID]
    people: Sequence[UUID]
    changed: UUID
    """Who has a history."""


class Filling:
    """Writes a company's people and groups."""

    def __init__(self, plan: Plan, tenant_id: UUID, administrator: UUID) -> None:
        self._plan = plan
        self._tenant_id = tenant_id
        self._administrator = administrator
        self._chance = random.Random(SEED)  # noqa: S311 - names that can be had again, no secret
        self._secrets = Secrets(Path(plan.places.secrets))

    async def fill(self, people: int, groups: int) -> LargeTenant:
        """Write them, and return when every list shows them."""
        settings = ServiceSettings(
            http_port=0,
            management_port=0,
            postgres_url=self._plan.databases.url("users"),
            keys_url=self._plan.databases.keys_url("users"),
            topic_prefix=self._plan.topic_prefix,
        )
        log = await open_log(settings, self._secrets, "users", EVENTS)
        appender = asyncio.ensure_future(log.roles["appender"]())
        try:
            group_ids = [uuid7() for _ in range(groups)]
            user_ids = [uuid7() for _ in range(people)]
            await self._all(log, [(one, self._group(one, number), ()) for number, one in enumerate(group_ids)])
            for start in range(0, people, CHUNK):
                chunk = user_ids[start : start + CHUNK]
                await log.keyring.prepare(chunk)
                await self._all(log, [self._person(one, start + nth, group_ids) for nth, one in enumerate(chunk)])
            await self._widen(log, group_ids)
            await self._change(log, user_ids[0], group_ids)
            await self._shown(log)
            await self._logged_in(log, user_ids)
        finally:
            appender.cancel()
            await asyncio.wait([appender])
            await log.close()
        await self._analyzed()
        return LargeTenant(tenant_id=self._tenant_id, groups=group_ids, people=user_ids, changed=user_ids[0])

    async def _all(self, log: Log, streams: Sequence[tuple[UUID, Sequence[Any], Sequence[Claim]]]) -> None:
        gate = asyncio.Semaphore(WRITERS)

        async def one(stream_id: UUID, facts: Sequence[Any], claims: Sequence[Claim]) -> None:
            async with gate:
                await log.store.append(stream_id, 0, facts, self._by(), claims=claims)

        await asyncio.gather(*(one(*stream) for stream in streams))

    def _group(self, group_id: UUID, number: int) -> list[Any]:
        permitted = tuple(
            Permission(service_name="smart-pbx", contract_id=uuid7(), actions=(Action.VIEW, Action.EDIT))
            for _ in range(PERMISSIONS_OF_ONE if number < GROUPS_OF_ONE else 1)
        )
        name = f"第{number:03} {('営業部', '総務部', '開発部', '支店')[number % 4]}"
        return [
            GroupCreated(group_id=group_id, name=name, description="計測のためのグループ", built_in=False, at=NOW),
            GroupPermitted(group_id=group_id, permissions=permitted, at=NOW),
        ]

    def _person(self, user_id: UUID, number: int, groups: Sequence[UUID]) -> tuple[UUID, list[Any], list[Claim]]:
        email = f"{self._chance.choice(GIVEN[8:10]).lower()}.{number:06}@bench.example"
        registered = UserRegistered(
            user_id=user_id,
            email=email,
            name=f"{self._chance.choice(FAMILIES)} {self._chance.choice(GIVEN)}{number % 997}",
            phone_number=f"03-{number // 10_000 + 1000:04}-{number % 10_000:04}",
            mail_language=Language.JA,
            timezone="Asia/Tokyo",
            second_factor=SecondFactor.TOTP,
            role=Role.PORTAL_ADMIN if number % 500 == 1 else Role.GENERAL_USER,
            origin=Origin.ADMINISTRATOR,
            at=NOW,
        )
        joined = JoinedGroup(user_id=user_id, group_id=groups[number % len(groups)], at=NOW)
        claim = Claim(EMAIL, fingerprint(self._secrets.pepper, EMAIL, normal(email)))
        return user_id, [registered, joined, *self._state(user_id)], [claim]

    def _state(self, user_id: UUID) -> Iterator[Any]:
        active, pending = STATES
        drawn = self._chance.random()
        if drawn < active or drawn >= pending:
            yield UserActivated(user_id=user_id, at=NOW)
        if drawn >= pending:
            yield UserSuspended(user_id=user_id, at=NOW)

    async def _widen(self, log: Log, groups: Sequence[UUID]) -> None:
        """Put the administrator into the groups that permit the most."""
        past = await log.store.load(self._administrator)
        joined = [JoinedGroup(user_id=self._administrator, group_id=one, at=NOW) for one in groups[:GROUPS_OF_ONE]]
        await log.store.append(self._administrator, past[-1].version, joined, self._by())

    async def _change(self, log: Log, user_id: UUID, groups: Sequence[UUID]) -> None:
        """Give somebody a history: names that change, and many groups."""
        past = await log.store.load(user_id)
        facts: list[Any] = [
            ProfileChanged(
                user_id=user_id,
                name=f"変更 {number}",
                phone_number="03-1234-5678",
                mail_language=Language.JA,
                timezone="Asia/Tokyo",
                at=NOW,
            )
            for number in range(CHANGES)
        ]
        facts += [JoinedGroup(user_id=user_id, group_id=one, at=NOW) for one in groups[1:GROUPS_OF_ONE]]
        await log.store.append(user_id, past[-1].version, facts, self._by())

    async def _shown(self, log: Log) -> None:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not await log.pool.fetchval(_AT_THE_END):  # noqa: ASYNC110 - another process, which tells by nothing else
                await asyncio.sleep(0.5)

    async def _logged_in(self, log: Log, users: Sequence[UUID]) -> None:
        """Tell the lists when two of three logged in last, as they are told of identity's facts."""
        board = PostgresBoard()
        those = [one for number, one in enumerate(users) if number % 3]
        for start in range(0, len(those), CHUNK):
            async with log.pool.acquire() as connection, connection.transaction():
                some = enumerate(those[start : start + CHUNK], start)
                logins = [(one, self._tenant_id, NOW - timedelta(minutes=20 * number)) for number, one in some]
                await board.logged_in(connection, logins)

    async def _analyzed(self) -> None:
        """Have the planner know what there is, as the server sees to by itself soon after."""
        owner = await asyncpg.connect(self._plan.databases.owner_url("users"))
        try:
            for table in ("rm.person", "rm.team", "rm.membership", "es.events"):
                await owner.execute(f"VACUUM ANALYZE {table}", timeout=PATIENCE_SECONDS)
        finally:
            await owner.close()

    def _by(self) -> Context:
        actor = f"user:{self._administrator}"
        return Context(tenant_id=self._tenant_id, actor=actor, correlation_id=uuid4(), command_id=uuid7())


_AT_THE_END = """
SELECT count(*) = 2 FROM inbox.checkpoint
WHERE topic = 'log:users' AND logpos = (SELECT pos FROM es.head)
"""
