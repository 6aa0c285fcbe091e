"""Guarded texts at rest."""

import pytest
from cryptography.exceptions import InvalidTag

from services.identity.adapters.sealing import Sealer

SEALER = Sealer(b"k" * 32)


def test_a13_a_sealed_text_opens_only_as_what_it_is_about() -> None:
    sealed = SEALER.seal("492039", "code:1")
    assert b"492039" not in sealed
    assert SEALER.open(sealed, "code:1") == "492039"
    with pytest.raises(InvalidTag):
        SEALER.open(sealed, "code:2")
    with pytest.raises(InvalidTag):
        Sealer(b"l" * 32).open(sealed, "code:1")


def test_the_same_text_is_sealed_differently_each_time() -> None:
    assert SEALER.seal("a", "b") != SEALER.seal("a", "b")
