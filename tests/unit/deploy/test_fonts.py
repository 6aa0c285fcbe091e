"""The browser of tests finds a Japanese font on any machine, and the machine's own where there is one."""

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from deploy import fonts


def brought(installed: Path) -> list[Path]:
    """Make the folders that npm makes; return them."""
    folders = [installed / "npm" / "node_modules" / fonts.PACKAGE / weight for weight in fonts.WEIGHTS]
    for folder in folders:
        folder.mkdir(parents=True)
    return folders


def test_a_machine_without_a_japanese_font_is_given_the_one_from_npm(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fonts, "machine_has_japanese", lambda: False)
    folders = brought(tmp_path)
    config = ET.parse(fonts.font_environment(tmp_path)["FONTCONFIG_FILE"])  # noqa: S314 - our own file
    assert [one.text for one in config.findall("dir")] == [str(folder) for folder in folders]
    assert (config.findtext("include"), config.findtext("cachedir")) == (
        "/etc/fonts/fonts.conf",
        str(tmp_path / "fonts" / "cache"),
    )


def test_a_machine_with_a_japanese_font_uses_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "machine_has_japanese", lambda: True)
    brought(tmp_path)
    assert fonts.font_environment(tmp_path) == {}


def test_without_the_package_the_browser_starts_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "machine_has_japanese", lambda: False)
    assert fonts.font_environment(tmp_path) == {}


def test_no_tool_that_lists_fonts_means_no_font(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts.sys, "platform", "linux")
    monkeypatch.setattr(fonts.shutil, "which", lambda _: None)
    assert not fonts.machine_has_japanese()
