"""Mails and people of these tests."""

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from uuid import UUID

from services.notifier.adapters.letters import SUBJECTS, Letterhead, TemplateLetters
from services.notifier.adapters.return_paths import ReturnPaths
from services.notifier.application.bulletin import Bulletin
from services.notifier.application.ports import Letter, QueuedMail, Recipient
from services.notifier.domain.events import Template

NOW = datetime(2026, 11, 23, 1, 46, 36, tzinfo=UTC)
LATER = datetime(2026, 11, 24, 1, 46, 36, tzinfo=UTC)
MESSAGE, USER, TENANT, SECRET = (UUID(int=number) for number in (1, 2, 3, 4))
TOKEN = "tok3n-_x"
HANAKO = Recipient(email="hanako.sato@example.co.jp", name="佐藤 花子", language="ja", timezone="Asia/Tokyo")
JANE = Recipient(email="jane@example.com", name="Jane Doe", language="en", timezone="UTC")
MAIL = QueuedMail(
    message_id=MESSAGE,
    tenant_id=TENANT,
    user_id=USER,
    template=Template.ACTIVATION,
    secret_id=SECRET,
    cause_id=f"{USER}/2",
    cause_type="portal.credential.activation-issued.v1",
    correlation_id=UUID(int=5),
    traceparent=None,
    not_after=LATER,
    caused_at=NOW,
)
HEAD = Letterhead(
    public_url="https://portal.example.jp",
    sender="b-portal@ntt.com",
    reply_to="b-portal@ntt.com",
    subjects={
        **SUBJECTS,
        (Template.ACTIVATION, "ja"): "NTTコミュニケーションズ ビジネスポータル ユーザ登録受付メール",
        (Template.ACTIVATION, "en"): "NTT Communications Business Portal: your user registration",
    },
)
PATHS = ReturnPaths(b"p" * 32, "b-portal@ntt.com")
LETTERS = TemplateLetters(HEAD, lambda: NOW, PATHS.of)


NASTY = [
    "Eve\r\nBcc: all@example.com",
    "Eve\nSubject: other",
    "Eve\u2028Bcc: x@example.com",
    'Eve" <eve@example.com>, "x',
    "<script>alert(1)</script>",
    "=?utf-8?q?=0ABcc:_x@example.com?=",
    "佐藤, 花子 (営業)",
    "花" * 100,
    "\x00\x07\x1b",
    "http://evil.example/ 佐藤",
    "\u202egpj.ecilA\u202c \u2066x\u2069",
    "عائشة\u200f محمد",
    "e\u0301ve \u200bmall",
]
"""What somebody may type into a name or a title."""


def write(to: Recipient = HANAKO, secret: str = TOKEN, **of_mail: object) -> EmailMessage:
    """Write a mail, send it through bytes as a server would, and read it again."""
    return _read(LETTERS.write(replace(MAIL, **of_mail), to, secret))  # type: ignore[arg-type]


def told(template: Template, of: Bulletin, to: Recipient = HANAKO) -> EmailMessage:
    """Write a mail about contracts, and read it as well."""
    return _read(LETTERS.tell(replace(MAIL, template=template), to, of))


def _read(letter: Letter) -> EmailMessage:
    read = message_from_bytes(letter.message.as_bytes(), policy=policy.default)
    assert isinstance(read, EmailMessage)
    return read


def text(mail: EmailMessage, kind: str = "plain") -> str:
    """Return the mail's text or its HTML."""
    body = mail.get_body((kind,))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")
