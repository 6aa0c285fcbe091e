"""What must hold on every page, in every state: accessible to all, inside its policy, as wide as the screen."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from playwright.async_api import Page

from deploy.places import PROJECT
from tests.e2e.gateway.conftest import Opens
from tests.e2e.gateway.tour import PARTS
from tests.e2e.gateway.walking import Walker
from tests.unit.gateway.world import World

AXE = (PROJECT / ".portal" / "npm" / "node_modules" / "axe-core" / "axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


Part = Callable[[Walker, World], AsyncIterator[str]]


@pytest.mark.timeout(400)
@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize(("language", "colours"), [("ja", "light"), ("en", "dark")])
async def test_axe_finds_nothing_on_any_page(
    opens: Opens, world: World, language: str, colours: str, part: Part
) -> None:
    walker = await opens(language, color_scheme=colours)
    said: list[str] = []
    walker.page.on("console", lambda message: said.append(message.text))
    found: dict[str, list[str]] = {}
    async for stop in part(walker, world):
        assert await walker.page.get_attribute("html", "lang") == language
        if faults := await axe(walker.page):
            found[stop] = faults
    assert not found
    assert not [text for text in said if "Security Policy" in text]


@pytest.mark.timeout(400)
@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("language", ["ja", "en"])
async def test_nothing_scrolls_sideways_at_320_pixels(opens: Opens, world: World, language: str, part: Part) -> None:
    walker = await opens(language, width=320)
    wide: dict[str, list[str]] = {}
    async for stop in part(walker, world):
        if beyond := await walker.page.evaluate(BEYOND):
            wide[stop] = beyond
    assert not wide


BEYOND = """() => document.documentElement.scrollWidth <= innerWidth ? [] : [...document.querySelectorAll('body *')]
    .filter(one => one.getBoundingClientRect().right > innerWidth && !one.closest('.scroll'))
    .map(one => one.outerHTML.slice(0, 100))"""
"""Names what reaches beyond the window, when the page can be scrolled sideways at all."""


async def axe(page: Page) -> list[str]:
    """Return what axe-core finds wrong."""
    await page.evaluate(AXE)
    result: dict[str, Any] = await page.evaluate("rules => axe.run({runOnly: {type: 'tag', values: rules}})", RULES)
    return [
        f"{fault['id']}: {node['html'][:160]} {node.get('failureSummary', '')[:300]}"
        for fault in result["violations"]
        for node in fault["nodes"][:3]
    ]
