"""What a form was opened with, as its hidden field says it."""

import json
from uuid import uuid4

import pytest
from starlette.datastructures import FormData

from gateway.application.signed import signed
from gateway.web.changes import opened, start_at, start_of

BROKEN = ["", "{", "[]", "[" * 9000, '{"memo":' * 2000, '{"memo": "\\ud800"}', '{"\\ud800": "memo"}']


@pytest.mark.parametrize("memo", ["本社 🏢", "一\u2028二\u2029三", "一\r\n二\r三\n四", "説" * 1000 + "🏢" * 1000])
def test_m7_a_form_is_opened_with_what_it_was_drawn_with(memo: str) -> None:
    known = {"memo": memo, "name": "", "groupIds": " ".join(str(uuid4()) for _ in range(500))}
    start = start_at(7, known)
    assert opened(FormData({"opened": start.opened})) == known
    assert start_of(FormData({"version": "7", "opened": start.opened})) == start


def test_m7_a_form_that_says_it_in_other_letters_is_read_too() -> None:
    known = {"memo": "本社 🏢", "name": ""}
    assert opened(FormData({"opened": json.dumps(known, ensure_ascii=False)})) == known


@pytest.mark.parametrize("text", BROKEN)
def test_m7_what_cannot_be_read_was_nothing(text: str) -> None:
    assert opened(FormData({"opened": text})) == {}


@pytest.mark.parametrize("text", BROKEN)
def test_sh3_a_passkey_that_cannot_be_read_is_none(text: str) -> None:
    assert signed(text) == {}
