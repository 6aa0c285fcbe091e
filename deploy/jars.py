"""Fetches Kafka's jars and holds each against its known checksum. Next stop: static_parts.py."""

import hashlib
import shutil
import tempfile
from pathlib import Path

from jgo.env import EnvironmentBuilder, LinkStrategy
from jgo.maven import MavenContext

ENDPOINT = "org.apache.kafka:kafka_2.13:4.3.1"
TOOLS = ("org.apache.kafka", "kafka-tools", "4.3.1")
"""Kafka's own command line, such as kafka-consumer-groups: the jar alone, for what else it names is Connect's."""

CHECKSUMS = Path(__file__).with_name("kafka.sha256")
TIMEOUT = 60
MARK = "checked.sha256"


class JarRefused(Exception):
    """A jar that came is not the one that was meant."""


def install_kafka(folder: Path) -> bool:
    """Put Kafka's jars into *folder*; return False when they are there already. Raises: JarRefused."""
    mark = folder / MARK
    if mark.exists() and mark.read_bytes() == CHECKSUMS.read_bytes():
        return False
    with tempfile.TemporaryDirectory() as temporary:
        fetched = Path(temporary) / "fetched"
        fetched.mkdir()
        for jar in _resolve(Path(temporary)):
            shutil.copy2(jar, fetched / jar.name)
        verify(fetched, expected())
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(fetched, folder)
    mark.write_bytes(CHECKSUMS.read_bytes())
    return True


def expected() -> dict[str, str]:
    """Return the checksum of each jar by its name."""
    pairs = (line.split() for line in CHECKSUMS.read_text().splitlines())
    return {name: digest for digest, name in pairs}


def verify(folder: Path, wanted: dict[str, str]) -> None:
    """Do nothing when *folder* holds exactly the *wanted* jars. Raises: JarRefused."""
    found = {jar.name: hashlib.sha256(jar.read_bytes()).hexdigest() for jar in folder.glob("*.jar")}
    if missing := sorted(wanted.keys() - found.keys()):
        raise JarRefused(f"Kafka came without {', '.join(missing)}")
    if foreign := sorted(found.keys() - wanted.keys()):
        raise JarRefused(f"Kafka came with jars that nobody asked for: {', '.join(foreign)}")
    if changed := sorted(name for name, digest in wanted.items() if found[name] != digest):
        raise JarRefused(f"These jars differ from the ones that were checked in: {', '.join(changed)}")


def _resolve(scratch: Path) -> list[Path]:
    # Caches of its own: a damaged one in the home folder must not decide what runs here.
    context = MavenContext(repo_cache=scratch / "m2", timeout=TIMEOUT)
    builder = EnvironmentBuilder(context=context, cache_dir=scratch / "jgo", link_strategy=LinkStrategy.HARD)
    made = builder.from_endpoint(ENDPOINT)
    group, name, version = TOOLS
    tools = context.project(group, name).at_version(version).artifact().resolve()
    return [*made.jars_dir.glob("*.jar"), *made.modules_dir.glob("*.jar"), Path(tools)]
