"""The whole notifier as it runs: facts of two services over real Kafka in, a mail out."""

import asyncio
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from uuid import UUID

from kernel.adapters.clock import new_id
from kernel.adapters.kafka.relay import Relay
from kernel.adapters.postgres.outbox import republish
from tests.integration.kernel import flow, records
from tests.integration.notifier.identity import secret_of
from tests.integration.notifier.world import World

HANAKO = "hanako.sato@example.co.jp"
SERVICES = ("users", "identity")


async def test_facts_over_kafka_become_one_mail_even_if_identity_comes_first_and_all_comes_twice(
    world: World, postgres_url: str, kafka_bootstrap: str, topic_prefix: str
) -> None:
    world.settings = world.settings.model_copy(
        update={"kafka_bootstrap": kafka_bootstrap, "topic_prefix": topic_prefix, "http_port": 0}
    )
    topics = {service: world.settings.topic(service) for service in (*SERVICES, "notifier")}
    for topic in topics.values():
        await records.make_topic(kafka_bootstrap, topic)
    user, activation = new_id(), new_id()
    sealed = await world.keyring.seal(user, {"email": HANAKO, "name": "佐藤 花子"}, stream_id=user, version=1)
    person = {**sealed, "userId": str(user), "mailLanguage": "ja", "timezone": "Asia/Tokyo", "role": "PORTAL_ADMIN"}
    expires = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    issued = {"userId": str(user), "activationId": str(activation), "purpose": "ACTIVATION", "expiresAt": expires}
    async with flow.database(postgres_url) as users, flow.database(postgres_url) as identity:
        logs = {"users": users, "identity": identity}
        relays = (
            Relay(log.url, kafka_bootstrap, service, topics[service], log.bell).run() for service, log in logs.items()
        )
        process = await world.process()
        try:
            async with flow.running(*relays):
                await _write(identity, user, "credential.activation-issued", issued)
                await flow.until(lambda: _queued(world))
                await _write(users, user, "user.registered", person)
                await flow.until(world.ended)
                for service, log in logs.items():
                    for part in range(6):
                        await republish(log.pool, topics[service], part, 0)
                await _write(identity, user, "credential.activation-issued", {**issued, "activationId": str(new_id())})
                await flow.until(lambda: world.ended(2))
        finally:
            process.terminate()
            await asyncio.wait_for(process.wait(), 15)
    second, first = await world.mails(HANAKO)
    assert secret_of(str(activation)) in first["Text"]
    assert secret_of(str(activation)) not in second["Text"]
    assert (await world.facts()).count("message.sent") == 2


async def _write(log: flow.Database, stream: UUID, kind: str, data: Mapping[str, str]) -> None:
    written = json.dumps(data).encode()
    await log.write([stream], kind=kind, data=lambda _position: written)


async def _queued(world: World) -> bool:
    return "message.queued" in await world.facts()
