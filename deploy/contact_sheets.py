"""Puts pictures side by side, to look at many in one go. Used by pictures.py."""

import asyncio
import html
from pathlib import Path

from playwright.async_api import Browser

EACH = 12
"""Pages on one sheet, so that the sheet can still be read."""
STYLE = """
body { font: 14px sans-serif; margin: 16px; background: #888; columns: 3 560px }
h2 { font-size: 14px; margin: 8px 0 4px }
section { break-inside: avoid }
p { display: flex; gap: 8px; margin: 0; align-items: flex-start }
img { height: 340px; max-width: 420px; object-fit: cover; object-position: top }
"""


async def contact_sheets(browser: Browser, folder: Path, looks: list[tuple[str, str]], widths: tuple[int, ...]) -> None:
    """Write one page with all pictures, and pictures of a dozen pages each for every language and colour."""
    stops = await asyncio.to_thread(_stops, folder)
    (folder / "index.html").write_text(_sheet(folder, stops, looks, None), encoding="utf-8")
    sheets = folder / "contact"
    sheets.mkdir(exist_ok=True)
    page = await browser.new_page(viewport={"width": 1920, "height": 1000})
    for language, colours in looks:
        for number, first in enumerate(range(0, len(stops), EACH), 1):
            some = stops[first : first + EACH]
            sheet = folder / "sheet.html"
            sheet.write_text(_sheet(folder, some, [(language, colours)], widths), encoding="utf-8")
            await page.goto(sheet.as_uri())
            await page.screenshot(path=sheets / f"{language}-{colours}-{number:02}.png", full_page=True)
            sheet.unlink()
    await page.close()


def _stops(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.is_dir() and path.name != "contact")


def _sheet(folder: Path, stops: list[str], looks: list[tuple[str, str]], widths: tuple[int, ...] | None) -> str:
    rows = []
    for stop in stops:
        files = [
            file
            for language, colours in looks
            for file in sorted((folder / stop).glob(f"{language}-{colours}-*.png"), key=_width)
            if widths is None or _width(file) in widths
        ]
        pictures = "".join(_picture(file.relative_to(folder)) for file in files)
        rows.append(f"<section><h2>{html.escape(stop)}</h2><p>{pictures}</p></section>")
    return f'<!doctype html><meta charset="utf-8"><title>Pictures</title><style>{STYLE}</style>{"".join(rows)}'


def _picture(file: Path) -> str:
    return f'<a href="{file}"><img src="{file}" alt="{file.stem}" title="{file.stem}"></a>'


def _width(file: Path) -> int:
    return int(file.stem.rpartition("-")[2])
