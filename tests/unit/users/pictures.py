"""Pictures, and what only looks like them."""

import io
import struct
import zlib
from typing import Any

from PIL import Image, PngImagePlugin


def picture(kind: str = "PNG", size: tuple[int, int] = (640, 200), **options: Any) -> bytes:
    """Return a picture of a format."""
    out = io.BytesIO()
    drawn = Image.new("RGB", size, (200, 30, 60))
    drawn.paste((20, 90, 200), (0, 0, size[0] // 2, size[1]))
    drawn.save(out, kind, **options)
    return out.getvalue()


def talkative() -> bytes:
    """Return a PNG that says more than it shows."""
    said = PngImagePlugin.PngInfo()
    said.add_text("Comment", "secret place 35.6812,139.7671", zip=False)
    return picture(pnginfo=said, dpi=(300, 300))


def bomb(side: int = 60_000) -> bytes:
    """Return a small PNG that says it is enormous."""
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 100_000, 9)
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*one) for one in ((b"IHDR", header), (b"IDAT", body), (b"IEND", b"")))


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
NO_PICTURES = {
    "nothing": b"",
    "text": b"I am a picture, believe me",
    "svg": SVG,
    "html in a picture's clothes": b"\x89PNG\r\n\x1a\n<html><script>alert(1)</script>",
    "half a png": picture()[:200],
    "half a jpeg": picture("JPEG")[:500],
    "gif": picture("GIF"),
    "bmp": picture("BMP"),
    "tiff": picture("TIFF"),
    "zip": b"PK\x03\x04" + b"\0" * 100,
}
