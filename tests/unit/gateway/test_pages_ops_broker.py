"""The pages of topics and consumer groups, in both languages."""

from dataclasses import replace

import pytest

from gateway.web.ops_broker import size
from tests.unit.gateway.fakes_ops import READER
from tests.unit.gateway.fakes_ops_broker import CONTRACTS, PROCESS, USERS, WAREHOUSE, by_hand, topic
from tests.unit.gateway.reading import read
from tests.unit.gateway.test_pages_ops_catalogue import opened
from tests.unit.gateway.world import World

TOPICS, GROUPS = "/ops/topics", "/ops/groups"


@pytest.mark.parametrize(
    ("language", "title", "decided", "lacks"),
    [
        ("ja", "トピック", "このトピック", "複製が足りないパーティション: 1"),
        ("en", "Topics", "This topic", "1 partition lacks a copy"),
    ],
)
async def test_o1_topics_show_partitions_settings_and_sizes(
    world: World, language: str, title: str, decided: str, lacks: str
) -> None:
    async with await opened(world, language=language) as http:
        page = read(await http.get(TOPICS))
        board = read(await http.get("/ops"))
    assert (TOPICS, title) in board.links
    for text in (CONTRACTS, USERS, "retention.ms", "min.insync.replicas", decided, lacks, "7.2 MB", "1,200,000"):
        assert text in page.text, text


@pytest.mark.parametrize(
    ("language", "title", "none", "every"),
    [("ja", "グループ", "Kafka のメンバーなし", "すべて"), ("en", "Groups", "No members at Kafka", "All")],
)
async def test_o1_groups_show_members_or_the_processes_that_read_without_any(
    world: World, language: str, title: str, none: str, every: str
) -> None:
    async with await opened(world, language=language) as http:
        page = read(await http.get(GROUPS))
        board = read(await http.get("/ops"))
    assert (GROUPS, title) in board.links
    for text in (WAREHOUSE, "Stable", "loader-2", "192.0.2.2", f"{CONTRACTS}: 3, 4, 5", none, every, PROCESS):
        assert text in page.text, text
    by_hand = {"ja": "ポータルの読み手は Kafka を使わずに", "en": "own readers divide partitions without Kafka"}
    assert page.text.count(by_hand[language]) == 1
    assert (f"/ops/streams/{READER}/{CONTRACTS}", CONTRACTS) in page.links
    assert not any(WAREHOUSE in href for href, _ in page.links), "of another system's group no past is kept"


async def test_what_is_away_is_named_and_nothing_is_made_up(world: World) -> None:
    world.broker.silent = ("broker 2",)
    world.broker.kept, world.broker.reads = [topic(USERS, None)], [by_hand("mirror", USERS)]
    world.processes["contracts"].away = True
    async with await opened(world, language="en") as http:
        topics, groups = read(await http.get(TOPICS)), read(await http.get(GROUPS))
        world.broker.away = True
        away = [read(await http.get(path)) for path in (TOPICS, GROUPS)]
    assert "broker 2" in topics.text
    assert "Not known" in topics.text
    assert "broker 2, contracts" in groups.text
    assert "No process of the portal that answered reads it." in groups.text
    assert all("Kafka does not answer." in page.text for page in away)


def test_a_size_is_said_in_the_unit_that_fits() -> None:
    assert [size(count) for count in (0, 999, 1000, 1_250_000, 3 * 10**15)] == [
        "0 B",
        "999 B",
        "1.0 KB",
        "1.2 MB",
        "3000.0 TB",
    ]


async def test_o1_a_partition_that_nobody_leads_is_said_to_be_not_known(world: World) -> None:
    one = by_hand("projector", CONTRACTS)
    world.broker.reads = [replace(one, parts=(replace(one.parts[0], end=None), *one.parts[1:]))]
    async with await opened(world, language="en") as http:
        answer = await http.get(GROUPS)
    assert answer.text.count('<span class="muted">Not known</span>') == 3, "its end, its lag, and that of the group"
