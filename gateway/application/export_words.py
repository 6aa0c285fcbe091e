"""People and changes as lines of exported files, in the exporter's language. Next stop: spreadsheet.py."""

from collections.abc import Sequence

from gateway.application.credentials import CompanyLogin
from gateway.application.directory import HistoryEntry, Person

HEADING = (
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

DELETED_PERSON = ("削除されたユーザー", "Deleted user")

_HISTORY = (
    ("日時", "When"),
    ("操作した人", "Who"),
    ("操作した人のID", "Who, as an id"),
    ("接続元", "From"),
    ("ブラウザ", "Browser"),
    ("項目", "Field"),
    ("変更前", "Before"),
    ("変更後", "After"),
    ("できごと", "Fact"),
    ("原因", "Cause"),
    ("操作番号", "Correlation"),
)

_LOGINS = (
    ("日時", "When"),
    ("お名前", "Name"),
    ("ユーザーID", "User, as an id"),
    ("結果", "Result"),
    ("2段階認証", "Second factor"),
    ("接続元", "From"),
    ("ブラウザ", "Browser"),
)

WORDS = {
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
    return [words[_place(language)] for words in HEADING]


def row(person: Person, language: str) -> Sequence[str | None]:
    """Return a person's line; times are UTC, for a file has no zone of its own."""
    return [
        person.name,
        person.email,
        person.title,
        WORDS[person.role][_place(language)],
        person.phone_number,
        person.mobile_phone_number,
        WORDS[person.status][_place(language)],
        person.second_factor,
        ", ".join(group.name for group in person.groups),
        person.last_login_at.strftime("%Y-%m-%dT%H:%M:%SZ") if person.last_login_at else None,
        person.mail_language,
        person.timezone,
        person.comment,
    ]


def history_heading(language: str) -> Sequence[str]:
    """Return the names of the columns of a history."""
    return [words[_place(language)] for words in _HISTORY]


def history_row(entry: HistoryEntry, language: str) -> Sequence[str | None]:
    """Return the line of one change; fields and values as the API has them, so that programs can go by them."""
    return [
        entry.at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        entry.by_name or (DELETED_PERSON[_place(language)] if entry.by.startswith("user:") else None),
        entry.by,
        entry.client_ip,
        entry.user_agent,
        entry.field,
        entry.old,
        entry.new,
        entry.fact,
        entry.cause,
        str(entry.correlation_id) if entry.correlation_id else None,
    ]


def login_heading(language: str) -> Sequence[str]:
    """Return the names of the columns of a list of logins."""
    return [words[_place(language)] for words in _LOGINS]


def login_row(login: CompanyLogin, language: str) -> Sequence[str | None]:
    """Return the line of one login; what came of it as the API has it, so that programs can go by it."""
    return [
        login.at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        login.name or DELETED_PERSON[_place(language)],
        str(login.user_id),
        login.outcome,
        login.method,
        login.client_ip,
        login.user_agent,
    ]


def _place(language: str) -> int:
    return 1 if language == "en" else 0
