"""Makes pictures safe to show, and keeps them. Next stop: migrations/004_image.sql."""

import asyncio
import io
from hashlib import sha256
from typing import Any
from uuid import UUID

import asyncpg
from PIL import Image

from kernel.adapters.postgres.pool import reachable
from services.users.application.image_handlers import Picture
from services.users.domain.commands import Shown
from services.users.domain.errors import ImageRefused

MOST_BYTES = 200_000
MOST_PIXELS = 1024
"""On a side; a few bytes may stand for a picture that fills the memory, so this is asked before anything is decoded."""
BOX = 480, 96
"""Twice what the bar shows, for screens that show two points for one."""
FORMATS = ("PNG", "JPEG", "WEBP")
"""By what the bytes are, whatever name or type came with them. No SVG: it is a document that runs scripts."""

_KEEP = """
INSERT INTO kept.image (tenant_id, digest, png) VALUES ($1, $2, $3)
ON CONFLICT (tenant_id, digest) DO UPDATE SET at = clock_timestamp()
"""
_FIND = "SELECT png FROM kept.image WHERE tenant_id = $1 AND digest = $2"
_FORGET = """
DELETE FROM kept.image
WHERE tenant_id = $1 AND digest IS DISTINCT FROM $2 AND at < clock_timestamp() - interval '1 hour'
"""


class Painter:
    """Draws what was sent anew, one picture at a time and beside the loop."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()

    async def __call__(self, content: bytes) -> Picture:
        """Return a small PNG of a picture. Raises: ImageRefused. See: image_handlers.Redraw."""
        if len(content) > MOST_BYTES:
            raise _refused("too-large", f"Must not be larger than {MOST_BYTES // 1000} kB")
        async with self._turn:
            return await asyncio.to_thread(redrawn, content)


def redrawn(content: bytes) -> Picture:
    """Return a small PNG of a picture, without anything that came with it. Raises: ImageRefused."""
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as sent:
            _see_size(sent)
            # Decodes all of it: what breaks off or lies about itself is found here.
            drawn = sent.convert("RGBA")
    except ImageRefused:
        raise
    except Exception:  # noqa: BLE001 - decoders raise whatever broken bytes lead them to
        raise _refused("not-a-picture", "Must be a PNG, JPEG or WebP picture") from None
    drawn.thumbnail(BOX, Image.Resampling.LANCZOS)
    # Where, when and with what it was taken, and profiles of colours, stay behind.
    drawn.info = {}
    out = io.BytesIO()
    drawn.save(out, "PNG", optimize=True)
    png = out.getvalue()
    shown = Shown(digest=sha256(png).hexdigest(), size=len(png), width=drawn.width, height=drawn.height)
    return Picture(shown=shown, png=png)


def _see_size(sent: Image.Image) -> None:
    if max(sent.size) > MOST_PIXELS:
        raise _refused("too-many-pixels", f"Must not be wider or higher than {MOST_PIXELS} points")


def _refused(code: str, detail: str) -> ImageRefused:
    return ImageRefused(errors=[{"pointer": "", "code": code, "detail": detail}])


class PostgresImages:
    """Pictures in a table. See: image_handlers.Images."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        self._pool = pool

    async def keep(self, tenant_id: UUID, picture: Picture) -> None:
        """Keep a picture before the fact that names it; again is harmless."""
        with reachable("the pictures"):
            await self._pool.execute(_KEEP, tenant_id, picture.shown.digest, picture.png)

    async def find(self, tenant_id: UUID, digest: str) -> bytes | None:
        """Return a picture."""
        with reachable("the pictures"):
            png: bytes | None = await self._pool.fetchval(_FIND, tenant_id, digest)
        return png

    async def forget_others(self, tenant_id: UUID, digest: str | None) -> None:
        """Throw away what no fact names any more, but what may be about to be named."""
        with reachable("the pictures"):
            await self._pool.execute(_FORGET, tenant_id, digest)
