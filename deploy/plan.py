"""What one stack consists of: its servers, its services, and what each is told. Next stop: warden.py."""

import asyncio
from dataclasses import dataclass, field

from deploy.databases import Databases
from deploy.outside import Outside
from deploy.part import Part
from deploy.passwords import Passwords
from deploy.places import Places
from deploy.ports import Ports
from deploy.secret_files import make_secret_files
from deploy.servers.kafka import SMALL, Kafka
from deploy.servers.mailbox import Mailbox
from deploy.servers.postgres import Postgres
from deploy.servers.settings_site import SettingsSite
from deploy.servers.valkey import Valkey
from deploy.services import Service
from deploy.site_files import register_stand_in
from deploy.topics import make_topics


@dataclass(frozen=True)
class Plan:
    """One stack: where it lives, where it answers, what it is given from outside."""

    places: Places
    ports: Ports
    outside: Outside = field(default_factory=Outside)
    java_options: tuple[str, ...] = SMALL
    topic_prefix: str = "portal"
    extra: dict[str, str] = field(default_factory=dict)
    """Settings for every service beside those that are worked out here."""

    def __post_init__(self) -> None:
        self.places.make()
        make_secret_files(self.places.secrets)
        if self.outside.sites is None:
            register_stand_in(self.places.secrets, self.places.sites, self.settings_site.url)
        self.passwords.of("postgres")
        self.passwords.of("redis")

    @property
    def passwords(self) -> Passwords:
        """Return the passwords of this stack's servers."""
        return Passwords(self.places.secrets)

    @property
    def postgres(self) -> Postgres:
        """Return the embedded PostgreSQL."""
        return Postgres(self.places, self.ports.postgres, self.passwords.of("postgres"))

    @property
    def kafka(self) -> Kafka:
        """Return the embedded Kafka."""
        return Kafka(self.places, self.ports.kafka, self.ports.kafka_controller, self.java_options)

    @property
    def redis(self) -> Valkey:
        """Return the embedded server of the Redis protocol."""
        return Valkey(self.places, self.ports.redis, self.passwords.of("redis"))

    @property
    def mailbox(self) -> Mailbox:
        """Return the embedded mailbox."""
        return Mailbox(self.places, self.ports.smtp, self.ports.mailbox)

    @property
    def settings_site(self) -> SettingsSite:
        """Return the embedded stand-in for a settings site."""
        return SettingsSite(self.places, self.ports.settings_site, self.public_url)

    @property
    def kafka_bootstrap(self) -> str:
        """Return the address of Kafka, given or embedded."""
        return self.outside.kafka or self.kafka.bootstrap

    @property
    def redis_url(self) -> str:
        """Return the address of the Redis protocol, given or embedded."""
        return self.outside.redis or self.redis.url

    @property
    def public_url(self) -> str:
        """Return where people reach the portal."""
        return f"http://localhost:{self.ports.gateway}"

    @property
    def mailbox_url(self) -> str:
        """Return where mails are read."""
        return self.outside.mailbox or self.mailbox.url

    @property
    def databases(self) -> Databases:
        """Return the databases."""
        passwords = self.passwords
        return Databases(self.outside.postgres or self.postgres.url, passwords.of)

    def servers(self) -> list[Part]:
        """Return the embedded servers that are needed: those that no address was given for."""
        given = self.outside
        pairs: list[tuple[str | None, Part]] = [
            (given.postgres, self.postgres),
            (given.kafka, self.kafka),
            (given.redis, self.redis),
            (given.smtp, self.mailbox),
            (given.sites, self.settings_site),
        ]
        return [part for address, part in pairs if address is None]

    def service(self, name: str) -> Service:
        """Return a service as a part."""
        return Service(name, *self._ports(name), self.environment(name))

    def environment(self, name: str) -> dict[str, str]:
        """Return the settings of a service, and of nobody else: it learns no other's password."""
        http, management = self._ports(name)
        told = {
            "PORTAL_KAFKA_BOOTSTRAP": self.kafka_bootstrap,
            "PORTAL_REDIS_URL": self.redis_url,
            "PORTAL_SMTP_URL": self.outside.smtp or self.mailbox.smtp_url,
            "PORTAL_PUBLIC_URL": self.public_url,
            "PORTAL_SECRETS_DIR": str(self.places.secrets),
            "PORTAL_SITES_DIR": self.outside.sites or str(self.places.sites),
            "PORTAL_HTTP_PORT": str(http),
            "PORTAL_MANAGEMENT_PORT": str(management),
            "PORTAL_MAILBOX_URL": self.mailbox_url,
            "PORTAL_TOPIC_PREFIX": self.topic_prefix,
            "PORTAL_KEYS_URL": self.databases.keys_url(name),
        }
        for other in ("identity", "users", "contracts", "notifier"):
            told[f"PORTAL_{other.upper()}_URL"] = f"http://127.0.0.1:{self._ports(other)[0]}"
        if name != "gateway":
            told["PORTAL_POSTGRES_URL"] = self.databases.url(name)
        return {**self.extra, **told}

    def prepare(self) -> list[str]:
        """Make databases, tables and topics on running servers, and return the migrations that were run."""
        return asyncio.run(self._prepare())

    async def _prepare(self) -> list[str]:
        made, _ = await asyncio.gather(self._tables(), make_topics(self.kafka_bootstrap, self.topic_prefix))
        return made

    async def _tables(self) -> list[str]:
        databases = self.databases
        await databases.make()
        return await databases.migrate()

    def _ports(self, name: str) -> tuple[int, int]:
        return getattr(self.ports, name), getattr(self.ports, f"{name}_management")
