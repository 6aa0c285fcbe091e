"""Takes a picture of every page in every state, and the few that the documents show. Next: tests/e2e/gateway/tour.py.

`python -m deploy.pictures [name…]` puts them into pictures/, with a contact sheet to look at in one go. The portal
they show is the real application over the sample company of the tests, so nothing else has to run.
"""

import asyncio
import html
import shutil
import subprocess
import sys
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Literal

from playwright.async_api import Browser, Page, async_playwright
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from deploy.browser import chromium
from deploy.places import PROJECT
from tests.e2e.gateway import sample
from tests.e2e.gateway.tour import tour
from tests.e2e.gateway.walking import Walker
from tests.e2e.serving import served

FOLDER = PROJECT / "pictures"
CHOSEN = PROJECT / "docs" / "pictures"
WIDTHS = (360, 768, 1280, 1920)
HEIGHTS = {360: 760, 768: 1000, 1280: 800, 1920: 1080}
LANGUAGES = {"ja": "ja-JP", "en": "en-GB"}
IN_DOCUMENTS = ("dashboard", "login")
"""Shown in the README: in Japanese, light, at 1280 pixels, as much as a window shows."""

Colours = Literal["light", "dark"]
COLOURS: tuple[Colours, ...] = ("light", "dark")


@dataclass(frozen=True, slots=True)
class View:
    """How the portal is looked at."""

    language: str
    colours: Colours
    width: int

    def file(self, stop: str) -> Path:
        """Return where the picture of a page goes."""
        return FOLDER / stop / f"{self.language}-{self.colours}-{self.width}.png"

    @property
    def is_chosen(self) -> bool:
        """Return whether the documents show pages like this."""
        return self == View("ja", "light", 1280)


async def take(browser: Browser, view: View, wanted: set[str]) -> int:
    """Walk through all pages under *view* and take those wanted, all of them where none is named; return how many."""
    world = sample.usual()
    taken = 0
    async with served(world) as url:
        context = await browser.new_context(
            locale=LANGUAGES[view.language],
            color_scheme=view.colours,
            viewport={"width": view.width, "height": HEIGHTS[view.width]},
            reduced_motion="reduce",
        )
        page = await context.new_page()
        async for stop in tour(Walker(page, url), world):
            if wanted and stop not in wanted:
                continue
            await _take_one(page, view, stop)
            taken += 1
        await context.close()
    return taken


async def _take_one(page: Page, view: View, stop: str) -> None:
    file = view.file(stop)
    file.parent.mkdir(parents=True, exist_ok=True)
    await page.screenshot(path=file, full_page=True)
    if view.is_chosen and stop in IN_DOCUMENTS:
        CHOSEN.mkdir(parents=True, exist_ok=True)
        await page.screenshot(path=CHOSEN / f"{stop}.png")


async def contact_sheets(browser: Browser) -> None:
    """Put all pictures side by side: one page to open, and one picture for each language and colour."""
    stops = sorted(path.name for path in FOLDER.iterdir() if path.is_dir())
    (FOLDER / "index.html").write_text(_sheet(stops, list(product(LANGUAGES, COLOURS)), WIDTHS), encoding="utf-8")
    page = await browser.new_page(viewport={"width": 1800, "height": 1000})
    for one in product(LANGUAGES, COLOURS):
        sheet = FOLDER / "sheet.html"
        sheet.write_text(_sheet(stops, [one], (360, 1280)), encoding="utf-8")
        await page.goto(sheet.as_uri())
        await page.screenshot(path=FOLDER / f"contact-{one[0]}-{one[1]}.png", full_page=True)
        sheet.unlink()
    await page.close()


def _sheet(stops: list[str], looks: list[tuple[str, Colours]], widths: tuple[int, ...]) -> str:
    rows = []
    for stop in stops:
        files = [View(*look, width).file(stop) for look in looks for width in widths]
        shown = [file.relative_to(FOLDER) for file in files if file.exists()]
        pictures = "".join(
            f'<a href="{file}"><img loading="lazy" src="{file}" alt="{file.stem}" title="{file.stem}"></a>'
            for file in shown
        )
        rows.append(f"<h2>{html.escape(stop)}</h2><p>{pictures}</p>")
    style = "body{font:14px sans-serif;margin:16px;background:#888;columns:3 560px}h2{font-size:14px;margin:8px 0 4px}"
    style += "p{display:flex;flex-wrap:wrap;gap:8px;margin:0;align-items:flex-start;break-inside:avoid}"
    style += "img{height:260px;max-width:420px;object-fit:cover;object-position:top}"
    return f'<!doctype html><meta charset="utf-8"><title>Pictures</title><style>{style}</style>{"".join(rows)}'


async def run(wanted: set[str]) -> None:
    """Take all pictures."""
    console = Console()
    if not _has_japanese():
        console.print("No Japanese font is installed: pages in Japanese will show boxes (Debian: fonts-noto-cjk).")
    if not wanted:
        shutil.rmtree(FOLDER, ignore_errors=True)
    path, flags = chromium()
    views = [View(*one) for one in product(LANGUAGES, COLOURS, WIDTHS)]
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    taken = 0
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=str(path), args=flags)
        with Progress(*columns, console=console) as progress:
            task = progress.add_task("Pictures", total=len(views))
            for view in views:
                progress.update(task, description=f"{view.language} {view.colours} {view.width}")
                taken += await take(browser, view, wanted)
                progress.advance(task)
        await contact_sheets(browser)
        await browser.close()
    console.print(f"{taken} pictures in {FOLDER.relative_to(PROJECT)}/, side by side in its index.html")


def _has_japanese() -> bool:
    tool = shutil.which("fc-list")
    if tool is None:
        return True
    found = subprocess.run([tool, ":lang=ja"], capture_output=True, check=False)  # noqa: S603 - words of our own
    return bool(found.stdout.strip())


if __name__ == "__main__":
    asyncio.run(run(set(sys.argv[1:])))
