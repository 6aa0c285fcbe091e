"""Topics and consumer groups as JSON."""

from dataclasses import replace

import pytest

from tests.unit.gateway.asking import PEOPLE, Told, ask, fresh_world
from tests.unit.gateway.described import operations
from tests.unit.gateway.fakes import NOW
from tests.unit.gateway.fakes_ops import READER
from tests.unit.gateway.fakes_ops_broker import CONTRACTS, PROCESS, USERS, WAREHOUSE, by_hand, topic
from tests.unit.gateway.world import World

BY_ID = {one.id: one for one in operations()}


@pytest.fixture
def world() -> World:
    made = fresh_world()
    PEOPLE["ops viewer"].come(made)
    return made


async def say(world: World, name: str) -> Told:
    return await ask(world, PEOPLE["ops viewer"], BY_ID[name])


async def test_o1_a_topic_is_told_of_with_partitions_settings_and_sizes(world: World) -> None:
    told = (await say(world, "opsTopics")).json
    assert told["silent"] == []
    assert [one["name"] for one in told["items"]] == [CONTRACTS, USERS]
    one = told["items"][0]
    assert (one["replication"], one["bytes"]) == (3, 6 * 1_200_000)
    assert {setting["name"]: (setting["value"], setting["source"]) for setting in one["settings"]} == {
        "cleanup.policy": ("delete", "DEFAULT"),
        "max.message.bytes": ("1048588", "DEFAULT"),
        "min.insync.replicas": ("2", "BROKER"),
        "retention.ms": ("-1", "TOPIC"),
    }
    assert one["parts"][3] == {
        "part": 3,
        "leader": 1,
        "replicas": [1, 2, 3],
        "inSync": [1, 2],
        "bytes": 1_200_000,
    }


async def test_a_size_that_a_broker_did_not_say_is_not_made_up(world: World) -> None:
    world.broker.kept, world.broker.silent = [topic(USERS, None)], ("broker 2",)
    told = (await say(world, "opsTopics")).json
    assert (told["items"][0]["bytes"], told["items"][0]["parts"][0]["bytes"]) == (None, None)
    assert told["silent"] == ["broker 2"]


async def test_o1_a_group_is_told_of_with_its_members_and_their_partitions(world: World) -> None:
    told = (await say(world, "opsGroups")).json["items"]
    assert [one["name"] for one in told] == [WAREHOUSE, "projector", READER], "the most before it first"
    one = told[0]
    assert (one["state"], one["byHand"], one["processes"], one["lag"]) == ("Stable", False, [], 6 * 490)
    assert one["members"] == [
        {
            "clientId": f"loader-{number}",
            "host": f"192.0.2.{number}",
            "assigned": [{"topic": CONTRACTS, "parts": parts}],
        }
        for number, parts in ((1, [0, 1, 2]), (2, [3, 4, 5]))
    ]


async def test_o1_a_reader_of_ours_has_no_members_and_names_the_process_that_reads(world: World) -> None:
    one = next(one for one in (await say(world, "opsGroups")).json["items"] if one["name"] == READER)
    assert (one["state"], one["byHand"], one["members"], one["lag"]) == ("Empty", True, [], 4)
    assert one["processes"] == [
        {"service": "users", "instance": PROCESS, "since": NOW.isoformat().replace("+00:00", "Z")}
    ]
    assert one["parts"][3] == {
        "topic": CONTRACTS,
        "part": 3,
        "place": 100,
        "end": 104,
        "lag": 4,
        "toldBy": PROCESS,
    }


async def test_a_service_that_is_silent_is_named_and_its_readers_still_have_their_places(world: World) -> None:
    world.processes["users"].away = True
    told = (await say(world, "opsGroups")).json
    assert told["silent"] == ["users"]
    one = next(one for one in told["items"] if one["name"] == READER)
    assert one["processes"] == []
    assert one["parts"][0]["toldBy"] == PROCESS


async def test_a_group_that_is_nobodys_here_names_no_process(world: World) -> None:
    world.broker.reads = [by_hand("mirror", USERS)]
    (one,) = (await say(world, "opsGroups")).json["items"]
    assert (one["byHand"], one["processes"], one["parts"][0]["toldBy"]) == (True, [], "")


@pytest.mark.parametrize("name", ["opsTopics", "opsGroups"])
async def test_while_kafka_is_away_it_is_said_to_come_again(world: World, name: str) -> None:
    world.broker.away = True
    assert (await say(world, name)).status == 503


async def test_o1_a_partition_that_nobody_leads_leaves_the_groups_and_is_not_made_up(world: World) -> None:
    one = by_hand("projector", CONTRACTS)
    world.broker.reads = [replace(one, parts=(replace(one.parts[0], end=None), *one.parts[1:]))]
    (told,) = (await say(world, "opsGroups")).json["items"]
    assert told["lag"] is None
    assert [(part["end"], part["lag"]) for part in told["parts"]][:4] == [(None, None), (100, 0), (100, 0), (104, 4)]
