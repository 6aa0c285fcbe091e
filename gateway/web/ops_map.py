"""Who feeds whom: logs, their topics, and the services that read them, as a picture. Next: templates/ops/map.html."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gateway.application.ops_ports import Standing
from gateway.web.ops_board import RELAY, Line
from kernel.application.flowing import Verdict, worst

LOG_X, TOPIC_X, READER_X = 0, 230, 620
LOG_WIDE, TOPIC_WIDE, WIDE = 150, 270, 200
ROW, TALL, EDGE = 52, 36, 1


Owners = Mapping[tuple[str, str], str]
"""The service of each reader of each topic."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A log, a topic, or a service that reads."""

    x: int
    y: int
    wide: int
    words: str
    verdict: Verdict | None = None
    """None for what has no reader of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """What leads from one box to another: the relay, or the readers of a service."""

    path: str
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Map:
    """The picture."""

    width: int
    height: int
    boxes: Sequence[Box]
    edges: Sequence[Edge]
    """What is well comes first, so that what is not lies above it."""


def map_of(standings: Sequence[Standing], drawn: Sequence[Line]) -> Map | None:
    """Return the picture of the logs and topics of a board; None where nothing flows from one service to another."""
    topics = [one for one in drawn if one.topic]
    if not topics:
        return None
    rows = {source: number for number, source in enumerate(dict.fromkeys(one.source for one in drawn))}
    owners = {id_: one.service for one in standings for id_ in ((flow.consumer, flow.topic) for flow in one.flows)}
    readers = [one.service for one in standings if any(one.service in _owners(line, owners) for line in topics)]
    places = {name: number * ROW for number, name in enumerate(readers)}
    boxes = [Box(x=READER_X, y=y + EDGE, wide=WIDE, words=name) for name, y in places.items()]
    edges: list[Edge] = []
    for line in drawn:
        y = rows[line.source] * ROW
        box, leads = _topic(line, y, owners, places) if line.topic else _log(line, y)
        boxes.append(box)
        edges += leads
    order = tuple(Verdict)
    return Map(
        width=READER_X + WIDE + 2 * EDGE,
        height=max(len(rows), len(readers)) * ROW - (ROW - TALL) + 2 * EDGE,
        boxes=boxes,
        edges=sorted(edges, key=lambda one: order.index(one.verdict)),
    )


def _log(line: Line, y: int) -> tuple[Box, list[Edge]]:
    """Return a log with how its own readers stand, and what its relay carries to the topic beside it."""
    own = [flow.verdict for flow in line.flows if not flow.consumer.endswith(RELAY)]
    relays = [flow.verdict for flow in line.flows if flow.consumer.endswith(RELAY)]
    box = Box(x=LOG_X, y=y + EDGE, wide=LOG_WIDE, words=line.source, verdict=worst(own) if own else None)
    return box, [Edge(path=_curve(LOG_X + LOG_WIDE, y, TOPIC_X, y), verdict=verdict) for verdict in relays]


def _topic(line: Line, y: int, owners: Owners, places: Mapping[str, int]) -> tuple[Box, list[Edge]]:
    """Return a topic, and what the readers of each service carry away from it."""
    verdicts: dict[str, list[Verdict]] = {}
    for flow in line.flows:
        verdicts.setdefault(owners[flow.consumer, flow.topic], []).append(flow.verdict)
    box = Box(x=TOPIC_X, y=y + EDGE, wide=TOPIC_WIDE, words=line.topic)
    start = TOPIC_X + TOPIC_WIDE
    return box, [
        Edge(path=_curve(start, y, READER_X, places[name]), verdict=worst(found)) for name, found in verdicts.items()
    ]


def _owners(line: Line, owners: Owners) -> Sequence[str]:
    return [owners[flow.consumer, flow.topic] for flow in line.flows]


def _curve(x: int, y: int, to_x: int, to_y: int) -> str:
    middle, half = (x + to_x) // 2, TALL // 2 + EDGE
    return f"M{x} {y + half} C{middle} {y + half} {middle} {to_y + half} {to_x} {to_y + half}"
