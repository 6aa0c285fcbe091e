"""What a mail about contracts says: looked up when it is sent, for the person as they are then. Next: delivery.py."""

from dataclasses import dataclass

from kernel.application.ports import Clock
from services.notifier.application.bulletin import Bulletin
from services.notifier.application.notices import Board
from services.notifier.application.ports import QueuedMail, Recipient
from services.notifier.domain.events import Template

MOST_ITEMS = 20
"""How many things a mail tells; it counts the others and leads to where they stand."""


@dataclass(frozen=True, slots=True)
class Bulletins:
    """Finds what a mail is to say."""

    board: Board
    now: Clock

    async def of(self, mail: QueuedMail, to: Recipient | None) -> Bulletin | None:
        """Return what the person may see now of what the mail is about; None if nothing."""
        sight = await self.board.sight(mail.user_id)
        if not sight:
            return None
        if mail.template is not Template.DIGEST:
            # Sent again on somebody's wish, it says what it said, however old that is.
            alive_at = self.now() if mail.generation == 1 else None
            return await self.board.seen([mail.secret_id], sight, most=MOST_ITEMS, alive_at=alive_at)
        rounds = await self.board.rounds_of(mail.secret_id, to.refused if to else ())
        return await self.board.seen(rounds, sight, most=MOST_ITEMS, alive_at=None) if rounds else None
