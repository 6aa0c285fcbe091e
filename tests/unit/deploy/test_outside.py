"""Servers of your own: which are named, which are new enough, and what is said when not."""

import pytest

from deploy.outside import Outside, require_kafka, require_postgres, require_redis, without_password
from deploy.part import PartFailed


def test_an_address_that_is_not_given_means_the_embedded_server() -> None:
    assert Outside.given({}) == Outside()
    assert Outside.given({"PORTAL_KAFKA_BOOTSTRAP": ""}).kafka is None
    assert Outside.given({"PORTAL_KAFKA_BOOTSTRAP": "k:9092"}).kafka == "k:9092"


@pytest.mark.parametrize("version", ["15.0", "15beta1", "18.6"])
def test_postgresql_15_and_newer_are_taken(version: str) -> None:
    assert require_postgres(version) == version


def test_an_older_postgresql_is_refused_with_a_way_out() -> None:
    with pytest.raises(PartFailed, match=r"is 14\.9; 15 or newer is needed\. Upgrade it.*PORTAL_POSTGRES_URL out"):
        require_postgres("14.9")


@pytest.mark.parametrize("version", ["redis 7.0.15", "redis 8.2.1", "valkey 8.0.0", "valkey 9.1.2"])
def test_redis_7_and_valkey_8_and_newer_are_taken(version: str) -> None:
    assert require_redis(version) == version


@pytest.mark.parametrize("version", ["redis 6.2.14", "valkey 7.2.5"])
def test_an_older_redis_is_refused(version: str) -> None:
    with pytest.raises(PartFailed, match=version):
        require_redis(version)


def test_a_kafka_before_3_7_is_refused() -> None:
    with pytest.raises(PartFailed, match=r"older than 3\.7"):
        require_kafka(9)
    assert require_kafka(10)


def test_a_password_in_an_address_is_not_shown() -> None:
    assert without_password("postgresql://me:secret@db:5432/x") == "postgresql://db:5432/x"
    assert without_password("redis://:secret@cache:6379/0") == "redis://cache:6379/0"
    assert without_password("broker:9092") == "broker:9092"


def test_a_server_that_does_not_answer_is_named_without_its_password() -> None:
    with pytest.raises(PartFailed, match="PORTAL_REDIS_URL") as refused:
        Outside(redis="redis://:hush@127.0.0.1:1/0").check()
    assert "hush" not in str(refused.value)
