"""Writes mails: text first, then the same as plain HTML, in the person's language and zone. Next stop: smtp.py."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime
from pathlib import Path
from typing import TypeAlias
from uuid import UUID

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from kernel.application.ports import Clock
from services.notifier.adapters.notice_lines import lines_of, subject
from services.notifier.adapters.notice_words import WORDS
from services.notifier.adapters.plain_text import local_time, one_line, span
from services.notifier.application.bulletin import Bulletin
from services.notifier.application.ports import Letter, MailRefused, QueuedMail, Recipient
from services.notifier.domain.events import Template
from services.notifier.domain.pace import Pace

TEMPLATES = Path(__file__).parents[1] / "templates"
Subjects: TypeAlias = Mapping[tuple[Template, str], str]
HARD_BREAK = "\\"
HELP_PATH = "/help/tutorial/firstlogin/"
WISHES_PATH = "/settings/notifications"

SUBJECTS: Subjects = {
    (Template.PASSWORD_RESET, "ja"): "NTTコミュニケーションズ ビジネスポータル パスワード再設定のご案内",
    (Template.PASSWORD_RESET, "en"): "NTT Communications Business Portal: set a new password",
    (Template.MAIL_CODE, "ja"): "NTTコミュニケーションズ ビジネスポータル 認証コードのお知らせ",
    (Template.MAIL_CODE, "en"): "NTT Communications Business Portal: your login code",
    (Template.STEP_UP_CODE, "ja"): "NTTコミュニケーションズ ビジネスポータル 設定変更の確認コード",
    (Template.STEP_UP_CODE, "en"): "NTT Communications Business Portal: your code to change security settings",
    (Template.FACTOR_RESET, "ja"): "NTTコミュニケーションズ ビジネスポータル 第2段階認証の再設定のお願い",
    (Template.FACTOR_RESET, "en"): "NTT Communications Business Portal: set up your second factor again",
    (Template.PASSWORD_CHANGED, "ja"): "NTTコミュニケーションズ ビジネスポータル パスワード変更のお知らせ",
    (Template.PASSWORD_CHANGED, "en"): "NTT Communications Business Portal: your password was changed",
    (Template.SECOND_FACTOR_CHANGED, "ja"): "NTTコミュニケーションズ ビジネスポータル 第2段階認証の変更のお知らせ",
    (Template.SECOND_FACTOR_CHANGED, "en"): "NTT Communications Business Portal: your second factor was changed",
    (Template.RECOVERY_CODES_ISSUED, "ja"): "NTTコミュニケーションズ ビジネスポータル リカバリーコード発行のお知らせ",
    (Template.RECOVERY_CODES_ISSUED, "en"): "NTT Communications Business Portal: recovery codes were issued",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    """What stands on every mail."""

    public_url: str
    """The only source of links."""
    sender: str
    reply_to: str
    subjects: Subjects
    pace: Pace = field(default_factory=Pace)
    """What mails about contracts say of how often they come."""


class TemplateLetters:
    """Writes mails from the texts beside this package."""

    def __init__(self, head: Letterhead, now: Clock, return_path: Callable[[UUID], str]) -> None:
        self._head = head
        self._return_path = return_path
        self._now = now
        self._url = head.public_url.rstrip("/")
        self._domain = head.sender.rpartition("@")[2]
        self._texts = Environment(
            loader=FileSystemLoader(TEMPLATES),
            undefined=StrictUndefined,
            autoescape=select_autoescape(["html"], default=False),
            trim_blocks=True,
        )

    def write(self, mail: QueuedMail, to: Recipient, secret: str) -> Letter:
        """Return the mail. Raises: MailRefused when the address is none."""
        language = _language(to)
        marked = self._texts.get_template(f"{mail.template.lower()}.{language}.txt").render(
            name=one_line(to.name),
            secret=secret,
            at=local_time(mail.caused_at, to.timezone),
            until=local_time(mail.not_after, to.timezone),
            link=f"{self._url}/activate/{secret}",
            login_url=f"{self._url}/",
            help_url=f"{self._url}{HELP_PATH}",
        )
        return self._letter(mail, to, self._head.subjects[mail.template, language], marked)

    def tell(self, mail: QueuedMail, to: Recipient, bulletin: Bulletin) -> Letter:
        """Return a mail that tells of contracts. Raises: MailRefused when the address is none."""
        language = _language(to)
        words, pace = WORDS[language], self._head.pace
        marked = self._texts.get_template(f"notice.{language}.txt").render(
            name=one_line(to.name),
            lead=words[f"lead.{mail.template}"],
            items=[lines_of(item, words, to.timezone, self._url) for item in bulletin.items],
            total=bulletin.total,
            rest=bulletin.total - len(bulletin.items),
            digest=mail.template is Template.DIGEST,
            gap=span(pace.gap, language),
            longest=span(pace.longest, language),
            login_url=f"{self._url}/",
            wishes_url=f"{self._url}{WISHES_PATH}",
        )
        letter = self._letter(mail, to, subject(mail.template, bulletin, words), marked)
        # Mail programs offer it as a button. See: RFC 2369, section 3.2; it leads to the person's own choice.
        letter.message["List-Unsubscribe"] = f"<{self._url}{WISHES_PATH}>"
        stories = {item.telling.story_id for item in bulletin.items}
        if len(stories) == 1 and bulletin.total == len(bulletin.items):
            # No mail has this id; what names the same one is shown together by mail programs. See: RFC 5322, 3.6.4.
            letter.message["References"] = f"<{stories.pop()}@{self._domain}>"
        return letter

    def _letter(self, mail: QueuedMail, to: Recipient, subject: str, marked: str) -> Letter:
        """Return a mail of a text whose lines end in a backslash where they must stay apart."""
        language = _language(to)
        page = self._texts.get_template("letter.html").render(
            language=language, subject=subject, paragraphs=self._paragraphs(marked, WORDS[language]["joint"])
        )
        message = self._headed(mail, to, subject)
        message.set_content("\n".join(line.removesuffix(HARD_BREAK) for line in marked.splitlines()) + "\n")
        message.add_alternative(page, subtype="html")
        message["Content-Language"] = language
        return Letter(sender=self._return_path(mail.message_id), recipient=to.email, message=message)

    def _headed(self, mail: QueuedMail, to: Recipient, subject: str) -> EmailMessage:
        message = EmailMessage(policy=SMTP if to.email.isascii() else SMTPUTF8)
        message["From"] = self._head.sender
        message["Reply-To"] = self._head.reply_to
        try:
            message["To"] = Address(_as_typed(to.name), addr_spec=to.email)
        except (ValueError, IndexError, MessageError) as broken:
            raise MailRefused("ADDRESS_MALFORMED") from broken
        message["Subject"] = _as_typed(subject)
        message["Date"] = format_datetime(self._now())
        # The same for every try of the same mail, so that a second copy is known as one.
        message["Message-ID"] = f"<{mail.message_id}@{self._domain}>"
        message["Auto-Submitted"] = "auto-generated"
        return message

    def _paragraphs(self, marked: str, joint: str) -> list[list[Markup | str]]:
        """Return the text's paragraphs, each as the lines that must stay apart; links to the portal as such."""
        found = []
        for paragraph in marked.strip().split("\n\n"):
            lines = [""]
            for line in paragraph.splitlines():
                lines[-1] += (joint if lines[-1] else "") + line.removesuffix(HARD_BREAK)
                if line.endswith(HARD_BREAK):
                    lines.append("")
            found.append([self._linked(line) for line in lines if line])
        return found

    def _linked(self, line: str) -> Markup | str:
        return Markup('<a href="{0}">{0}</a>').format(line) if line.startswith(f"{self._url}/") else line


def _language(to: Recipient) -> str:
    return "ja" if to.language == "ja" else "en"


def _as_typed(text: str) -> str:
    """Return a header's text without encoded words: the library would decode them, and the line ends in them.

    See: RFC 2047, section 2.
    """
    return one_line(text).replace("=?", "= ?")
