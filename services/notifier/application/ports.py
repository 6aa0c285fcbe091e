"""What sending a mail needs of the world. Next stop: delivery.py."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any, Protocol
from uuid import UUID

from kernel.domain.errors import Refused, Unavailable
from services.notifier.application.bulletin import Bulletin
from services.notifier.application.mails import MailRow, MailsWanted
from services.notifier.domain.events import Template
from services.notifier.domain.kinds import KIND_OF, Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuedMail:
    """A mail that waits: for whom, why, and the id of the link or code that it is to carry.

    A notice carries none; its id names what it is about: the round or the day where it tells of contracts.
    """

    message_id: UUID
    tenant_id: UUID
    user_id: UUID
    template: Template
    secret_id: UUID
    cause_id: str
    cause_type: str
    """What kind of fact led to it, as the wire calls it."""
    correlation_id: UUID
    traceparent: str | None
    not_after: datetime
    caused_at: datetime
    generation: int = 1
    """1 for the first mail of its cause, one more each time it is sent again."""
    resend_of: UUID | None = None

    @property
    def dedupe_key(self) -> str:
        """Return what only one mail may have: its cause and what it is about, and for whom where it is for many."""
        if self.generation > 1 or KIND_OF[self.template] is Kind.SECURITY:
            return f"{self.cause_id}/{self.template}"
        return f"{self.secret_id}/{self.template}/{self.user_id}"

    def until(self, not_after: datetime) -> "QueuedMail":
        """Return the same mail, worth sending until another time."""
        return replace(self, not_after=not_after)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """A person as mails need them, in the clear."""

    email: str
    name: str
    language: str
    timezone: str
    refused: frozenset[str] = frozenset()
    """Kinds of mail that the person does not want."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedRecipient:
    """A person as the fact told of them: address and name sealed."""

    user_id: UUID
    email: str
    name: str
    language: str
    timezone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedRecipient:
    """What may change of a person; the name sealed."""

    user_id: UUID
    name: str
    language: str
    timezone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A written mail and the one address that it goes to."""

    sender: str
    """Whereto it goes back when it cannot be delivered; people see another one, that of the header."""
    recipient: str
    message: EmailMessage


class MailNotNow(Unavailable):
    """A mail could not be handed over now; *reason* is a code without anybody's words."""

    code = "mail-not-now"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class MailRefused(Refused):
    """A mail server refused a mail for good."""

    code = "mail-refused"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Intake(Protocol):
    """What consumers write, inside the transaction of what they read."""

    async def keep(self, transaction: Any, person: SealedRecipient) -> None:
        """Keep a person; mails that were waiting for them are due now."""
        ...

    async def change(self, transaction: Any, person: "ChangedRecipient") -> None:
        """Have mails go to a person by another name, in another language or zone."""
        ...

    async def refuse(
        self, transaction: Any, user_id: UUID, kinds: Collection[str], daily: Collection[str] = ()
    ) -> None:
        """Have a person get all mails but of these kinds, and some of them together once a day."""
        ...

    async def forget(self, transaction: Any, user_id: UUID) -> None:
        """Have no more mails go to a person."""
        ...

    async def template_of(self, transaction: Any, secret_id: UUID) -> Template | None:
        """Return what the mail was about that carried this link or code."""
        ...

    async def find(self, transaction: Any, message_id: UUID) -> QueuedMail | None:
        """Return a mail that was queued, whatever became of it."""
        ...

    async def queue(self, transaction: Any, *mails: QueuedMail) -> None:
        """Queue mails and wake the sender; a second one of the same cause changes nothing."""
        ...


class Board(Protocol):
    """The mails as administrators see them, written inside the transaction of what is read."""

    async def row(self, transaction: Any, message_id: UUID) -> MailRow | None:
        """Return a mail as it is shown now, and keep others from changing it."""
        ...

    async def show(self, transaction: Any, row: MailRow, fact: str, at: datetime) -> None:
        """Show a mail so, because of a fact that is counted, unless it is shown at that version already."""
        ...


class Queue(Protocol):
    """The mails that wait."""

    async def lease(self, most: int, lease: timedelta) -> list[QueuedMail]:
        """Take mails that are due; nobody else gets them until the lease ends."""
        ...

    async def put_off(self, message_id: UUID, until: datetime) -> None:
        """Give a mail back until then."""
        ...

    async def close(self, message_id: UUID) -> None:
        """Take a mail out for good."""
        ...


class Mailbag(Protocol):
    """All mails there ever were, waiting or not; none of another tenant."""

    async def page(self, tenant_id: UUID, wanted: MailsWanted, most: int, before: UUID | None) -> Sequence[MailRow]:
        """Return mails, newest first, that are older than *before*."""
        ...

    async def one(self, tenant_id: UUID, message_id: UUID) -> MailRow | None:
        """Return one mail."""
        ...


class Recipients(Protocol):
    """The people that mails may go to."""

    async def find(self, user_id: UUID) -> Recipient | None:
        """Return a person, None when not known yet. Raises: Unsealable when the person was forgotten."""
        ...


class AddressBook(Protocol):
    """The same people, many at a time."""

    async def all(self, user_ids: Collection[UUID]) -> Mapping[UUID, Recipient]:
        """Return those who are known and were not forgotten, with one look at the keys."""
        ...


class OneTimeSecrets(Protocol):
    """Links and codes, held by identity."""

    async def fetch(self, mail: QueuedMail) -> str:
        """Return the token or code of a mail. Raises: Gone, NotFound, Unavailable."""
        ...


class Letters(Protocol):
    """Writes mails in the recipient's language and zone."""

    def write(self, mail: QueuedMail, to: Recipient, secret: str) -> Letter:
        """Return the mail."""
        ...

    def tell(self, mail: QueuedMail, to: Recipient, bulletin: Bulletin) -> Letter:
        """Return a mail that tells of contracts."""
        ...


class Post(Protocol):
    """Hands mails to a mail server."""

    async def send(self, letter: Letter) -> None:
        """Return when the server has taken it over. Raises: MailNotNow, MailRefused."""
        ...
