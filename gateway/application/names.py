"""What people are called who did something, as far as the one who looks may know. Next stop: adapters/boards.py."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from gateway.application.board_ports import Boards
from gateway.application.ports import Opener
from gateway.application.viewer import Viewer
from gateway.projections.person import PERSON

USER = "user:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Looks up names of the company's own people who were not forgotten: one question for all."""

    boards: Boards
    opener: Opener

    async def of(self, viewer: Viewer, actors: Collection[str]) -> Mapping[str, str]:
        """Return names by actor; who is no person, a stranger or forgotten has none. Raises: Unavailable."""
        people = sorted({actor for actor in actors if actor.startswith(USER)})
        rows = await self.boards.many(PERSON, [actor.removeprefix(USER) for actor in people])
        known = [
            (f"{USER}{key}", row.name) for key, row in rows.items() if row.name and row.tenant_id == viewer.tenant_id
        ]
        opened = await self.opener.open([sealed for _, sealed in known]) if known else []
        return {actor: name for (actor, _), name in zip(known, opened, strict=True) if name}
