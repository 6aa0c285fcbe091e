"""What must hold on every page, in every state: accessible to all, inside its policy, as wide as the screen, still."""

from collections.abc import Mapping
from contextlib import aclosing
from typing import Any, Literal, TypeAlias

import pytest
from playwright.async_api import Page

from deploy.places import PROJECT
from tests.e2e.gateway.conftest import Opens
from tests.e2e.gateway.outside_pages import mailbox
from tests.e2e.gateway.tour import PARTS
from tests.unit.gateway.world import World

AXE = (PROJECT / ".portal" / "npm" / "node_modules" / "axe-core" / "axe.min.js").read_text()
ALL = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
IN_A_FRAME = {"type": "tag", "values": [one for one in ALL["values"] if one != "best-practice"]}
DRAWN = {
    "type": "rule",
    "values": ["color-contrast", "link-in-text-block", "target-size", "scrollable-region-focusable"],
}
"""Every rule, and those that ask how a page is drawn, which alone can change with the colours."""

Colours: TypeAlias = Literal["light", "dark"]
Look: TypeAlias = tuple[Colours, int, Mapping[str, object]]
LOOKS: Mapping[str, tuple[Look, Look]] = {
    "ja": (("light", 1280, ALL), ("dark", 360, DRAWN)),
    "en": (("light", 360, ALL), ("dark", 1280, DRAWN)),
}
"""Each language in both colours, and each colour wide in one language and narrow in the other; walked in the first."""
STILL = 0.01
"""How far a page may move by itself: a tenth of what counts as good, for a long page is drawn while it still arrives.

See: web.dev, Cumulative Layout Shift.
"""


@pytest.mark.timeout(400)
@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("language", LOOKS)
async def test_axe_finds_nothing_on_any_page_and_nothing_scrolls_sideways_or_moves(
    opens: Opens, world: World, language: str, part: str
) -> None:
    walked = LOOKS[language][0][1]
    walker = await opens(language, walked)
    page = walker.page
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    found: dict[str, list[str]] = {}
    async for stop in PARTS[part](walker, world):
        assert await page.get_attribute("html", "lang") == language
        # The same page is looked at in other colours and widths, which needs no other walk.
        for colours, width, rules in LOOKS[language]:
            await page.emulate_media(color_scheme=colours)
            await page.set_viewport_size({"width": width, "height": 800})
            if faults := await axe(page, rules):
                found[f"{stop} {colours} {width}"] = faults
            # Only in the width that the page was opened in: another one moves everything.
            if width == walked and (moved := await shifts(page)):
                found[f"{stop} {width} moves"] = moved
        await page.set_viewport_size({"width": 320, "height": 800})
        if beyond := await page.evaluate(BEYOND):
            found[f"{stop} 320"] = beyond
        await page.set_viewport_size({"width": walked, "height": 800})
    assert not found
    assert not [text for text in said if "Security Policy" in text]


@pytest.mark.parametrize("language", LOOKS)
async def test_axe_finds_nothing_in_any_mail(opens: Opens, world: World, language: str) -> None:
    walker = await opens(language)
    alone = await walker.page.context.new_page()
    found: dict[str, list[str]] = {}
    async with aclosing(mailbox(walker, world)) as stops:
        async for stop in stops:
            if not stop.startswith("mail-"):
                continue
            # The mailbox lets no script run on a mail, so it is looked at on an empty page.
            await alone.set_content(await walker.page.content())
            assert await alone.get_attribute("html", "lang") == language
            # What a mail stands in is the program's that shows it: its landmarks, its headings, its dark ground.
            for width in (1280, 360):
                await alone.set_viewport_size({"width": width, "height": 800})
                if faults := await axe(alone, IN_A_FRAME):
                    found[f"{stop} {width}"] = faults
    assert not found


BEYOND = """() => document.documentElement.scrollWidth <= innerWidth ? [] : [...document.querySelectorAll('body *')]
    .filter(one => one.getBoundingClientRect().right > innerWidth && !one.closest('.scroll'))
    .map(one => one.outerHTML.slice(0, 100))"""
"""Names what reaches beyond the window, when the page can be scrolled sideways at all."""


SHIFTS = """() => new Promise(resolve => {
    const seen = [];
    new PerformanceObserver(list => seen.push(...list.getEntries())).observe({type: 'layout-shift', buffered: true});
    setTimeout(() => resolve(seen.filter(one => !one.hadRecentInput).map(one => [one.value, one.sources
        .map(({node}) => (node?.outerHTML ?? node?.parentElement?.outerHTML ?? '').slice(0, 100))])), 50);
})"""
"""Tells how far what moved while nobody touched the page, and what that was. See: Layout Instability API."""


async def shifts(page: Page) -> list[str]:
    """Return what moved since the page was opened, where that is more than may."""
    moved: list[tuple[float, list[str]]] = await page.evaluate(SHIFTS)
    return [f"{value:.3f}: {what}" for value, what in moved] if sum(value for value, _ in moved) >= STILL else []


async def axe(page: Page, rules: Mapping[str, object] = ALL) -> list[str]:
    """Return what axe-core finds wrong."""
    if not await page.evaluate("() => 'axe' in window"):
        await page.evaluate(AXE)
    options = {"runOnly": rules, "preload": False, "resultTypes": ["violations"]}
    result: dict[str, Any] = await page.evaluate("options => axe.run(options)", options)
    return [
        f"{fault['id']}: {node['html'][:160]} {node.get('failureSummary', '')[:300]}"
        for fault in result["violations"]
        for node in fault["nodes"][:3]
    ]
