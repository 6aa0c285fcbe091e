"""Styles, scripts and pictures under addresses that change with their content. Next stop: the browser."""

import gzip
import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

STATIC = Path(__file__).parent.parent / "static"
FOR_EVER = "public, max-age=31536000, immutable"

TOKENS = "vendor/tokens.css"
FIRST, LAST = ("theme.css", "base.css"), "layout.css"
"""Between them each component is a file of its own."""

SCRIPTS = ("js/pages.js", "js/passkey.js", "js/live.js", "vendor/htmx.min.js", "vendor/hx-sse.min.js")
PLOTS = ("plots/plots.js", "vendor/uplot.min.js")
"""What only pages with lines and pictures of streams take, like the styles of the same name."""

PICTURES = ("icon.svg",)

_KINDS = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}


@dataclass(frozen=True, slots=True)
class Asset:
    """A file as it goes out."""

    address: str
    kind: str
    plain: bytes
    packed: bytes


class Assets:
    """All static files, read and packed once."""

    def __init__(self, folder: Path = STATIC) -> None:
        texts = {"portal.css": style(folder), "plots.css": plot_style(folder)}
        texts |= {Path(name).name: (folder / name).read_bytes() for name in (*SCRIPTS, *PLOTS, *PICTURES)}
        self._named: Mapping[str, Asset] = {name: _asset(name, text) for name, text in texts.items()}
        self._addressed = {asset.address: asset for asset in self._named.values()}

    def address(self, name: str) -> str:
        """Return where a browser gets *name*. Raises: KeyError."""
        return self._named[name].address

    def at(self, address: str) -> Asset | None:
        """Return what an address stands for."""
        return self._addressed.get(address)


def style(folder: Path = STATIC) -> bytes:
    """Return all styles as one: our files in the order of their layers, with the values of the tokens they name."""
    css = folder / "css"
    components = sorted(path.name for path in css.glob("*.css") if path.name not in {*FIRST, LAST})
    ours = "\n".join((css / name).read_text() for name in (*FIRST, *components, LAST))
    tokens = dict(re.findall(r"^\s*(--[\w-]+):\s*(.+);$", (folder / TOKENS).read_text(), re.MULTILINE))
    text = re.sub(r"var\((--[\w-]+)\)", lambda named: tokens.get(named[1], named[0]), ours)
    return _without_spare(text)


def plot_style(folder: Path = STATIC) -> bytes:
    """Return the styles of lines and pictures of streams, the library's below ours."""
    library, ours = (folder / "vendor" / "uplot.min.css").read_text(), (folder / "plots" / "plots.css").read_text()
    return _without_spare(f"@layer base{{{library}}}\n{ours}")


def _without_spare(text: str) -> bytes:
    # Comments and spaces are for who reads the files; they need not travel.
    for spare, left in ((r"/\*.*?\*/", ""), (r"\s*([{};>])\s*", r"\1"), (r"([:,])\s+", r"\1"), (";}", "}")):
        text = re.sub(spare, left, text, flags=re.DOTALL)
    return text.encode()


def _asset(name: str, text: bytes) -> Asset:
    stem, suffix = name.rsplit(".", 1)
    mark = sha256(text).hexdigest()[:12]
    return Asset(f"/static/{stem}.{mark}.{suffix}", _KINDS[f".{suffix}"], text, gzip.compress(text, 9, mtime=0))


def router(assets: Assets) -> APIRouter:
    """Return the way to the files."""
    routes = APIRouter(include_in_schema=False)

    @routes.api_route("/static/{name}", methods=["GET", "HEAD"])
    async def static(name: str, request: Request) -> Response:
        """Send a file; it may be kept for ever, since another content has another address."""
        found = assets.at(f"/static/{name}")
        if found is None:
            raise HTTPException(404)
        headers = {"Cache-Control": FOR_EVER, "Vary": "Accept-Encoding"}
        if "gzip" in request.headers.get("accept-encoding", ""):
            headers["Content-Encoding"] = "gzip"
            return Response(found.packed, media_type=found.kind, headers=headers)
        return Response(found.plain, media_type=found.kind, headers=headers)

    @routes.api_route("/favicon.ico", methods=["GET", "HEAD"])
    async def icon() -> Response:
        """Send the product's mark to browsers that ask for it where they always did."""
        return Response(assets.at(assets.address("icon.svg")).plain, media_type=_KINDS[".svg"])  # type: ignore[union-attr] # its address is known

    return routes
