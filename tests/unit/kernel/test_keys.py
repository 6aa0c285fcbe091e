"""Fingerprints and sealed texts, without a database."""

from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kernel.adapters import sealing
from kernel.adapters.keys import fingerprint
from kernel.domain.errors import Unreadable


def test_a_fingerprint_depends_on_pepper_scope_and_text_and_on_nothing_else() -> None:
    first = fingerprint(b"pepper", "email", "taro@example.jp")
    assert first == fingerprint(b"pepper", "email", "taro@example.jp")
    assert len(first) == 32
    others = {
        fingerprint(b"other", "email", "taro@example.jp"),
        fingerprint(b"pepper", "phone", "taro@example.jp"),
        fingerprint(b"pepper", "email", "jiro@example.jp"),
        fingerprint(b"pepper", "emailt", "aro@example.jp"),
    }
    assert len(others) == 4
    assert first not in others


def test_a_wrapped_key_is_opened_only_for_its_person_and_with_the_key_that_wrapped_it() -> None:
    kek, subject, key = AESGCM(sealing.new_key()), uuid4(), sealing.new_key()
    wrapped = sealing.wrap(kek, subject, key)
    assert key not in wrapped
    place = f"{uuid4()}:1:name"
    sealed = sealing.seal(AESGCM(key), subject, place, "山田")
    assert sealing.Sealed.parse(sealed).open(sealing.unwrap(kek, subject, wrapped)) == "山田"
    for other_kek, person in ((kek, uuid4()), (AESGCM(sealing.new_key()), subject)):
        with pytest.raises(Unreadable):
            sealing.unwrap(other_kek, person, wrapped)
