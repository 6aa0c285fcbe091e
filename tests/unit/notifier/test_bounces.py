"""Reports of mails that could not be delivered: what is believed of them, and what is kept."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.testing import InMemoryStore, StillClock
from services.notifier.adapters.reports import Reports
from services.notifier.adapters.return_paths import ReturnPaths
from services.notifier.application.bounces import Bounces
from services.notifier.application.handlers import MessageHandlers
from services.notifier.domain.bounce import Verdict, verdict
from services.notifier.domain.errors import BounceUnknown, BounceUnreadable
from services.notifier.domain.events import MessageBounced, MessageDelayed, SuppressionReason
from tests.unit.notifier.mails import MAIL, MESSAGE, NOW, PATHS, TENANT, USER
from tests.unit.notifier.reports import returned

OURS = PATHS.of(MESSAGE)
FIRST = "Final-Recipient: rfc822; other@example.co.jp\r\nAction: relayed\r\nStatus: 2.0.0"


async def _sent() -> InMemoryStore:
    store = InMemoryStore()
    messages = MessageHandlers(store, StillClock(NOW))
    await messages.queue(MAIL)
    await messages.sent(MAIL)
    return store


async def _take(store: InMemoryStore, *mails: bytes) -> list[object]:
    bounces = Bounces(MessageHandlers(store, StillClock(NOW)), Reports(PATHS).read)
    before = len(store.log)
    for raw in mails:
        await bounces.take(raw, "operator:mx")
    return [fact.event for fact in store.log[before:]]


@given(number=st.uuids())
def test_a_return_path_names_its_mail_and_nothing_else(number: UUID) -> None:
    address = PATHS.of(number)
    local, _, domain = address.partition("@")
    assert len(local) <= 64
    assert domain == "ntt.com"
    assert PATHS.mails([f"<{address}>"]) == [number]
    assert PATHS.mails([address.upper()]) == [number]


@pytest.mark.parametrize("at", [*range(9, 51)])
def test_s48_an_address_with_one_other_letter_is_believed_nowhere(at: int) -> None:
    other = "a" if OURS[at] != "a" else "b"
    assert PATHS.mails([OURS[:at] + other + OURS[at + 1 :]]) == []


@pytest.mark.parametrize(
    "address",
    [
        "b-portal@ntt.com",
        "b-portal+@ntt.com",
        f"b-portal+{'a' * 42}@ntt.com",
        OURS.replace("@ntt.com", "@ntt.com.evil.example"),
        OURS.replace("@ntt.com", "@evil.example"),
        ReturnPaths(b"q" * 32, "b-portal@ntt.com").of(MESSAGE),
    ],
)
def test_s48_what_we_did_not_sign_is_no_return_path(address: str) -> None:
    assert PATHS.mails([address]) == []


def test_a_return_path_too_long_for_mail_is_refused_at_the_start() -> None:
    with pytest.raises(ValueError, match="21 characters"):
        ReturnPaths(b"p" * 32, f"{'a' * 22}@ntt.com")


async def test_m11_a_report_of_a_lasting_failure_is_noted_once_with_its_number_alone() -> None:
    store = await _sent()
    facts = await _take(store, returned(OURS), returned(OURS))
    assert facts == [MessageBounced(message_id=MESSAGE, user_id=USER, status="5.1.1", at=NOW)]
    last = store.log[-1]
    assert (last.tenant_id, last.meta.correlation_id) == (TENANT, MAIL.correlation_id)
    assert last.meta.causation_id == f"{MESSAGE}/2"
    assert "hanako" not in repr(store.log)


async def test_m11_trouble_that_may_pass_is_noted_and_marks_nothing() -> None:
    facts = await _take(await _sent(), returned(OURS, action="delayed", status="4.4.1"), returned(OURS, status="4.4.7"))
    assert facts == [
        MessageDelayed(message_id=MESSAGE, user_id=USER, status=status, at=NOW) for status in ("4.4.1", "4.4.7")
    ]


async def test_m11_after_trouble_that_may_pass_it_may_bounce_for_good() -> None:
    facts = await _take(await _sent(), returned(OURS, action="delayed", status="4.4.1"), returned(OURS))
    assert [type(fact) for fact in facts] == [MessageDelayed, MessageBounced]


async def test_a_report_about_several_recipients_is_read_for_the_one_that_failed() -> None:
    assert len(await _take(await _sent(), returned(OURS, before=FIRST))) == 1


async def test_an_international_report_is_read_alike() -> None:
    raw = returned(OURS, part="message/global-delivery-status", before=FIRST)
    assert [type(fact) for fact in await _take(await _sent(), raw)] == [MessageBounced]


@pytest.mark.parametrize(
    "to", ["b-portal@ntt.com", PATHS.of(UUID(int=77)), ReturnPaths(b"q" * 32, "b-portal@ntt.com").of(MESSAGE)]
)
async def test_s48_forged_and_unknown_are_refused_alike_and_nothing_is_noted(to: str) -> None:
    store = await _sent()
    for raw in (returned(to), returned(to, action="nonsense"), b"", b"no mail at all"):
        with pytest.raises(BounceUnknown) as refused:
            await _take(store, raw)
        assert (refused.value.detail, refused.value.extra) == ("", {})
    assert len(store.log) == 2


@pytest.mark.parametrize(
    "raw",
    [
        returned(OURS, kind="multipart/mixed"),
        returned(OURS, kind="multipart/report; report-type=feedback-report"),
        returned(OURS, action="delivered", status="2.0.0"),
        returned(OURS, action="failed", status="2.0.0"),
        returned(OURS, action="expanded", status="5.1.1"),
        returned(OURS, status="5.1.1.1.1"),
        returned(OURS, status="\u0665.\u0661.\u0661"),
        f"To: {OURS}\r\nSubject: Out of office\r\n\r\nBack on Monday".encode(),
    ],
)
async def test_s45_what_is_no_report_of_a_failure_is_not_read(raw: bytes) -> None:
    with pytest.raises(BounceUnreadable):
        await _take(await _sent(), raw)


async def test_a_mail_that_bounces_before_its_sending_is_noted_is_not_sent_again() -> None:
    store = InMemoryStore()
    messages = MessageHandlers(store, StillClock(NOW))
    await messages.queue(MAIL)
    assert [type(fact) for fact in await _take(store, returned(OURS))] == [MessageBounced]
    assert (await messages.queue(MAIL)).ended


async def test_a_mail_that_was_never_handed_over_cannot_bounce() -> None:
    store = InMemoryStore()
    messages = MessageHandlers(store, StillClock(NOW))
    await messages.queue(MAIL)
    await messages.suppressed(MAIL, SuppressionReason.EXPIRED)
    assert await _take(store, returned(OURS)) == []


def test_a_status_of_five_is_lasting_only_where_the_server_gave_up() -> None:
    assert verdict("failed", "5.2.2 (mailbox full)") == Verdict("5.2.2", lasting=True)
    assert verdict(" Delayed ", "5.2.2") == Verdict("5.2.2", lasting=False)
    assert verdict("FAILED", "4.4.7") == Verdict("4.4.7", lasting=False)


@given(raw=st.binary(max_size=400), cut=st.integers(0, 900))
def test_whatever_comes_it_is_a_report_or_none(raw: bytes, cut: int) -> None:
    for mail in (raw, returned(OURS)[:cut] + raw + returned(OURS)[cut:]):
        report = Reports(PATHS).read(mail)
        assert report.message_ids or not report.action + report.status


def test_a_mail_of_a_thousand_parts_in_one_another_is_read_or_refused_without_breaking() -> None:
    deep = "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\r\n\r\n--b{n}\r\n' for n in range(3000))
    raw = f"To: {OURS}\r\n{deep}".encode()
    assert Reports(PATHS).read(raw).action == ""
