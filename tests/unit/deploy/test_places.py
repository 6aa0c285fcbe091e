"""The folder of a stack, which may be deleted, and folders that may not."""

from pathlib import Path

import pytest

from deploy.places import PROJECT, Places, default_state


def test_secrets_are_open_to_their_owner_only(tmp_path: Path) -> None:
    places = Places(tmp_path / "state")
    places.make()
    assert places.secrets.stat().st_mode & 0o777 == 0o700


def test_a_folder_that_was_made_here_is_deleted(tmp_path: Path) -> None:
    places = Places(tmp_path / "state")
    places.make()
    places.remove()
    assert not places.state.exists()


def test_a_folder_of_someone_else_is_never_deleted(tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    with pytest.raises(ValueError, match="left alone"):
        Places(tmp_path / "letters").remove()
    assert (tmp_path / "letters").is_dir()


@pytest.mark.parametrize("state", ["", "."])
def test_the_project_itself_is_never_the_folder_that_clean_deletes(
    state: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PORTAL_STATE", state)
    if default_state() == PROJECT:
        with pytest.raises(ValueError, match="left alone"):
            Places(default_state(), tmp_path).remove()
    else:
        assert default_state() == PROJECT / ".portal"
