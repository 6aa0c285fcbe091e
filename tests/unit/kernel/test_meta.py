"""What a log says of how a fact came about is read from whatever stands there."""

import json
from uuid import UUID, uuid4

import pytest

from kernel.adapters.postgres.meta import correlation_of, members

NONSENSE = ["[]", "[1]", '"text"', "7", "null", "{}", "9" * 5000, "[" * 5000 + "]" * 5000]


@pytest.mark.parametrize("text", NONSENSE, ids=lambda text: text[:8])
def test_what_is_nonsense_says_nothing(text: str) -> None:
    assert members(text) == {}


@pytest.mark.parametrize("value", [7, None, True, "", [], {"a": 1}])
def test_a_member_that_is_no_text_is_not_there(value: object) -> None:
    assert members(json.dumps({"actor": value, "causationId": "s/1"})) == {"causationId": "s/1"}


def test_a_correlation_is_an_id_or_unknown() -> None:
    known = uuid4()
    assert correlation_of({"correlationId": str(known)}) == known
    assert correlation_of({"correlationId": f"{{{known.hex.upper()}}}"}) == UUID(known.hex), "as PostgreSQL takes it"
    assert correlation_of({"correlationId": "yesterday"}) is None
    assert correlation_of({}) is None
