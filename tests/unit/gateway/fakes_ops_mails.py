# ruff: noqa: ARG002 - fakes take what the ports give
"""Mails of all companies as the notifier tells them to who operates, in memory."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from gateway.application.asked import Asked
from gateway.application.mails import Receiver
from gateway.application.ops_mails_ports import (
    Kind,
    MailChoice,
    MailFact,
    MailLife,
    MailNow,
    MailReach,
    OpsMail,
    OpsMailsPage,
    Outcome,
    Pause,
    Standing,
    Waiting,
)
from gateway.application.session import Session
from kernel.domain.errors import Denied, Unavailable
from tests.unit.gateway.fakes import NOW, OTHER_TENANT, TENANT
from tests.unit.gateway.fakes_mail import CODE, FAILED, FOREIGN_MAIL, MAIL, CursorUnreadable, MessageUnknown
from tests.unit.gateway.samples_people import COLLEAGUE

MASKED, CLEAR = "i•••@example.co.jp", "ichiro.suzuki@example.co.jp"
ROOM = 30
"""How many mails a page of the tests shows, so that there is a second one."""


def ops_mail(message_id: UUID = MAIL, **changes: Any) -> OpsMail:
    """Return a mail as the notifier tells of it to who operates."""
    mail = OpsMail(
        message_id=message_id,
        tenant_id=TENANT,
        user_id=COLLEAGUE,
        template="PASSWORD_RESET",
        kind=Kind.SECURITY,
        state=Standing.COMPLETED,
        receiver=MASKED,
        try_times=1,
        queued_at=NOW,
        due_at=None,
        in_flight=False,
        not_after=NOW + timedelta(days=1),
        sent_at=NOW,
        ended_at=NOW,
        reason=None,
        delayed=None,
        cause_type="portal.credential.activation-issued.v1",
        cause_id=f"{COLLEAGUE}/7",
        correlation_id=UUID(int=9),
        generation=1,
        resend_of=None,
        resent=False,
    )
    return replace(mail, **changes)


def _mails() -> list[OpsMail]:
    lost = {"sent_at": None, "try_times": 1}
    waits = {"state": Standing.IN_PROGRESS, "ended_at": None, "due_at": NOW + timedelta(minutes=2)}
    return [
        ops_mail(
            FOREIGN_MAIL,
            tenant_id=OTHER_TENANT,
            template="FAULT",
            kind=Kind.FAULT,
            **lost,
            **waits,
            reason="SMTP_CONNECTION",
        ),
        ops_mail(CODE, template="MAIL_CODE", state=Standing.FAILED, reason="SMTP_550", **lost),
        ops_mail(FAILED, state=Standing.BOUNCED, reason="DSN_5.1.1", try_times=1),
        ops_mail(),
    ]


@dataclass
class FakeOpsMailroom:
    """Mails of two companies, newest first."""

    kept: list[OpsMail] = field(default_factory=_mails)
    paused: dict[Kind, str] = field(default_factory=dict)
    done: list[tuple[object, ...]] = field(default_factory=list)
    away: bool = False

    async def now(self, session: Session, asked: Asked) -> MailNow:
        self._answer()
        kinds = [one.kind for one in self.kept if one.due_at]
        return MailNow(
            queue=tuple(
                Waiting(
                    kind=kind,
                    waiting=kinds.count(kind),
                    in_flight=0,
                    put_off=kinds.count(kind),
                    next_try_at=NOW + timedelta(minutes=2),
                    oldest_at=NOW - timedelta(seconds=90),
                )
                for kind in dict.fromkeys(kinds)
            ),
            pauses=tuple(
                Pause(kind=kind, since=NOW, paused_by=f"user:{COLLEAGUE}", reason=why)
                for kind, why in self.paused.items()
            ),
            outcomes=(Outcome(kind=Kind.SECURITY, fact="message.sent", mails=1204),),
        )

    async def page(
        self, session: Session, choice: MailChoice, limit: int, cursor: str | None, asked: Asked
    ) -> OpsMailsPage:
        self._answer()
        if cursor is not None and not cursor.isdecimal():
            raise CursorUnreadable
        start, room = int(cursor or 0), min(limit, ROOM)
        found = [one for one in self.kept if _fits(one, choice)]
        more = str(start + room) if len(found) > start + room else None
        return OpsMailsPage(items=tuple(found[start : start + room]), next_cursor=more)

    async def life(self, session: Session, message_id: UUID, asked: Asked) -> MailLife:
        self._answer()
        said = {"try_times": 1, "reason": "SMTP_451", "next_try_at": "2026-11-23T00:00:05Z"}
        names = ("queued", "deferred", "sent")
        facts = tuple(
            MailFact(
                type=f"message.{name}",
                version=number,
                at=NOW,
                actor="service:notifier",
                said=said if name == "deferred" else {},
            )
            for number, name in enumerate(names, 1)
        )
        return MailLife(mail=self._one(message_id), facts=facts)

    async def receiver(self, session: Session, message_id: UUID, asked: Asked) -> Receiver:
        self._one(message_id)
        return Receiver(name="鈴木 一郎", email=CLEAR)

    async def resend(self, session: Session, choice: MailChoice, asked: Asked, *, dry_run: bool) -> MailReach:
        self._answer()
        found = [self._one(one) for one in choice.mails] or [
            one for one in self.kept if one.state in (Standing.FAILED, Standing.BOUNCED) and _fits(one, choice)
        ]
        codes = sum(one.template == "MAIL_CODE" for one in found)
        self._note(dry_run, "resend", choice)
        return MailReach(mails=len(found) - codes, left=codes)

    async def pause(self, session: Session, kinds: tuple[Kind, ...], reason: str, asked: Asked) -> None:
        self._answer()
        self.paused |= dict.fromkeys(kinds or Kind, reason)
        self.done.append(("pause", kinds))

    async def resume(self, session: Session, kinds: tuple[Kind, ...], asked: Asked) -> None:
        self._answer()
        self.paused = {kind: why for kind, why in self.paused.items() if kinds and kind not in kinds}
        self.done.append(("resume", kinds))

    async def drain(self, session: Session, kinds: tuple[Kind, ...], asked: Asked, *, dry_run: bool) -> MailReach:
        self._answer()
        self._note(dry_run, "drain", kinds)
        return MailReach(mails=sum(bool(one.due_at) for one in self.kept if one.kind in (kinds or Kind)))

    def _note(self, dry_run: bool, *what: object) -> None:
        if not dry_run:
            self.done.append(what)

    def _one(self, message_id: UUID) -> OpsMail:
        found = next((one for one in self.kept if one.message_id == message_id), None)
        if found is None:
            raise MessageUnknown
        return found

    def _answer(self) -> None:
        if self.away:
            raise Unavailable("the notifier is away")


@dataclass
class FakeLinks:
    """Identity, which issues links anew."""

    renewed: list[UUID] = field(default_factory=list)
    """For which people."""

    async def renew(self, session: Session, mail: OpsMail, asked: Asked) -> None:
        self.renewed.append(mail.user_id)


def _fits(one: OpsMail, choice: MailChoice) -> bool:
    return (
        choice.state in (None, one.state)
        and choice.kind in (None, one.kind)
        and choice.tenant_id in (None, one.tenant_id)
    )


@dataclass
class FakeMailDeeds:
    """What was recorded about mails."""

    recorded: list[tuple[UUID, str, MailChoice, str]] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)
    refuses: bool = False
    refusal: Exception | None = None
    """What the next record is refused with."""

    async def record(self, session: Session, deed: str, choice: MailChoice, reason: str, asked: Asked) -> bool:
        if self.refuses:
            raise Denied
        refusal, self.refusal = self.refusal, None
        if refusal is not None:
            raise refusal
        if asked.key in self.keys:
            return False
        self.keys.add(asked.key)
        self.recorded.append((session.user_id, str(deed), choice, reason))
        return True
