"""Kafka's jars: exactly those that were checked in, octet for octet."""

import hashlib
from pathlib import Path

import pytest

from deploy.jars import JarRefused, expected, verify


@pytest.fixture
def jars(tmp_path: Path) -> dict[str, str]:
    for name in ("one.jar", "two.jar"):
        (tmp_path / name).write_text(name)
    return {name: hashlib.sha256(name.encode()).hexdigest() for name in ("one.jar", "two.jar")}


def test_the_right_jars_are_taken(tmp_path: Path, jars: dict[str, str]) -> None:
    verify(tmp_path, jars)


def test_a_changed_jar_is_refused(tmp_path: Path, jars: dict[str, str]) -> None:
    (tmp_path / "two.jar").write_text("something else")
    with pytest.raises(JarRefused, match=r"two\.jar"):
        verify(tmp_path, jars)


def test_a_missing_jar_is_refused(tmp_path: Path, jars: dict[str, str]) -> None:
    (tmp_path / "one.jar").unlink()
    with pytest.raises(JarRefused, match=r"without one\.jar"):
        verify(tmp_path, jars)


def test_a_jar_that_nobody_asked_for_is_refused(tmp_path: Path, jars: dict[str, str]) -> None:
    (tmp_path / "extra.jar").write_text("")
    with pytest.raises(JarRefused, match=r"nobody asked for: extra\.jar"):
        verify(tmp_path, jars)


def test_the_checksums_name_one_release_of_kafka() -> None:
    assert "kafka-server-4.3.1.jar" in expected()
    assert all(len(digest) == 64 for digest in expected().values())
