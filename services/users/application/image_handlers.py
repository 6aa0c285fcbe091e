"""A tenant's picture: first kept, then named by a fact. Next stop: domain/image.py."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from kernel.application.execute import execute
from kernel.application.ports import Clock, EventStore
from kernel.domain.context import Context
from kernel.domain.recorded import Appended
from services.users.application.streams import image_stream
from services.users.domain.commands import ShowImage, Shown
from services.users.domain.errors import ImageUnknown
from services.users.domain.image import TenantImage, image


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture that was made here, as PNG; nothing else of what was sent is left in it."""

    shown: Shown
    png: bytes


Redraw = Callable[[bytes], Awaitable[Picture]]
"""Makes a small picture of what was sent. Raises: ImageRefused for what is none."""


class Images(Protocol):
    """Keeps pictures by tenant and digest. Everything here raises Unavailable."""

    async def keep(self, tenant_id: UUID, picture: Picture) -> None:
        """Keep a picture before the fact that names it; again is harmless."""
        ...

    async def find(self, tenant_id: UUID, digest: str) -> bytes | None:
        """Return a picture."""
        ...

    async def forget_others(self, tenant_id: UUID, digest: str | None) -> None:
        """Throw away what no fact names any more, but what may be about to be named."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageHandlers:
    """What this service can be asked to do about a tenant's picture."""

    store: EventStore
    images: Images
    redraw: Redraw
    now: Clock

    async def show(self, content: bytes, by: Context) -> Appended:
        """Show a picture from now on. Raises: ImageRefused."""
        if by.command_id and (before := await self.store.answered(by.command_id, by.content)):
            return before
        picture = await self.redraw(content)
        await self.images.keep(by.tenant_id, picture)
        return await self._decided(picture.shown, by)

    async def remove(self, by: Context) -> Appended:
        """Show none any more; again changes nothing."""
        return await self._decided(None, by)

    async def read(self, tenant_id: UUID) -> tuple[Shown, bytes]:
        """Return what is shown. Raises: ImageUnknown where that is nothing."""
        shown = (await self._state(tenant_id)).shown
        png = await self.images.find(tenant_id, shown.digest) if shown else None
        if shown is None or png is None:
            raise ImageUnknown
        return shown, png

    async def _decided(self, shown: Shown | None, by: Context) -> Appended:
        asked = ShowImage(tenant_id=by.tenant_id, image=shown, at=self.now())
        done = await execute(self.store, image, image_stream(by.tenant_id), asked, by)
        now = (await self._state(by.tenant_id)).shown
        await self.images.forget_others(by.tenant_id, now.digest if now else None)
        return done

    async def _state(self, tenant_id: UUID) -> TenantImage:
        return image.fold(fact.event for fact in await self.store.load(image_stream(tenant_id)))
