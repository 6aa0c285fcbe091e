"""Which facts of identity become a mail, and which do not."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from kernel.application.consume import Incoming
from kernel.testing import ids
from services.notifier.application.ports import ChangedRecipient, QueuedMail, SealedRecipient
from services.notifier.consumers.identity import (
    NOTICE_LIFE,
    ActivationIssued,
    MailCodeIssued,
    Mails,
    PasswordChanged,
    PasswordSet,
    RecoveryCodesIssued,
    SecondFactorChanged,
    TotpEnrolled,
)
from services.notifier.consumers.users import NotificationsChosen, ProfileChanged, Recipients, UserDeleted
from services.notifier.domain.events import Template
from tests.unit.notifier.mails import NOW, TENANT, USER

LINK, THING = UUID(int=21), UUID(int=22)
LATER = NOW + timedelta(hours=72)


@dataclass
class Desk:
    """An intake in memory."""

    known: Template | None = None
    queued: list[QueuedMail] = field(default_factory=list)
    changes: list[Any] = field(default_factory=list)

    async def keep(self, transaction: Any, person: SealedRecipient) -> None:
        raise NotImplementedError

    async def change(self, transaction: Any, person: ChangedRecipient) -> None:
        assert transaction is None
        self.changes.append(person)

    async def refuse(
        self, transaction: Any, user_id: UUID, kinds: Collection[str], daily: Collection[str] = ()
    ) -> None:
        assert transaction is None
        self.changes.append((user_id, tuple(kinds), tuple(daily)))

    async def forget(self, transaction: Any, user_id: UUID) -> None:
        assert transaction is None
        self.changes.append(user_id)

    async def find(self, transaction: Any, message_id: UUID) -> QueuedMail | None:
        assert transaction is None
        return next((one for one in self.queued if one.message_id == message_id), None)

    async def template_of(self, transaction: Any, secret_id: UUID) -> Template | None:
        assert (transaction, secret_id) == (None, LINK)
        return self.known

    async def queue(self, transaction: Any, *mails: QueuedMail) -> None:
        assert transaction is None
        self.queued += mails


ABOUT = Incoming(
    type="portal.some.fact.v1",
    stream_id=USER,
    version=7,
    tenant_id=TENANT,
    source="identity",
    partition=0,
    position=1,
    previous=0,
    epoch=1,
    recorded_at=NOW,
    correlation_id=UUID(int=9),
    causation_id=None,
    traceparent=None,
    data=b"",
)


async def _queued(fact: Any, known: Template | None = None) -> list[QueuedMail]:
    desk = Desk(known)
    await Mails(desk, ids())(fact, ABOUT, None)
    return desk.queued


@pytest.mark.parametrize("purpose", ["ACTIVATION", "PASSWORD_RESET", "FACTOR_RESET"])
async def test_each_link_is_mailed_with_the_words_of_its_purpose(purpose: Any) -> None:
    fact = ActivationIssued(user_id=USER, activation_id=LINK, purpose=purpose, expires_at=LATER)
    (mail,) = await _queued(fact)
    assert (mail.template, mail.secret_id, mail.not_after) == (Template(purpose), LINK, LATER)
    assert mail.cause_type == "portal.some.fact.v1"
    assert (mail.cause_id, mail.caused_at, mail.tenant_id) == (f"{USER}/7", NOW, TENANT)


async def test_s14_a_code_is_mailed() -> None:
    (mail,) = await _queued(MailCodeIssued(user_id=USER, challenge_id=THING, expires_at=LATER))
    assert (mail.template, mail.secret_id) == (Template.MAIL_CODE, THING)
    fact = MailCodeIssued(user_id=USER, challenge_id=THING, purpose="STEP_UP", expires_at=LATER)
    (mail,) = await _queued(fact)
    assert (mail.template, mail.secret_id) == (Template.STEP_UP_CODE, THING)


@pytest.mark.parametrize(
    ("fact", "known", "template"),
    [
        (PasswordChanged(user_id=USER, password_id=THING, at=NOW), None, Template.PASSWORD_CHANGED),
        (
            PasswordSet(user_id=USER, activation_id=LINK, at=NOW),
            Template.PASSWORD_RESET,
            Template.PASSWORD_CHANGED,
        ),
        (
            TotpEnrolled(user_id=USER, activation_id=LINK, at=NOW),
            Template.FACTOR_RESET,
            Template.SECOND_FACTOR_CHANGED,
        ),
        (SecondFactorChanged(user_id=USER, setup=False, at=NOW), None, Template.SECOND_FACTOR_CHANGED),
        (RecoveryCodesIssued(user_id=USER, codes_id=THING, at=NOW), None, Template.RECOVERY_CODES_ISSUED),
    ],
)
async def test_asvs_6_3_7_whoever_could_log_in_is_told_when_what_they_prove_it_with_changes(
    fact: Any, known: Template | None, template: Template
) -> None:
    (mail,) = await _queued(fact, known)
    assert (mail.template, mail.user_id, mail.not_after) == (template, USER, NOW + NOTICE_LIFE)


@pytest.mark.parametrize(
    ("fact", "known"),
    [
        (PasswordSet(user_id=USER, activation_id=LINK, at=NOW), Template.ACTIVATION),
        (PasswordSet(user_id=USER, activation_id=LINK, at=NOW), None),
        (TotpEnrolled(user_id=USER, activation_id=LINK, at=NOW), Template.ACTIVATION),
        (SecondFactorChanged(user_id=USER, setup=True, at=NOW), None),
    ],
)
async def test_nobody_is_told_of_what_they_set_up_for_the_first_time_or_of_what_a_link_tells(
    fact: Any, known: Template | None
) -> None:
    assert await _queued(fact, known) == []


async def test_s30_mails_follow_the_name_language_and_zone_of_a_person_until_there_is_none() -> None:
    desk = Desk()
    changed = ProfileChanged(user_id=USER, name="enc:v1:x", mail_language="en", timezone="UTC")
    await Recipients(desk)(changed, ABOUT, None)
    await Recipients(desk)(NotificationsChosen(user_id=USER, refused=("FAULT",), daily=("MAINTENANCE",)), ABOUT, None)
    await Recipients(desk)(UserDeleted(user_id=USER), ABOUT, None)
    assert desk.changes == [
        ChangedRecipient(user_id=USER, name="enc:v1:x", language="en", timezone="UTC"),
        (USER, ("FAULT",), ("MAINTENANCE",)),
        USER,
    ]
