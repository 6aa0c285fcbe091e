"""One database a service, and no service sees another's; topics as they must be for ever."""

import asyncpg
import pytest
from aiokafka.admin import AIOKafkaAdminClient  # type: ignore[import-untyped]
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType  # type: ignore[import-untyped]

from deploy.databases import SERVICES, Databases
from deploy.stack import Stack
from deploy.topics import PARTITIONS, make_topics


@pytest.fixture(scope="session")
async def databases(stack: Stack, postgres_url: str) -> Databases:
    made = stack.plan.databases
    assert made.admin_url == postgres_url
    await made.make()
    return made


async def test_making_databases_again_changes_nothing(databases: Databases) -> None:
    await databases.make()


@pytest.mark.parametrize("service", SERVICES)
async def test_a_service_enters_its_own_database_and_no_other(databases: Databases, service: str) -> None:
    own = await asyncpg.connect(databases.url(service))
    assert await own.fetchval("SELECT current_database()") == service
    await own.close()
    for other in set(SERVICES) - {service}:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await asyncpg.connect(databases.url(service).rpartition("/")[0] + f"/{other}")


async def test_a_service_makes_no_tables(databases: Databases) -> None:
    own = await asyncpg.connect(databases.url("users"))
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await own.execute("CREATE TABLE mine(n int)")
    await own.close()


async def test_every_reader_of_personal_data_reaches_the_keys(databases: Databases) -> None:
    for service in (*SERVICES, "gateway"):
        keys = await asyncpg.connect(databases.keys_url(service))
        writer = await keys.fetchval("SELECT pg_has_role('keys_writer', 'member')")
        assert writer == (service in {"users", "contracts"})
        await keys.close()


async def test_topics_keep_everything_in_six_partitions(kafka_bootstrap: str, topic_prefix: str) -> None:
    await make_topics(kafka_bootstrap, topic_prefix)
    await make_topics(kafka_bootstrap, topic_prefix)
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka_bootstrap)
    await admin.start()
    names = [f"{topic_prefix}.{service}.events.v1" for service in SERVICES]
    described = await admin.describe_topics(names)
    assert [len(topic["partitions"]) for topic in described] == [PARTITIONS] * len(SERVICES)
    said = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, names[0])])
    values = {entry[0]: entry[1] for entry in said[0].resources[0][4]}
    assert (values["retention.ms"], values["cleanup.policy"]) == ("-1", "delete")
    await admin.delete_topics(names)
    await admin.close()
