"""Finds what is wrong, from outside: it knows the promises and the evidence, and nothing of the code.

Each check is one promise of docs/proof; test_auditor.py shows for each that it can fail. Next stop: gathering.py.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

from tests.faults.evidence import WHOLE_LOG, Evidence, Fact


@dataclass(frozen=True, slots=True)
class Violation:
    """A promise that was not kept."""

    rule: str
    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.rule} {self.where}: {self.what}"


Check = Callable[[Evidence], Iterator[Violation]]

EFFECTS = (
    ("contracts", "portal.application.received.v1", "users", ("user.registered", "user.registration-refused")),
    ("users", "portal.user.registered.v1", "identity", ("credential.opened",)),
    ("users", "portal.user.registered.v1", "identity", ("credential.activation-issued",)),
    ("identity", "portal.credential.activation-issued.v1", "notifier", ("message.queued",)),
    ("identity", "portal.challenge.mail-code-issued.v1", "notifier", ("message.queued",)),
)
"""Which fact leads to which, in another service, exactly once."""

ENDS = ("sent", "failed", "suppressed")


def audit(evidence: Evidence, earlier: Evidence | None = None) -> list[Violation]:
    """Return every promise that *evidence* breaks; *earlier* is that of an audit before it."""
    found = [violation for check in CHECKS for violation in check(evidence)]
    return [*found, *(immutable(evidence, earlier) if earlier else ())]


def dense(evidence: Evidence) -> Iterator[Violation]:
    """I1, V5: positions are 1..n, and the head says n."""
    for service, log in evidence.logs.items():
        positions = [fact.position for fact in log.facts]
        if positions != list(range(1, len(positions) + 1)):
            yield Violation("I1", service, "positions have a hole or a double")
        if log.head != len(positions):
            yield Violation("I1", service, f"the head says {log.head}, the log holds {len(positions)}")


def versions(evidence: Evidence) -> Iterator[Violation]:
    """I2, V4: each stream's versions are 1..n, in the order of positions."""
    for service, log in evidence.logs.items():
        known: dict[UUID, int] = {}
        for fact in log.facts:
            if fact.version != known.get(fact.stream_id, 0) + 1:
                yield Violation("I2", service, f"{fact.id} follows version {known.get(fact.stream_id, 0)}")
            known[fact.stream_id] = fact.version


def acknowledged(evidence: Evidence) -> Iterator[Violation]:
    """V1, I3: what was answered with success is in the log, once, at the place that the answer named."""
    held = {service: _by_stream(log.facts) for service, log in evidence.logs.items()}
    places = {(service, fact.position): fact for service, log in evidence.logs.items() for fact in log.facts}
    for one in evidence.acknowledged:
        if one.position is not None:
            fact = places.get((one.service, one.position))
            if fact is None or fact.partition != one.partition:
                yield Violation("V1", one.service, f"{one.command}: nothing at the acknowledged place {one.position}")
        for stream, kind in one.once:
            count = sum(fact.type == kind for fact in held[one.service].get(stream, ()))
            if count != 1:
                yield Violation("V1", one.service, f"{one.command}: {count} times {kind} on {stream}")


def commands(evidence: Evidence) -> Iterator[Violation]:
    """I3: a remembered command names the facts that it left, and no two commands left the same one."""
    for service, log in evidence.logs.items():
        places = {fact.position: fact for fact in log.facts}
        for one in log.commands:
            fact = places.get(one.position)
            if fact is None or (fact.stream_id, fact.version) != (one.stream_id, one.version):
                yield Violation("I3", service, f"command {one.command_id} left nothing at {one.position}")
        doubled = [place for place, count in Counter(one.position for one in log.commands).items() if count > 1]
        for place in doubled:
            yield Violation("I3", service, f"two commands claim the fact at {place}")


def refused(evidence: Evidence) -> Iterator[Violation]:
    """I4, V2: a command that was answered with no left nothing behind."""
    for service, log in evidence.logs.items():
        for word in evidence.refused:
            if any(word.encode() in fact.data for fact in log.facts):
                yield Violation("I4", service, f"a fact of the refused command {word!r}")


def claims(evidence: Evidence) -> Iterator[Violation]:
    """I5: a claim has one holder, which lives."""
    for service, log in evidence.logs.items():
        streams = {fact.stream_id for fact in log.facts}
        for place, count in Counter((one.scope, one.key) for one in log.claims).items():
            if count > 1:
                yield Violation("I5", service, f"{count} holders of a claim of {place[0]}")
        for one in log.claims:
            if one.stream_id not in streams:
                yield Violation("I5", service, f"a claim of {one.scope} is held by {one.stream_id}, which is not there")


def chain(evidence: Evidence) -> Iterator[Violation]:
    """I7, I8, V4: a partition is the log projected on it, with rewinds at most: no gap, no fork, no other bytes."""
    for service, records in evidence.topics.items():
        log = evidence.logs[service]
        facts = {fact.position: fact for fact in log.facts if fact.public}
        seen: dict[int, int] = defaultdict(int)
        for record in records:
            fact = facts.get(record.position)
            if fact is None or (fact.partition, fact.id, fact.type, fact.data) != (
                record.partition,
                f"{record.stream_id}/{record.version}",
                record.type,
                record.data,
            ):
                yield Violation("I7", service, f"the record at {record.position} is not the log's")
            elif record.position > seen[record.partition]:
                if record.previous != seen[record.partition]:
                    yield Violation("I7", service, f"a gap before {record.position} in partition {record.partition}")
                seen[record.partition] = record.position
        for partition, last in _ends(log.facts, log.relayed).items():
            if seen[partition] < last:
                yield Violation("I8", service, f"partition {partition} ends at {seen[partition]}, not at {last}")


