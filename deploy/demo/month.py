"""A lifelike month of a company's services, the same from the same seed: pure, no clock. Next stop: playing.py."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

Row = dict[str, Any]

DAYS = 30
MOST_AT_ONCE = 100
"""Contracts of one application."""

BROKEN = (
    ("音声品質が低下しています", "Voice quality is reduced"),
    ("発信できない場合があります", "Some outgoing calls fail"),
    ("通信断が発生しています", "The connection is interrupted"),
    ("管理画面の応答が遅くなっています", "The management screens are slow"),
)
WORK = (
    ("設備更改工事", "Replacement of equipment"),
    ("ソフトウェア更新", "Software update"),
    ("電源設備点検", "Inspection of the power supply"),
    ("回線切替工事", "Change-over of lines"),
)
STORY = (
    ("ANALYZING", "原因を調べています。", "We are looking for the cause."),
    ("REPAIRING", "機器を交換しています。", "Equipment is being replaced."),
    ("RESOLVED", "回復しました。様子を見ています。", "It works again. We keep watching."),
    ("CLOSED", "再発がないため対応を終わります。", "It did not come back, so we close this."),
)
EFFECT = ("最大5分の通信断が2回あります。", "Up to two interruptions of five minutes.")
PLACES = (
    "札幌",
    "仙台",
    "さいたま",
    "千葉",
    "東京",
    "横浜",
    "新潟",
    "名古屋",
    "京都",
    "大阪",
    "神戸",
    "広島",
    "高松",
    "福岡",
    "那覇",
)
ABROAD = ("London", "Leeds", "Dublin", "Paris", "Lyon", "Berlin", "Hamburg", "Milan", "Madrid", "Vienna", "Warsaw")


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """What the operator reports of one company, by kind; rows are those of the bulk API."""

    placed: Sequence[Row]
    """Applications beside the first one."""
    progress: Sequence[Row]
    statuses: Sequence[Row]
    incidents: Sequence[Row]
    updates: Sequence[Row]
    maintenances: Sequence[Row]
    moved: Sequence[tuple[str, str, Row]]
    """Number of the work, what is done with it, and the body."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """A company, as far as its month depends on it."""

    code: int
    """Four digits that all of its numbers begin with."""
    first_application: str
    numbers: Sequence[str]
    """The contracts of its first application."""
    more: int
    """How many contracts it has beside them."""
    japanese: bool


def month(of: Setting, anchor: datetime) -> Month:
    """Return the thirty days before *anchor* and what was planned by then."""
    chance = random.Random(of.code)  # noqa: S311 - lifelike, and the same in every run
    placed = list(_placed(of, anchor, chance))
    numbers = [*of.numbers, *(one["contractNumber"] for form in placed for one in form["contracts"])]
    incidents = list(_incidents(of, numbers, anchor, chance))
    works = list(_works(of, numbers, anchor, chance))
    return Month(
        placed=[*placed, *_change(of, anchor)],
        progress=[*_done(placed, anchor), *_progress(of, anchor)],
        statuses=list(_statuses(numbers, [row for row, _ in incidents], anchor, chance)),
        incidents=[row for row, _ in incidents],
        updates=[update for _, updates in incidents for update in updates],
        maintenances=[row for row, _ in works],
        moved=[move for _, moves in works for move in moves],
    )


def _placed(of: Setting, anchor: datetime, chance: random.Random) -> Iterator[Row]:
    for begin in range(0, of.more, MOST_AT_ONCE):
        count = min(MOST_AT_ONCE, of.more - begin)
        yield {
            "applicationNumber": f"A-{of.code}-{1 + begin // MOST_AT_ONCE:03d}",
            "firstApplicationNumber": of.first_application,
            "orderType": "NEW",
            "contracts": [_contract(of, begin + place + 1, chance) for place in range(count)],
            "occurredAt": _at(anchor - timedelta(days=DAYS + 20)),
        }


def _contract(of: Setting, number: int, chance: random.Random) -> Row:
    place = chance.choice(PLACES if of.japanese else ABROAD)
    extension = 1000 + number * 10
    return {
        "contractNumber": f"N{of.code}{number:05d}",
        "serviceName": "smart-pbx" if number % 5 else "flexible-ethernet",
        "optionType": chance.choice(("スタンダード", "プレミアム") if of.japanese else ("Standard", "Premium")),
        "distinguishName": f"{place} {number:03d}",
        "site": f"{place}営業所" if of.japanese else f"{place} office",
        "vpnGroupId": f"V{of.code}{number % 40:05d}",
        "extensionIds": [str(extension + one) for one in range(chance.randrange(2, 9))],
        "externalNumbers": [f"050-{of.code}-{number:04d}"],
        "channels": chance.choice((2, 4, 8, 16)),
        "options": chance.sample(("通話録音", "留守番電話", "スマートフォン内線"), chance.randrange(3)),
    }


def _done(placed: Sequence[Row], anchor: datetime) -> Iterator[Row]:
    for form in placed:
        at = _at(anchor - timedelta(days=DAYS + 1))
        yield {"applicationNumber": form["applicationNumber"], "orderStatus": 5, "occurredAt": at}


def _change(of: Setting, anchor: datetime) -> Iterator[Row]:
    yield {
        "applicationNumber": f"A-{of.code}-901",
        "firstApplicationNumber": of.first_application,
        "orderType": "CHANGE",
        "contractNumbers": [of.numbers[0]],
        "offerPlanDate": (anchor + timedelta(days=12)).date().isoformat(),
        "occurredAt": _at(anchor - timedelta(days=9)),
    }


def _progress(of: Setting, anchor: datetime) -> Iterator[Row]:
    first = {"applicationNumber": of.first_application, "orderStatus": 5}
    yield {**first, "note": "", "occurredAt": _at(anchor - timedelta(days=DAYS + 2))}
    note = "現地調査が終わりました。" if of.japanese else "The site was surveyed."
    change = {"applicationNumber": f"A-{of.code}-901", "orderStatus": 2, "note": note}
    yield {**change, "occurredAt": _at(anchor - timedelta(days=4))}


def _statuses(
    numbers: Sequence[str], incidents: Sequence[Row], anchor: datetime, chance: random.Random
) -> Iterator[Row]:
    for number in numbers:
        begin = anchor - timedelta(days=DAYS)
        usual = "UNMONITORED" if chance.random() < 0.03 else "NORMAL"  # noqa: PLR2004 - one in thirty is not watched
        yield _status(number, usual, begin)
        for _ in range(chance.randrange(3)):
            at = begin + timedelta(minutes=chance.randrange(DAYS * 1400))
            yield _status(number, chance.choice(("WARNING", "ABNORMAL")), at)
            yield _status(number, usual, at + timedelta(minutes=chance.randrange(5, 240)))
    for row in incidents:
        if row["open"]:
            for number in row["contractNumbers"]:
                yield _status(number, chance.choice(("ABNORMAL", "WARNING")), datetime.fromisoformat(row["occurredAt"]))
    for row in incidents:
        del row["open"]


def _status(number: str, status: str, at: datetime) -> Row:
    return {"contractNumber": number, "serviceStatus": status, "occurredAt": _at(at)}


def _incidents(
    of: Setting, numbers: Sequence[str], anchor: datetime, chance: random.Random
) -> Iterator[tuple[Row, Sequence[Row]]]:
    count = 4 + len(numbers) // 15
    for place in range(count):
        is_open = place >= count - 1 - len(numbers) // 100
        age = timedelta(hours=chance.randrange(1, 6)) if is_open else timedelta(hours=chance.randrange(24, DAYS * 24))
        at, title = anchor - age, chance.choice(BROKEN)
        number = f"T{of.code}{place + 1:05d}"
        story = STORY[: 1 + place % 2] if is_open else STORY
        updates = [
            {
                "incidentNumber": number,
                "status": status,
                "text": ja if of.japanese else en,
                "occurredAt": _at(min(at + timedelta(minutes=25 * step), anchor)),
            }
            for step, (status, ja, en) in enumerate(story, 1)
        ]
        row: Row = {
            "incidentNumber": number,
            "title": title[0] if of.japanese else title[1],
            "contractNumbers": sorted(chance.sample(numbers, min(len(numbers), chance.randrange(1, 6)))),
            "text": "お申し出を受けました。" if of.japanese else "It was reported.",
            "occurredAt": _at(at),
            "open": is_open,
        }
        if is_open:
            row["clearsAt"] = _at(anchor + timedelta(hours=6))
        yield row, updates


def _works(
    of: Setting, numbers: Sequence[str], anchor: datetime, chance: random.Random
) -> Iterator[tuple[Row, Sequence[tuple[str, str, Row]]]]:
    for place in range(5 + len(numbers) // 30):
        number, days = f"M{of.code}{place + 1:05d}", 3 * place - 12
        midnight = anchor.replace(hour=15 if of.japanese else 1, minute=0) + timedelta(days=days)
        name = chance.choice(WORK)
        row: Row = {
            "maintenanceNumber": number,
            "name": name[0] if of.japanese else name[1],
            "text": EFFECT[0] if of.japanese else EFFECT[1],
            "contractNumbers": sorted(chance.sample(numbers, min(len(numbers), chance.randrange(1, 12)))),
            "startsAt": _at(midnight),
            "endsAt": _at(midnight + timedelta(hours=chance.choice((2, 4, 6)))),
            "occurredAt": _at(min(midnight - timedelta(days=28), anchor)),
        }
        if datetime.fromisoformat(row["endsAt"]) < anchor:
            yield row, [(number, "complete", {"occurredAt": row["endsAt"]})]
        elif place % 6 == 5:  # noqa: PLR2004 - one of six is called off
            yield row, [(number, "cancel", {"reason": "作業方法を見直すため" if of.japanese else "To be replanned"})]
        else:
            yield row, []


def summary(of: Mapping[str, int]) -> str:
    """Return how much was reported, in a line."""
    return ", ".join(f"{count:,} {what}" for what, count in of.items())


def _at(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
