"""What a broker can do, asked of the broker itself."""

from aiokafka.conn import create_conn  # type: ignore[import-untyped]
from aiokafka.errors import KafkaError  # type: ignore[import-untyped]
from aiokafka.protocol.admin import ApiVersionRequest  # type: ignore[import-untyped]

from deploy.part import NotReady

PRODUCE = 0
FIRST_GOOD = 10
"""Produce version 10 came with Kafka 3.7 (KIP-951); a broker does not tell its release itself."""


async def produce_version(bootstrap: str) -> int:
    """Return the newest Produce request that the broker at *bootstrap* takes. Raises: NotReady."""
    host, _, port = bootstrap.split(",", maxsplit=1)[0].rpartition(":")
    try:
        connection = await create_conn(host, int(port), request_timeout_ms=3000)
    except (KafkaError, OSError, TimeoutError) as error:
        raise NotReady(f"{type(error).__name__}: {error}") from error
    try:
        said = await connection.send(ApiVersionRequest())
    except (KafkaError, OSError, TimeoutError) as error:
        raise NotReady(f"{type(error).__name__}: {error}") from error
    finally:
        connection.close()
    return max(int(newest) for key, _, newest in said.api_versions if key == PRODUCE)
