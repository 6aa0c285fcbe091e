"""A person as a line of an exported file, in the exporter's language. Next stop: api/spreadsheet.py."""

from collections.abc import Sequence

from gateway.application.directory import Person

_HEADING = (
    ("お名前", "Name"),
    ("メールアドレス", "Mail address"),
    ("役職", "Title"),
    ("権限", "Role"),
    ("電話番号", "Phone number"),
    ("携帯電話番号", "Mobile phone number"),
    ("状態", "Status"),
    ("2段階認証", "Second factor"),
    ("グループ", "Groups"),
    ("最終ログイン日時", "Last login"),
    ("メール言語", "Mail language"),
    ("タイムゾーン", "Time zone"),
    ("備考", "Comment"),
)

_WORDS = {
    "PORTAL_ADMIN": ("ポータル管理者", "Portal administrator"),
    "GENERAL_USER": ("一般ユーザー", "General user"),
    "PENDING_ACTIVATION": ("初回ログイン待ち", "Waiting for first login"),
    "ACTIVE": ("有効", "Active"),
    "SUSPENDED": ("停止中", "Suspended"),
    "LOCKED": ("ロック中", "Locked"),
    "DELETED": ("削除済み", "Deleted"),
}


def heading(language: str) -> Sequence[str]:
    """Return the names of the columns."""
    return [words[_place(language)] for words in _HEADING]


def row(person: Person, language: str) -> Sequence[str | None]:
    """Return a person's line; times are UTC, for a file has no zone of its own."""
    return [
        person.name,
        person.email,
        person.title,
        _WORDS[person.role][_place(language)],
        person.phone_number,
        person.mobile_phone_number,
        _WORDS[person.status][_place(language)],
        person.second_factor,
        ", ".join(group.name for group in person.groups),
        person.last_login_at.strftime("%Y-%m-%dT%H:%M:%SZ") if person.last_login_at else None,
        person.mail_language,
        person.timezone,
        person.comment,
    ]


def _place(language: str) -> int:
    return 1 if language == "en" else 0
