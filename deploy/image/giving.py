"""Makes keys and passwords, and the files in which containers are given them: `portal secrets`. Next: compose.yaml.

The originals lie in `secrets/`, as those of a stack without containers do. A container runs as a user whom this
machine does not know, and the engine hands a file in with the rights that it has. So copies lie in `compose/`, each
readable by whoever reaches it, in a folder that only the owner may enter: no other user of the machine reaches them,
and a container reaches exactly those that are handed to it.
"""

from pathlib import Path

from deploy.databases import READERS, SERVICES, Databases
from deploy.image.preparing import ADMINISTRATOR
from deploy.passwords import FILE, Passwords, write_private
from deploy.secret_files import ISSUERS, KEYS, OPERATOR, PUBLIC, make_secret_files
from deploy.site_files import KEY, register_stand_in

POSTGRES = "postgres:5432"
REDIS = "redis:6379"
REDIS_SETTINGS = """\
port 6379
requirepass {password}
dir /data
appendonly yes
appendfsync everysec
save ""
maxmemory-policy noeviction
"""


def give(state: Path, site_url: str, site_inside: str) -> None:
    """Make what is missing in `secrets/`, and write `compose/` anew."""
    secrets, copies = state / "secrets", state / "compose"
    make_secret_files(secrets)
    passwords = Passwords(secrets)
    copies.mkdir(mode=0o700, exist_ok=True)
    copies.chmod(0o700)
    register_stand_in(secrets, copies / "sites", site_url, inside=site_inside)
    for name, content in {**_made(passwords), **_copied(secrets)}.items():
        write_private(copies / name, content)
    for file in copies.rglob("*"):
        file.chmod(0o755 if file.is_dir() else 0o444)


def _made(passwords: Passwords) -> dict[str, bytes]:
    superuser, redis = passwords.of("postgres"), passwords.of("redis")
    databases = Databases(f"postgresql://postgres:{superuser}@{POSTGRES}/postgres", passwords.of)
    made = {
        "postgres-password": superuser,
        ADMINISTRATOR: databases.admin_url,
        "redis.conf": REDIS_SETTINGS.format(password=redis),
        "redis-url": f"redis://:{redis}@{REDIS}/0",
        "grafana-password": passwords.of("grafana"),
        **{f"{service}-postgres-url": databases.url(service) for service in SERVICES},
        **{f"{reader}-keys-url": databases.keys_url(reader) for reader in READERS},
    }
    for name in (*SERVICES, "keys"):
        databases.owner_url(name)  # so that its password is among those that are copied
    return {name: text.encode() for name, text in made.items()}


def _copied(secrets: Path) -> dict[str, bytes]:
    pairs = [f"{issuer}.jwk" for issuer in ISSUERS if issuer != "operator"]  # an operator's key stays on this machine
    return {name: (secrets / name).read_bytes() for name in (*KEYS, *pairs, KEY, OPERATOR, PUBLIC, FILE)}
