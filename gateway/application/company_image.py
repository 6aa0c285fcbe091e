"""The picture of a company at the top of its people's pages. Next stop: clients/users.py."""

import base64
from collections import OrderedDict
from dataclasses import dataclass, field
from uuid import UUID

from gateway.application import policy
from gateway.application.asked import Asked
from gateway.application.board_ports import Boards
from gateway.application.effects import Effects
from gateway.application.errors import ImageRefused, ImageUnknown
from gateway.application.people_ports import Directory
from gateway.application.policy import Operation
from gateway.application.viewer import Viewer

MOST_BYTES = 200_000
MOST_KEPT = 100
"""Pictures in memory, each far below a megabyte; what another digest names is another picture, so none gets old."""


NO_IMAGE = '"none"'
"""What a change starts from that starts from no picture, as the users service takes it in If-Match."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it is sent to browsers."""

    digest: str
    png: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyImageJourney:
    """Shows, changes and removes the picture. Raises, everywhere: Unavailable; Denied for who may not change it."""

    directory: Directory
    boards: Boards
    effects: Effects
    _kept: OrderedDict[tuple[UUID, str], Picture] = field(default_factory=OrderedDict)

    async def show(self, viewer: Viewer, asked: Asked) -> Picture:
        """Return the picture of the viewer's company. Raises: ImageUnknown where it shows none."""
        policy.demand(viewer, Operation.TENANT_IMAGE)
        tenant = await self.boards.tenant(viewer.tenant_id)
        if tenant is None or tenant.image is None:
            raise ImageUnknown
        return await self._picture(viewer, tenant.image, asked)

    async def change(
        self, viewer: Viewer, token: str, content: bytes, asked: Asked, *, if_match: str | None = None
    ) -> None:
        """Show a picture from now on.

        Raises: ImageRefused; Invalid `image-refused` with `errors`; PreconditionFailed when another one than *if_match*
        is shown.
        """
        policy.demand(viewer, Operation.CHANGE_TENANT_IMAGE)
        if len(content) > MOST_BYTES:
            detail = f"Must not be larger than {MOST_BYTES // 1000} kB"
            raise ImageRefused(errors=[{"pointer": "", "code": "too-large", "detail": detail}])
        done = await self.directory.change_image(viewer.session, content, if_match, asked)
        await self.effects.show(token, done.positions)

    async def remove(self, viewer: Viewer, token: str, asked: Asked, *, if_match: str | None = None) -> None:
        """Show none any more; again changes nothing. Raises: PreconditionFailed, as change()."""
        policy.demand(viewer, Operation.REMOVE_TENANT_IMAGE)
        done = await self.directory.remove_image(viewer.session, if_match, asked)
        await self.effects.show(token, done.positions)

    async def _picture(self, viewer: Viewer, digest: str, asked: Asked) -> Picture:
        key = viewer.tenant_id, digest
        kept = self._kept.get(key)
        if kept is None:
            told = await self.directory.image(viewer.session, asked)
            kept = Picture(told.digest, base64.b64decode(told.png))
            self._kept[viewer.tenant_id, told.digest] = kept
            if len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        else:
            self._kept.move_to_end(key)
        return kept
