"""Servers that you have already, in place of the embedded ones, and whether they are new enough. Next stop: plan.py."""

import asyncio
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlsplit

from deploy.part import NotReady, PartFailed
from deploy.servers.kafka_version import FIRST_GOOD, produce_version
from deploy.servers.postgres import server_version as postgres_version
from deploy.servers.valkey import server_version as redis_version

OLDEST_POSTGRES = 15
OLDEST_REDIS = {"redis": (7, 0), "valkey": (8, 0)}
VARIABLES = {
    "postgres": "PORTAL_POSTGRES_URL",
    "kafka": "PORTAL_KAFKA_BOOTSTRAP",
    "redis": "PORTAL_REDIS_URL",
    "smtp": "PORTAL_SMTP_URL",
    "mailbox": "PORTAL_MAILBOX_URL",
    "sites": "PORTAL_SITES_DIR",
}


@dataclass(frozen=True, slots=True)
class Outside:
    """Addresses given in the environment; None means the embedded server."""

    postgres: str | None = None
    kafka: str | None = None
    redis: str | None = None
    smtp: str | None = None
    mailbox: str | None = None
    sites: str | None = None
    """The folder of your own settings sites; with it no stand-in is started."""

    @classmethod
    def given(cls, environment: Mapping[str, str] = os.environ) -> Self:
        """Return what the environment names."""
        return cls(**{part: environment.get(variable) or None for part, variable in VARIABLES.items()})

    def check(self) -> dict[str, str]:
        """Return the version of each given server. Raises: PartFailed, saying what to do."""
        found: dict[str, str] = {}
        for part, address in (("postgres", self.postgres), ("redis", self.redis), ("kafka", self.kafka)):
            if address is None:
                continue
            try:
                found[part] = _CHECKS[part](address)
            except NotReady as reason:
                raise PartFailed(
                    f"{VARIABLES[part]} names {without_password(address)}, which does not answer ({reason}). "
                    f"Start it, or leave {VARIABLES[part]} out to have one started."
                ) from reason
        return found


def without_password(address: str) -> str:
    """Return an address that may be shown."""
    return re.sub(r"//[^@/]*@", "//", address) if urlsplit(address).scheme else address


def require_postgres(version: str) -> str:
    """Return *version* when it is new enough. Raises: PartFailed."""
    if int(re.match(r"\d+", version)[0]) < OLDEST_POSTGRES:  # type: ignore[index]
        raise PartFailed(_too_old("PostgreSQL", version, str(OLDEST_POSTGRES), "PORTAL_POSTGRES_URL"))
    return version


def require_redis(version: str) -> str:
    """Return *version*, such as `valkey 8.1.0`, when it is new enough. Raises: PartFailed."""
    kind, _, number = version.partition(" ")
    major, minor = (int(part) for part in number.split(".")[:2])
    if (major, minor) < OLDEST_REDIS[kind]:
        raise PartFailed(_too_old("The Redis server", version, "Redis 7.0 or Valkey 8", "PORTAL_REDIS_URL"))
    return version


def require_kafka(produce: int) -> str:
    """Return what is known of the release when it is new enough. Raises: PartFailed."""
    if produce < FIRST_GOOD:
        raise PartFailed(_too_old("Kafka", "older than 3.7", "3.7", "PORTAL_KAFKA_BOOTSTRAP"))
    return "3.7 or newer"


def _too_old(what: str, version: str, needed: str, variable: str) -> str:
    return (
        f"{what} at {variable} is {version}; {needed} or newer is needed. "
        f"Upgrade it, name another one, or leave {variable} out to have one started."
    )


_CHECKS = {
    "postgres": lambda address: require_postgres(asyncio.run(postgres_version(address))),
    "redis": lambda address: require_redis(redis_version(address)),
    "kafka": lambda address: require_kafka(asyncio.run(produce_version(address))),
}
