"""Makes the topics that facts are copied to. Next stop: services.py."""

from aiokafka.admin import AIOKafkaAdminClient, NewTopic  # type: ignore[import-untyped]
from aiokafka.errors import TopicAlreadyExistsError, for_code  # type: ignore[import-untyped]

SERVICES = ("identity", "users", "contracts", "notifier")
PARTITIONS = 6
"""Fixed for ever: another number would send a stream's later facts to another partition than its earlier ones."""
SETTINGS = {"cleanup.policy": "delete", "retention.ms": "-1"}
REPLICAS_WANTED = 3


def topic(service: str, prefix: str = "portal") -> str:
    """Return the topic of a service's facts."""
    return f"{prefix}.{service}.events.v1"


async def make_topics(bootstrap: str, prefix: str = "portal") -> None:
    """Make the topics that are missing, with as many replicas as the brokers allow up to three."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap, client_id="portal-deploy")
    await admin.start()
    try:
        there = set(await admin.list_topics())
        brokers = len((await admin.describe_cluster())["brokers"])
        replicas = min(REPLICAS_WANTED, brokers)
        settings = SETTINGS | ({"min.insync.replicas": "2"} if replicas == REPLICAS_WANTED else {})
        missing = [name for service in SERVICES if (name := topic(service, prefix)) not in there]
        if missing:
            made = await admin.create_topics(
                [NewTopic(name, PARTITIONS, replicas, topic_configs=settings) for name in missing]
            )
            for name, code, *_ in made.topic_errors:
                if code and for_code(code) is not TopicAlreadyExistsError:
                    raise for_code(code)(name)
    finally:
        await admin.close()
