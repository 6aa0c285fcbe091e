"""Settings that are secrets come from files that the environment names."""

from pathlib import Path

import pytest

from kernel.adapters.settings import ServiceSettings

PORTS = {"PORTAL_HTTP_PORT": "8101", "PORTAL_MANAGEMENT_PORT": "9101"}


@pytest.fixture(autouse=True)
def ports(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in PORTS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("PORTAL_POSTGRES_URL", raising=False)


def test_a_setting_is_read_from_the_file_that_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "postgres-url"
    file.write_text("postgresql://identity:secret@postgres/identity\n")
    monkeypatch.setenv("PORTAL_POSTGRES_URL_FILE", str(file))
    assert ServiceSettings().postgres_url == "postgresql://identity:secret@postgres/identity"  # type: ignore[call-arg]


def test_without_a_file_the_environment_counts_as_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_POSTGRES_URL", "postgresql://here")
    settings = ServiceSettings()  # type: ignore[call-arg]
    assert (settings.postgres_url, settings.http_port) == ("postgresql://here", 8101)


def test_a_file_that_is_not_there_is_said_at_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_POSTGRES_URL_FILE", "/nowhere/postgres-url")
    with pytest.raises(FileNotFoundError, match="postgres-url"):
        ServiceSettings()  # type: ignore[call-arg]


def test_both_ways_at_once_are_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "one").write_text("postgresql://there")
    monkeypatch.setenv("PORTAL_POSTGRES_URL", "postgresql://here")
    monkeypatch.setenv("PORTAL_POSTGRES_URL_FILE", str(tmp_path / "one"))
    with pytest.raises(ValueError, match="PORTAL_POSTGRES_URL_FILE are both set"):
        ServiceSettings()  # type: ignore[call-arg]
