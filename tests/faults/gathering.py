"""Collects the evidence from the servers, past all services: logs, topics, places, mails, rows. Next: points.py."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

import asyncpg
from redis.asyncio import Redis

from deploy.services import NAMES
from deploy.stack import Stack
from deploy.topics import PARTITIONS, SERVICES, topic
from kernel.adapters.postgres.partition import partition_of
from kernel.adapters.redis.client import text
from tests.e2e.portal import Portal, until
from tests.e2e.rows import rows
from tests.e2e.sinks import records_of, redis_text
from tests.faults.evidence import WHOLE_LOG, Claim, Command, Evidence, Fact, Link, Mail, Place, Record, ServiceLog

_EVENTS = """
SELECT pos, stream_id, version, type, schema_v, public, data, meta::text AS meta FROM es.events ORDER BY pos
"""
_PARKED = "SELECT consumer || ' ' || stream_id || ' ' || reason FROM inbox.parked_stream"


class Collector:
    """Reads the evidence of one stack."""

    def __init__(self, stack: Stack, portal: Portal) -> None:
        self._stack = stack
        self._portal = portal
        self._prefix = stack.plan.topic_prefix

    async def logs(self) -> Evidence:
        """Return what logs, topics and places say; the topics are read last, so that they hold what the logs do."""
        logs: dict[str, ServiceLog] = {}
        places: list[Place] = []
        parked: list[str] = []
        for service in SERVICES:
            connection = await asyncpg.connect(self._stack.plan.databases.owner_url(service))
            try:
                async with connection.transaction(isolation="repeatable_read", readonly=True):
                    logs[service] = await _log(connection)
                    places += [
                        self._place(*row)
                        for row in await connection.fetch("SELECT consumer, topic, part, logpos FROM inbox.checkpoint")
                    ]
                    parked += [row[0] for row in await connection.fetch(_PARKED)]
            finally:
                await connection.close()
        async with self._redis() as redis:
            found, set_aside = await self._gateway(redis)
        topics = {service: [_record(one) for one in await self._records(service)] for service in SERVICES}
        return Evidence(logs=logs, topics=topics, places=[*places, *found], parked=[*parked, *set_aside])

    async def mails(self, evidence: Evidence) -> Evidence:
        """Return the evidence with all mails, and for each link whether it opens something."""
        mails = await self._portal.mailbox.everything()
        browser = self._portal.browser()
        links = []
        for mail in {mail.token: mail for mail in mails if mail.has_link}.values():
            answer = await browser.post("/activation/state", {"token": mail.token})
            links.append(Link(owner=mail.to[0], usable=answer.is_success))
        found = [Mail(message_id=mail.message_id, to=mail.to[0]) for mail in mails]
        return replace(evidence, mails=found, links=links)

    async def read_models(self, evidence: Evidence) -> Evidence:
        """Return the evidence with the rows as they are, and as a rebuild from nothing makes them."""
        async with self._redis() as redis:
            before = await rows(redis)
            await redis.flushdb()
            await until(lambda: self._rebuilt(redis), 60)
            after = await rows(redis)
        return replace(
            evidence,
            rows={key: row.decode() for key, row in before.items()},
            rebuilt={key: row.decode() for key, row in after.items()},
        )

    async def writings(self, evidence: Evidence, secrets: Sequence[str]) -> Evidence:
        """Return the evidence with what processes said and Redis holds, and what must not stand there."""
        texts = {f"said by {name}": self._stack.log(name).encode() for name in NAMES}
        async with self._redis() as redis:
            texts["redis"] = await redis_text(redis)
        return replace(evidence, writings=texts, secrets=secrets)

    async def _rebuilt(self, redis: "Redis") -> bool:
        keys = [key async for key in redis.scan_iter(match="rm:*:checkpoint")]
        return bool(keys) and await redis.hget(keys[0], "complete") in (b"1", "1")

    async def _gateway(self, redis: "Redis") -> tuple[list[Place], list[str]]:
        places, parked = [], []
        async for key in redis.scan_iter(match="rm:*:checkpoint"):
            for name, value in (await redis.hgetall(key)).items():
                of, slash, part = text(name).rpartition("/")
                if slash:
                    places.append(self._place("gateway", of, int(part), int(value.split()[2])))
        async for key in redis.scan_iter(match="rm:*:parked"):
            parked += [f"gateway {text(stream)}" for stream in await redis.hkeys(key)]
        return places, parked

    def _place(self, reader: str, of: str, part: int, position: int) -> Place:
        if of.startswith("log:"):
            return Place(reader=reader, service=of.removeprefix("log:"), partition=WHOLE_LOG, position=position)
        service = next(name for name in SERVICES if topic(name, self._prefix) == of)
        return Place(reader=reader, service=service, partition=part, position=position)

    async def _records(self, service: str) -> list[Any]:
        return await records_of(self._stack.plan.kafka_bootstrap, topic(service, self._prefix))

    def _redis(self) -> "Redis":
        made: Redis = Redis.from_url(self._stack.plan.redis_url)
        return made


async def _log(connection: "asyncpg.Connection[Any]") -> ServiceLog:
    facts = [
        Fact(
            position=row["pos"],
            partition=partition_of(row["stream_id"], PARTITIONS),
            stream_id=row["stream_id"],
            version=row["version"],
            type=f"portal.{row['type']}.v{row['schema_v']}",
            public=row["public"],
            data=row["data"],
            meta=json.loads(row["meta"]),
        )
        for row in await connection.fetch(_EVENTS)
    ]
    commands = [
        Command(command_id=row[0], stream_id=row[1], version=row[2], position=row[3])
        for row in await connection.fetch("SELECT command_id, stream_id, version, pos FROM es.commands")
    ]
    claims = [
        Claim(scope=row[0], key=row[1], stream_id=row[2])
        for row in await connection.fetch("SELECT scope, key, stream_id FROM es.claims")
    ]
    return ServiceLog(
        head=await connection.fetchval("SELECT pos FROM es.head"),
        facts=facts,
        commands=commands,
        claims=claims,
        relayed=await connection.fetchval("SELECT coalesce(max(pos), 0) FROM es.relay"),
    )


def _record(record: Any) -> Record:
    headers = dict(record.headers)
    stream, version = headers["ce_id"].decode().split("/")
    return Record(
        partition=record.partition,
        position=int(headers["ce_logpos"]),
        previous=int(headers["ce_prevpos"]),
        stream_id=UUID(stream),
        version=int(version),
        type=headers["ce_type"].decode(),
        data=record.value,
    )
