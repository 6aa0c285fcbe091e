"""The world of a delivery, in memory."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any
from uuid import UUID

from kernel.testing import InMemoryStore, StillClock
from services.notifier.application.bulletin import Bulletin
from services.notifier.application.bulletins import MOST_ITEMS, Bulletins
from services.notifier.application.delivery import Delivery
from services.notifier.application.handlers import MessageHandlers
from services.notifier.application.ports import Letter, QueuedMail, Recipient
from services.notifier.domain.kinds import Kind
from services.notifier.domain.sight import Sight
from tests.unit.notifier.mails import HANAKO, MAIL, NOW
from tests.unit.notifier.notices import BULLETIN


@dataclass
class World:
    """Everything that a delivery needs; whatever raises here is set by a test."""

    clock: StillClock = field(default_factory=lambda: StillClock(NOW))
    store: InMemoryStore = field(default_factory=InMemoryStore)
    person: Recipient | Exception | None = HANAKO
    secret: str | Exception = "tok3n"
    answer: Exception | None = None
    sent: list[Letter] = field(default_factory=list)
    fetched: int = 0
    closed: list[UUID] = field(default_factory=list)
    put_off_until: datetime | None = None
    may_see: Sight = field(default_factory=lambda: Sight(everything=True))
    bulletin: Bulletin | None = BULLETIN
    asked_at: datetime | None = None

    async def lease(self, most: int, lease: timedelta) -> list[QueuedMail]:
        raise NotImplementedError

    async def put_off(self, message_id: UUID, until: datetime) -> None:
        assert message_id == MAIL.message_id
        self.put_off_until = until

    async def close(self, message_id: UUID) -> None:
        self.closed.append(message_id)

    async def find(self, user_id: UUID) -> Recipient | None:
        assert user_id == MAIL.user_id
        if isinstance(self.person, Exception):
            raise self.person
        return self.person

    async def fetch(self, _mail: QueuedMail) -> str:
        self.fetched += 1
        if isinstance(self.secret, Exception):
            raise self.secret
        return self.secret

    def write(self, mail: QueuedMail, to: Recipient, secret: str) -> Letter:
        message = EmailMessage()
        message["Message-ID"] = f"<{mail.message_id}>"
        message.set_content(secret)
        return Letter(sender="b-portal@ntt.com", recipient=to.email, message=message)

    async def sight(self, user_id: UUID) -> Sight:
        assert user_id == MAIL.user_id
        return self.may_see

    async def seen(
        self, rounds: Sequence[UUID], sight: Sight, *, most: int, alive_at: datetime | None
    ) -> Bulletin | None:
        assert (sight, most) == (self.may_see, MOST_ITEMS)
        self.asked_at = alive_at
        return self.bulletin if rounds else None

    async def rounds_of(self, digest_id: UUID, refused: Collection[str]) -> Sequence[UUID]:
        assert digest_id == MAIL.secret_id
        return [] if Kind.FAULT in refused else [MAIL.secret_id]

    def tell(self, mail: QueuedMail, to: Recipient, bulletin: Bulletin) -> Letter:
        return self.write(mail, to, bulletin.items[0].telling.number)

    async def send(self, letter: Letter) -> None:
        if self.answer:
            raise self.answer
        self.sent.append(letter)

    def delivery(self) -> Delivery:
        return Delivery(
            queue=self,
            messages=MessageHandlers(self.store, self.clock),
            recipients=self,
            secrets=self,
            bulletins=Bulletins(self, self.clock),
            letters=self,
            post=self,
            now=self.clock,
            most=timedelta(seconds=10),
        )

    async def deliver(self, mail: QueuedMail = MAIL) -> str:
        return await self.delivery().deliver(mail)

    @property
    def facts(self) -> list[Any]:
        """Return the facts after `queued`."""
        return [fact.event for fact in self.store.log][1:]
