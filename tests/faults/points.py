"""Where each service can be killed. Next stop: reaper.py."""

WRITES = ("C1", "C3")
RELAYS = ("C4", "C5")
READS = ("C6", "C7", "C8")
START = ("C12",)

POINTS: dict[str, tuple[str, ...]] = {
    "contracts": (*WRITES, *RELAYS, *READS, *START),
    "users": (*WRITES, *RELAYS, *READS, *START),
    "identity": (*WRITES, *RELAYS, *READS, *START),
    "notifier": (*WRITES, *RELAYS, *READS, "C9", "C10", *START),
    "gateway": (*READS, "C11", *START),
}
"""C2, the death inside the database's own transaction, is a connection that is cut there: see reaper.cut_append()."""

MEANING = {
    "C1": "before the append",
    "C2": "inside the append's transaction: the connection is cut",
    "C3": "after the commit, before anybody is told",
    "C4": "relay: read, not sent",
    "C5": "relay: sent and acknowledged, not marked",
    "C6": "reader: fetched, not applied",
    "C7": "reader: applied, not committed",
    "C8": "reader: committed, not told to Kafka",
    "C9": "mailer: before the mail's text is handed over",
    "C10": "mailer: the server said yes, nothing noted",
    "C11": "projector: wiped, not filled",
    "C12": "start of the process",
}


def pairs() -> list[tuple[str, str]]:
    """Return every valid pair of a service and a point."""
    cut = [(service, "C2") for service, points in POINTS.items() if "C1" in points]
    return [*((service, point) for service, points in POINTS.items() for point in points), *cut]
