"""A tenant's picture over HTTP: bytes in, PNG out. Next stop: application/image_handlers.py."""

import base64
import re
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from kernel.adapters.http.body import Reply
from kernel.domain.errors import PreconditionFailed
from services.users.api.use import ByAdministrator, BySelf, Use
from services.users.application.image_handlers import NO_IMAGE

router = APIRouter()

_TAG = re.compile(rf'"([0-9a-f]{{64}}|{NO_IMAGE})"')


async def seen(request: Request) -> str | None:
    """Return the digest that If-Match names, or that there was none; None where any will do.

    Raises: PreconditionFailed for anything else.
    """
    said = request.headers.get("if-match", "*").strip()
    tag = _TAG.fullmatch(said)
    if said != "*" and tag is None:
        raise PreconditionFailed
    return tag[1] if tag else None


Seen = Annotated[str | None, Depends(seen)]


class ImageReply(Reply):
    """At which version the tenant's picture is."""

    version: int


class ImageOne(Reply):
    """What a tenant shows."""

    digest: str
    width: int
    height: int
    png: str
    """In base64."""


@router.get("/image")
async def read(*, use: Use, by: BySelf) -> ImageOne:
    """Return the picture of the caller's tenant."""
    shown, png = await use.image.read(by.context().tenant_id)
    return ImageOne(digest=shown.digest, width=shown.width, height=shown.height, png=base64.b64encode(png).decode())


@router.put("/image")
async def show(*, request: Request, use: Use, by: ByAdministrator, seen: Seen, response: Response) -> ImageReply:
    """Show a picture from now on, whatever type the body says it is."""
    done = await use.image.show(await request.body(), by.context(), seen)
    await use.shown(response, done)
    return ImageReply(version=done.version)


@router.delete("/image")
async def remove(*, use: Use, by: ByAdministrator, seen: Seen, response: Response) -> ImageReply:
    """Show none any more."""
    done = await use.image.remove(by.context(), seen)
    await use.shown(response, done)
    return ImageReply(version=done.version)