def effects(evidence: Evidence) -> Iterator[Violation]:
    """I9: each fact had its effect in the next service, once."""
    for source, kind, target, outcomes in EFFECTS:
        wanted = {f"portal.{name}.v1" for name in outcomes}
        counts = Counter(
            str(fact.meta.get("causationId")) for fact in evidence.logs[target].facts if fact.type in wanted
        )
        for fact in evidence.logs[source].facts:
            if fact.type == kind and counts[fact.id] != 1:
                yield Violation("I9", target, f"{counts[fact.id]} times {outcomes[0]} because of {kind} {fact.id}")


def converged(evidence: Evidence) -> Iterator[Violation]:
    """V6: every reader has come to the end of what it reads."""
    for place in evidence.places:
        log = evidence.logs[place.service]
        whole = place.partition == WHOLE_LOG
        last = log.head if whole else _ends(log.facts, log.head).get(place.partition, 0)
        if place.position != last:
            where = f"{place.service}/{place.partition}"
            yield Violation("V6", place.reader, f"stands at {place.position} of {where}, which ends at {last}")


def parked(evidence: Evidence) -> Iterator[Violation]:
    """V9: nothing is set aside where nothing unreadable was sent."""
    for what in evidence.parked:
        yield Violation("V9", what, "is parked")


def mails(evidence: Evidence) -> Iterator[Violation]:
    """V3: one mail a cause; in runs that kill the mailer, doubles are the same mail twice."""
    ends: dict[str, str] = {}
    for stream, facts in _by_stream(evidence.logs["notifier"].facts).items():
        found = [name for fact in facts for name in ENDS if fact.type == f"portal.message.{name}.v1"]
        if len(found) != 1:
            yield Violation("V3", str(stream), f"the mail came to {len(found)} ends: {found}")
        ends[str(stream)] = found[0] if found else ""
    arrived = Counter(mail.message_id for mail in evidence.mails)
    owners = {message: next((stream for stream in ends if stream in message), "") for message in arrived}
    for message, count in arrived.items():
        if count > 1 and not evidence.mails_may_repeat:
            yield Violation("V3", message, f"arrived {count} times")
        # A mail of a killed mailer may have arrived, and be found to have lost its sense before it is tried again.
        end = ends.get(owners[message])
        if end is None or (end != "sent" and not evidence.mails_may_repeat):
            yield Violation("V3", message, f"arrived, and the log says {end!r}")
    for owner, count in Counter(owners.values()).items():
        if owner and count > 1:
            yield Violation("V3", owner, f"arrived under {count} Message-IDs")
    for sent in (name for name, end in ends.items() if end == "sent" and name not in owners.values()):
        yield Violation("V3", sent, "was sent and did not arrive")


def links(evidence: Evidence) -> Iterator[Violation]:
    """V3: a person holds at most one link that opens something."""
    for owner, count in Counter(link.owner for link in evidence.links if link.usable).items():
        if count > 1:
            yield Violation("V3", owner, f"{count} links open something")


def read_models(evidence: Evidence) -> Iterator[Violation]:
    """I10, V6: what was folded as it came equals what is folded from nothing."""
    for key in evidence.rows.keys() | evidence.rebuilt.keys():
        if evidence.rows.get(key) != evidence.rebuilt.get(key):
            yield Violation("I10", key, "is another row after a rebuild")


def in_the_clear(evidence: Evidence) -> Iterator[Violation]:
    """I13: no secret and no personal data stands in a log, a topic, a dump or what a process said."""
    places = dict(evidence.writings)
    for service, log in evidence.logs.items():
        places[f"log of {service}"] = b"\n".join(fact.data + str(dict(fact.meta)).encode() for fact in log.facts)
    for service, records in evidence.topics.items():
        places[f"topic of {service}"] = b"\n".join(record.data for record in records)
    for where, text in places.items():
        for secret in evidence.secrets:
            if secret.encode() in text or secret.encode("unicode-escape") in text:
                yield Violation("I13", where, f"holds {secret!r}")


def immutable(evidence: Evidence, earlier: Evidence) -> Iterator[Violation]:
    """I6: what an earlier audit saw in the log is there unchanged."""
    for service, before in earlier.logs.items():
        now = evidence.logs[service].facts[: len(before.facts)]
        if [(fact.id, fact.type, fact.data) for fact in now] != [
            (fact.id, fact.type, fact.data) for fact in before.facts
        ]:
            yield Violation("I6", service, "the past has changed")


CHECKS: tuple[Check, ...] = (
    dense,
    versions,
    acknowledged,
    commands,
    refused,
    claims,
    chain,
    effects,
    converged,
    parked,
    mails,
    links,
    read_models,
    in_the_clear,
)


def _by_stream(facts: Iterable[Fact]) -> dict[UUID, list[Fact]]:
    streams: dict[UUID, list[Fact]] = defaultdict(list)
    for fact in facts:
        streams[fact.stream_id].append(fact)
    return streams


def _ends(facts: Iterable[Fact], until: int) -> dict[int, int]:
    """Return the last public position of each partition, up to *until*."""
    return {fact.partition: fact.position for fact in facts if fact.public and fact.position <= until}
