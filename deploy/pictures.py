"""Takes a picture of every page in every state, and the few that the documents show. Next: tests/e2e/gateway/tour.py.

`python -m deploy.pictures [--widths 360,1280] [name…]` puts them into pictures/, with contact sheets to look at in
one go. The portal they show is the real application over the sample company of the tests, so nothing else has to run.
"""

import argparse
import asyncio
import shutil
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Literal

from playwright.async_api import Browser, Page, async_playwright
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from deploy.browser import started
from deploy.contact_sheets import contact_sheets
from deploy.places import PROJECT
from deploy.shown_pictures import SHOWN, take_shown
from tests.e2e.gateway import sample
from tests.e2e.gateway.tour import tour
from tests.e2e.gateway.walking import Walker
from tests.e2e.serving import served

FOLDER = PROJECT / "pictures"
WIDTHS = (360, 768, 1280, 1920)
HEIGHTS = {360: 760, 768: 1000, 1280: 800, 1920: 1080}
LANGUAGES = {"ja": "ja-JP", "en": "en-GB"}

Colours = Literal["light", "dark"]
COLOURS: tuple[Colours, ...] = ("light", "dark")


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be taken."""

    stops: frozenset[str]
    """None means all."""
    widths: tuple[int, ...]

    def has(self, stop: str) -> bool:
        """Return whether a page is wanted."""
        return not self.stops or stop in self.stops


async def take(browser: Browser, language: str, wish: Wish, progress: Progress) -> int:
    """Walk through all pages in *language* and take those wanted in all colours and widths; return how many."""
    world = sample.usual()
    taken = 0
    task = progress.add_task(language, total=None)
    async with served(world) as url:
        context = await browser.new_context(locale=LANGUAGES[language], reduced_motion="reduce")
        page = await context.new_page()
        await _look(page, "light", 1280)
        async for stop in tour(Walker(page, url), world):
            if not wish.has(stop):
                continue
            progress.update(task, description=f"{language} {stop}")
            folder = FOLDER / stop
            folder.mkdir(parents=True, exist_ok=True)
            for colours, width in product(COLOURS, wish.widths):
                await _look(page, colours, width)
                await page.screenshot(path=folder / f"{language}-{colours}-{width}.png", full_page=True)
                taken += 1
            await _look(page, "light", 1280)
            if stop in SHOWN:
                await take_shown(page, stop, language)
        await context.close()
    progress.update(task, description=language, total=taken, completed=taken)
    return taken


async def _look(page: Page, colours: Colours, width: int) -> None:
    """Look at the same page in other colours or in a window of another size: it needs no other walk."""
    await page.emulate_media(color_scheme=colours)
    await page.set_viewport_size({"width": width, "height": HEIGHTS.get(width, 800)})


async def run(wish: Wish) -> None:
    """Take all pictures."""
    console = Console()
    if not wish.stops:
        shutil.rmtree(FOLDER, ignore_errors=True)
    async with async_playwright() as playwright:
        browser = await started(playwright)
        with Progress(TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), console=console) as progress:
            taken = sum([await take(browser, language, wish, progress) for language in LANGUAGES])
            await contact_sheets(browser, FOLDER, list(product(LANGUAGES, COLOURS)), (360, 1280))
        await browser.close()
    where: Path = FOLDER.relative_to(PROJECT)
    console.print(f"{taken} pictures in {where}/, side by side in its index.html and in {where}/contact/")


def _asked() -> Wish:
    words = argparse.ArgumentParser(description="Take pictures of pages.")
    words.add_argument("--widths", default=",".join(map(str, WIDTHS)), help="pixels, separated by commas")
    words.add_argument("stops", nargs="*", help="names of pages as the tour gives them; none means all")
    said = words.parse_args()
    return Wish(frozenset(said.stops), tuple(int(width) for width in said.widths.split(",")))


if __name__ == "__main__":
    asyncio.run(run(_asked()))
