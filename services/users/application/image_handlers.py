"""A tenant's picture: first kept, then named by a fact. Next stop: domain/image.py."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from kernel.application.execute import execute
from kernel.application.ports import Clock, EventStore
from kernel.domain.context import Context
from kernel.domain.errors import PreconditionFailed
from kernel.domain.recorded import Appended
from services.users.application.streams import image_stream
from services.users.domain.commands import ShowImage, Shown
from services.users.domain.errors import ImageUnknown
from services.users.domain.image import TenantImage, image

NO_IMAGE = "none"
"""What somebody saw who saw that there is no picture."""


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

    async def show(self, content: bytes, by: Context, seen: str | None = None) -> Appended:
        """Show a picture from now on, where one was *seen* only in its place. Raises: ImageRefused; PreconditionFailed.

        *seen* is its digest, or NO_IMAGE.
        """
        if before := await self._before(by):
            return before
        expected = await self._expected(by.tenant_id, seen)
        picture = await self.redraw(content)
        await self.images.keep(by.tenant_id, picture)
        return await self._decided(picture.shown, by, expected)

    async def remove(self, by: Context, seen: str | None = None) -> Appended:
        """Show none any more; again changes nothing. Raises: PreconditionFailed, as show()."""
        if before := await self._before(by):
            return before
        return await self._decided(None, by, await self._expected(by.tenant_id, seen))

    async def read(self, tenant_id: UUID) -> tuple[Shown, bytes]:
        """Return what is shown. Raises: ImageUnknown where that is nothing."""
        shown = (await self._state(tenant_id)).shown
        png = await self.images.find(tenant_id, shown.digest) if shown else None
        if shown is None or png is None:
            raise ImageUnknown
        return shown, png

    async def _before(self, by: Context) -> Appended | None:
        return await self.store.answered(by.command_id, by.content) if by.command_id else None

    async def _expected(self, tenant_id: UUID, seen: str | None) -> int | None:
        """Return the version at which what was seen is shown; None for any."""
        if seen is None:
            return None
        past = await self.store.load(image_stream(tenant_id))
        shown = image.fold(fact.event for fact in past).shown
        if seen != (shown.digest if shown else NO_IMAGE):
            raise PreconditionFailed
        return past[-1].version if past else 0

    async def _decided(self, shown: Shown | None, by: Context, expected: int | None) -> Appended:
        asked = ShowImage(tenant_id=by.tenant_id, image=shown, at=self.now())
        done = await execute(self.store, image, image_stream(by.tenant_id), asked, by, expected=expected)
        now = (await self._state(by.tenant_id)).shown
        await self.images.forget_others(by.tenant_id, now.digest if now else None)
        return done

    async def _state(self, tenant_id: UUID) -> TenantImage:
        return image.fold(fact.event for fact in await self.store.load(image_stream(tenant_id)))
