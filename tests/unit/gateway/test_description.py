"""What the description says beside bodies: where an answer leads, and which headers it carries."""

import re
from typing import Any

from gateway.api.answer_headers import HEADERS, PLACED, TAGGED
from tests.unit.gateway.described import Operation, description, operations


def answers() -> list[tuple[Operation, str, Any]]:
    """Return every answer of every operation."""
    return [(one, status, answer) for one in operations() for status, answer in one.described["responses"].items()]


def test_every_link_leads_to_an_operation_and_fills_what_it_asks_for() -> None:
    known = {one.id: one for one in operations()}
    found = [(one, name, link) for one, _, answer in answers() for name, link in answer.get("links", {}).items()]
    for one, name, link in found:
        target = known[link["operationId"]]
        asked = set(target.names) or set(target.parameters("query"))
        assert link["parameters"].keys() <= asked, (one.id, name)
        assert set(target.names) <= link["parameters"].keys()
        assert all(re.fullmatch(r"\$response\.body#(/\w+)+", value) for value in link["parameters"].values())
    assert {one.id for one, _, _ in found} >= {
        "addUser",
        "users",
        "addGroup",
        "groups",
        "contracts",
        "receiveApplication",
    }


def test_who_made_something_is_led_to_all_that_can_be_asked_with_it() -> None:
    made = next(answer for one, status, answer in answers() if (one.id, status) == ("addUser", "201"))
    assert set(made["links"]) >= {"user", "changeUser", "deleteUser", "suspendUser", "userHistory"}
    assert made["links"]["user"]["parameters"] == {"userId": "$response.body#/userId"}
    listed = next(answer for one, status, answer in answers() if (one.id, status) == ("users", "200"))
    assert listed["links"]["next"] == {"operationId": "users", "parameters": {"cursor": "$response.body#/nextCursor"}}


def test_headers_stand_where_they_come() -> None:
    assert description()["components"]["headers"].keys() == HEADERS.keys()
    assert {one.id for one in operations()} >= TAGGED | PLACED
    for one, status, answer in answers():
        headers = set(answer.get("headers", {}))
        assert headers <= HEADERS.keys()
        assert ("Retry-After" in headers) == (status in {"429", "503"}), (one.id, status)
        assert ("ETag" in headers) == (one.id in TAGGED and status == "200"), (one.id, status)


def test_a_body_that_is_no_json_or_too_large_is_described_wherever_there_is_a_body() -> None:
    for one in operations():
        assert ({"400", "413"} <= set(one.described["responses"])) == one.takes_a_body, one.id
