"""How the streams hang together, as the console draws it: log, relay, topic, readers. Next: templates/ops/."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from gateway.application.ops_ports import Standing
from kernel.application.flowing import Verdict, worst
from kernel.application.watching import Flow, Foreign, Silent

OWN = "log:"
RELAY = ".relay"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A log with its own readers and its relay, or a topic with its readers, wherever those run."""

    source: str
    """The service whose facts these are."""
    topic: str
    """Empty for the log itself."""
    flows: tuple[Flow, ...]

    @property
    def head(self) -> int:
        """Return how many facts it has in all, as the reader knows it that looked last."""
        return max((sum(part.head for part in flow.parts) for flow in self.flows), default=0)

    @property
    def verdict(self) -> Verdict:
        """Return the worst of its readers."""
        return worst([flow.verdict for flow in self.flows])


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """A server that does not answer, so that it is not known how far some readers are."""

    who: Silent
    names: tuple[str, ...]
    """The services that wait for it, or the topics that Kafka knows no end of."""


def quiet(standings: Sequence[Standing]) -> Sequence[Quiet]:
    """Return who does not answer, as the services say."""
    found: dict[Silent, dict[str, None]] = {}
    flows = [(one.service, flow) for one in standings for flow in one.flows]
    is_kafka = any(flow.silent is Silent.KAFKA for _, flow in flows)
    for service, flow in flows:
        # How far a relay is behind its log says; that it waits for a Kafka that is silent to others says its verdict.
        waits = is_kafka and flow.consumer.endswith(RELAY) and flow.verdict is Verdict.STALLED
        who = flow.silent or (Silent.KAFKA if waits else None)
        if who is not None:
            found.setdefault(who, {})[flow.topic if who is Silent.TOPIC else service] = None
    return [Quiet(who=who, names=tuple(found[who])) for who in Silent if who in found]


def foreign(standings: Sequence[Standing]) -> Mapping[str, Foreign]:
    """Return by topic what no service of ours wrote, as the reader says that passed by the most of it.

    All readers of a topic meet the same records, but those that began behind some of them.
    """
    found: dict[str, Foreign] = {}
    for flow in (flow for one in standings for flow in one.flows):
        if flow.foreign and (flow.topic not in found or flow.foreign.count > found[flow.topic].count):
            found[flow.topic] = flow.foreign
    return found


class Sort(StrEnum):
    """In which order the readers of a log or topic stand."""

    DRAWN = "drawn"
    LAG = "lag"


def by_lag(drawn: Sequence[Line]) -> Sequence[Line]:
    """Return the same logs and topics, in each the reader first that has the most before it, or nobody knows what."""
    return [replace(one, flows=tuple(sorted(one.flows, key=_before))) for one in drawn]


def _before(flow: Flow) -> tuple[bool, int]:
    return flow.lag is not None, -(flow.lag or 0)


def lines(standings: Sequence[Standing]) -> Sequence[Line]:
    """Return the logs and topics in the order of their services, each log before its topic."""
    flows = [flow for one in standings for flow in one.flows]
    found: dict[tuple[str, str], list[Flow]] = {}
    for flow in flows:
        source = _source(flow)
        topic = "" if flow.topic.startswith(OWN) or flow.consumer.endswith(RELAY) else flow.topic
        # The relay stands first behind its log: all that others read comes through it.
        place = 0 if flow.consumer.endswith(RELAY) else len(found.get((source, topic), ()))
        found.setdefault((source, topic), []).insert(place, flow)
    order = {one.service: number for number, one in enumerate(standings)}
    keys = sorted(found, key=lambda key: (order.get(key[0], len(order)), bool(key[1])))
    return [Line(source=key[0], topic=key[1], flows=tuple(map(_rounded, found[key]))) for key in keys]


def _source(flow: Flow) -> str:
    if flow.topic.startswith(OWN):
        return flow.topic.removeprefix(OWN)
    parts = flow.topic.split(".")
    return parts[-3] if len(parts) > 2 else flow.topic  # noqa: PLR2004 - as topics.py names them


def _rounded(flow: Flow) -> Flow:
    return replace(flow, lag_seconds=_short(flow.lag_seconds), rate=_short(flow.rate))


def _short(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
