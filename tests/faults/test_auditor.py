"""The auditor finds each kind of wrong: sound evidence is spoiled in one place, and that very promise is named."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.faults.auditor import CHECKS, audit, immutable
from tests.faults.evidence import Acknowledged, Claim, Command, Evidence, Fact, Link, Mail, Place, Record, ServiceLog

SERVICES = ("contracts", "users", "identity", "notifier")
STREAMS = {name: uuid4() for name in ("application", "contract", "user", "message")}


def fact(position: int, stream: UUID, version: int, kind: str, cause: Fact | None = None) -> Fact:
    return Fact(
        position=position,
        partition=0,
        stream_id=stream,
        version=version,
        type=f"portal.{kind}.v1",
        public=True,
        data=b'{"name":"enc:v1:sealed"}',
        meta={"causationId": cause.id} if cause else {},
    )


def sound() -> Evidence:
    """Return what a run without a fault leaves."""
    received = fact(1, STREAMS["application"], 1, "application.received")
    activated = fact(2, STREAMS["contract"], 1, "contract.activated")
    registered = fact(1, STREAMS["user"], 1, "user.registered", received)
    opened = fact(1, STREAMS["user"], 1, "credential.opened", registered)
    issued = fact(2, STREAMS["user"], 2, "credential.activation-issued", registered)
    queued = fact(1, STREAMS["message"], 1, "message.queued", issued)
    sent = fact(2, STREAMS["message"], 2, "message.sent")
    facts = dict(zip(SERVICES, ([received, activated], [registered], [opened, issued], [queued, sent]), strict=True))
    logs = {name: ServiceLog(head=len(told), facts=told, relayed=len(told)) for name, told in facts.items()}
    claim = Claim(scope="email", key=b"fingerprint", stream_id=STREAMS["user"])
    command = Command(command_id=uuid4(), stream_id=received.stream_id, version=1, position=1)
    logs["users"] = replace(logs["users"], claims=[claim])
    logs["contracts"] = replace(logs["contracts"], commands=[command])
    acknowledged = Acknowledged(
        command="apply",
        service="contracts",
        position=2,
        partition=0,
        once=[(STREAMS["application"], received.type), (STREAMS["contract"], activated.type)],
    )
    return Evidence(
        logs=logs,
        topics={name: _records(told) for name, told in facts.items()},
        places=[Place(reader="users", service="contracts", partition=0, position=2)],
        mails=[Mail(message_id=f"{STREAMS['message']}@portal.test", to="a@example.com")],
        links=[Link(owner="a@example.com", usable=True), Link(owner="a@example.com", usable=False)],
        acknowledged=[acknowledged],
        refused=["Refused Ltd."],
        rows={"contract:1": "{}"},
        rebuilt={"contract:1": "{}"},
        secrets=["佐藤 花子", "hanako@example.com"],
        writings={"what identity said": b'{"event":"started"}'},
    )


def _records(facts: Sequence[Fact]) -> list[Record]:
    return [
        Record(
            partition=0,
            position=one.position,
            previous=one.position - 1,
            stream_id=one.stream_id,
            version=one.version,
            type=one.type,
            data=one.data,
        )
        for one in facts
    ]


Spoil = Callable[[Evidence], Evidence]


def log(evidence: Evidence, service: str, **changes: Any) -> Evidence:
    return replace(evidence, logs={**evidence.logs, service: replace(evidence.logs[service], **changes)})


def facts(evidence: Evidence, service: str, place: int, **changes: Any) -> Evidence:
    told = list(evidence.logs[service].facts)
    told[place] = replace(told[place], **changes)
    return log(evidence, service, facts=told)


def without(evidence: Evidence, service: str, place: int) -> Evidence:
    told = list(evidence.logs[service].facts)
    del told[place]
    return log(evidence, service, facts=told)


def topic(evidence: Evidence, service: str, records: Sequence[Record]) -> Evidence:
    return replace(evidence, topics={**evidence.topics, service: list(records)})


def added(evidence: Evidence, service: str, one: Fact) -> Evidence:
    told = [*evidence.logs[service].facts, one]
    made = log(evidence, service, facts=told, head=len(told), relayed=len(told))
    return topic(made, service, _records(told))


ANOTHER = fact(2, uuid4(), 1, "user.registered", sound().logs["contracts"].facts[0])
SPOILED: dict[str, tuple[str, Spoil]] = {
    "a deleted fact": ("I1", lambda e: without(e, "identity", 0)),
    "a head that lags": ("I1", lambda e: log(e, "contracts", head=1)),
    "a version twice": ("I2", lambda e: facts(e, "identity", 1, version=1)),
    "an acknowledged contract that is gone": ("V1", lambda e: facts(e, "contracts", 1, type="portal.other.v1")),
    "an acknowledged place in another partition": ("V1", lambda e: facts(e, "contracts", 1, partition=4)),
    "a command without its fact": ("I3", lambda e: facts(e, "contracts", 0, stream_id=uuid4())),
    "a fact of two commands": (
        "I3",
        lambda e: log(e, "contracts", commands=[*e.logs["contracts"].commands] * 2),
    ),
    "a fact of a refused command": ("I4", lambda e: facts(e, "contracts", 0, data=b'{"companyName":"Refused Ltd."}')),
    "a claim with two holders": ("I5", lambda e: log(e, "users", claims=[*e.logs["users"].claims] * 2)),
    "a claim without a holder": (
        "I5",
        lambda e: log(e, "users", claims=[replace(e.logs["users"].claims[0], stream_id=uuid4())]),
    ),
    "a record left out": ("I7", lambda e: topic(e, "contracts", e.topics["contracts"][1:])),
    "a record with other bytes": (
        "I7",
        lambda e: topic(e, "contracts", [replace(e.topics["contracts"][0], data=b"{}"), e.topics["contracts"][1]]),
    ),
    "a record that the log does not hold": (
        "I7",
        lambda e: topic(e, "users", [*e.topics["users"], replace(e.topics["users"][0], position=2, previous=1)]),
    ),
    "an unpublished tail": ("I8", lambda e: topic(e, "contracts", e.topics["contracts"][:1])),
    "a person registered twice": ("I9", lambda e: added(e, "users", ANOTHER)),
    "a person never registered": ("I9", lambda e: log(topic(e, "users", []), "users", facts=[], head=0, relayed=0)),
    "a reader that stands still": ("V6", lambda e: replace(e, places=[replace(e.places[0], position=1)])),
    "a stream set aside": ("V9", lambda e: replace(e, parked=["users"])),
    "a doubled mail": ("V3", lambda e: replace(e, mails=[*e.mails, *e.mails])),
    "a second mail for one cause": (
        "V3",
        lambda e: replace(e, mails=[*e.mails, replace(e.mails[0], message_id="other@portal.test")]),
    ),
    "a cause mailed under two names": (
        "V3",
        lambda e: replace(e, mails=[*e.mails, replace(e.mails[0], message_id=f"2.{e.mails[0].message_id}")]),
    ),
    "a mail that the log says was not sent": (
        "V3",
        lambda e: facts(e, "notifier", 1, type="portal.message.suppressed.v1"),
    ),
    "a lost mail": ("V3", lambda e: replace(e, mails=[])),
    "a mail without an end": (
        "V3",
        lambda e: topic(log(e, "notifier", facts=e.logs["notifier"].facts[:1], head=1, relayed=1), "notifier", []),
    ),
    "two links that open": ("V3", lambda e: replace(e, links=[replace(one, usable=True) for one in e.links])),
    "a wrong row": ("I10", lambda e: replace(e, rows={"contract:1": '{"site":"Osaka"}'})),
    "a row that a rebuild forgets": ("I10", lambda e: replace(e, rebuilt={})),
    "a name in a log line": ("I13", lambda e: replace(e, writings={"users": "佐藤 花子".encode()})),
    "a name written as escapes": ("I13", lambda e: replace(e, writings={"users": b"\\u4f50\\u85e4 \\u82b1\\u5b50"})),
    "an address in a fact": ("I13", lambda e: facts(e, "users", 0, data=b'{"email":"hanako@example.com"}')),
}


def test_sound_evidence_is_found_sound() -> None:
    assert audit(sound(), sound()) == []


@pytest.mark.parametrize("name", SPOILED)
def test_the_auditor_finds(name: str) -> None:
    rule, spoil = SPOILED[name]
    assert rule in {violation.rule for violation in audit(spoil(sound()))}


def test_every_check_is_shown_to_fail() -> None:
    silent = [
        check.__name__ for check in CHECKS if not any(list(check(spoil(sound()))) for _, spoil in SPOILED.values())
    ]
    assert silent == []


def test_a_changed_past_is_found() -> None:
    changed = facts(sound(), "identity", 0, data=b"{}")
    assert [violation.rule for violation in immutable(changed, sound())] == ["I6"]


def test_the_same_mail_twice_is_allowed_only_where_the_mailer_was_killed() -> None:
    doubled = replace(sound(), mails=[*sound().mails, *sound().mails], mails_may_repeat=True)
    assert audit(doubled) == []


def test_a_partition_that_was_sent_again_is_no_gap() -> None:
    rewound = topic(sound(), "contracts", [*sound().topics["contracts"], *sound().topics["contracts"]])
    assert audit(rewound) == []
