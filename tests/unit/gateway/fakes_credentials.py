# ruff: noqa: ARG002 - fakes take what the ports give
"""Identity for administrators and for people about themselves, small and in memory."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from gateway.application.asked import Asked
from gateway.application.credentials import (
    ActivationSent,
    CompanyLogin,
    CompanyLoginPage,
    CredentialState,
    LoginPage,
    LoginRecord,
    LoginResult,
    LoginsWanted,
    NotOf,
    OwnSession,
)
from gateway.application.directory import Done
from gateway.application.session import Session
from kernel.domain.errors import Denied, NotFound
from tests.unit.gateway.fakes import NOW, OTHER_TENANT, SESSION_ID, TENANT, USER
from tests.unit.gateway.fakes_people import UserUnknown
from tests.unit.gateway.parts import part
from tests.unit.gateway.samples_people import COLLEAGUE, OTHER_SESSION, POSITION, STRANGER

FOREIGN_SESSION = UUID("019abcde-0000-7000-8000-000000000777")
"""A session of the other tenant's administrator."""


class SessionUnknown(NotFound):
    """As identity says it."""

    code = "session-unknown"


class PasswordWrong(Denied):
    """As identity says it."""

    code = "current-password-wrong"


class CodeWrong(Denied):
    """As identity says it."""

    code = "code-wrong"


@dataclass
class FakeCredentials:
    """Identity for administrators and for oneself; knows two people of the first tenant."""

    known: dict[UUID, CredentialState] = field(
        default_factory=lambda: {
            USER: CredentialState(state="ACTIVE", second_factor="TOTP", last_login_at=NOW),
            COLLEAGUE: CredentialState(
                state="PENDING_ACTIVATION",
                second_factor="TOTP",
                activation=ActivationSent(state="OPEN", expires_at=NOW + timedelta(hours=72)),
            ),
        }
    )
    own: list[OwnSession] = field(
        default_factory=lambda: [
            OwnSession(session_id=SESSION_ID, started_at=NOW, method="TOTP", current=True),
            OwnSession(session_id=OTHER_SESSION, started_at=NOW - timedelta(hours=1), method="TOTP"),
        ]
    )
    theirs: list[OwnSession] = field(
        default_factory=lambda: [OwnSession(session_id=FOREIGN_SESSION, started_at=NOW, method="TOTP")]
    )
    """Of the other tenant's administrator, as are their logins."""
    their_records: list[LoginRecord] = field(
        default_factory=lambda: [
            LoginRecord(at=NOW, outcome=one, client_ip="よその") for one in ("PASSED", "CODE_WRONG")
        ]
    )
    records: list[LoginRecord] = field(
        default_factory=lambda: [LoginRecord(at=NOW, outcome="PASSED", method="TOTP", client_ip="192.0.2.7")]
    )
    company: dict[UUID, list[CompanyLogin]] = field(
        default_factory=lambda: {
            TENANT: [
                CompanyLogin(user_id=USER, at=NOW, outcome="PASSED", method="TOTP", client_ip="192.0.2.7"),
                CompanyLogin(user_id=COLLEAGUE, at=NOW - timedelta(hours=1), outcome="PASSWORD_WRONG"),
            ],
            OTHER_TENANT: [
                CompanyLogin(user_id=STRANGER, at=NOW, outcome=one, client_ip="よその")
                for one in ("PASSED", "CODE_WRONG")
            ],
        }
    )
    asked_for: list[LoginsWanted] = field(default_factory=list)
    password: str = "correct horse battery"
    code: str = "492039"
    calls: list[tuple[str, Any, Asked]] = field(default_factory=list)
    refusal: Exception | None = None
    """What the next change is refused with."""

    async def credential(self, session: Session, user_id: UUID, asked: Asked) -> CredentialState:
        return self._known(session, user_id)

    async def unlock(self, session: Session, user_id: UUID, asked: Asked) -> Done:
        return self._done("unlock", session, user_id, asked)

    async def resend_activation(self, session: Session, user_id: UUID, asked: Asked) -> Done:
        return self._done("resend_activation", session, user_id, asked)

    async def reset_second_factor(self, session: Session, user_id: UUID, asked: Asked) -> Done:
        return self._done("reset_second_factor", session, user_id, asked)

    async def change_password(
        self, session: Session, current: str, new: str, *, not_of: NotOf, end_others: bool, asked: Asked
    ) -> Done:
        self.calls.append(("change_password", end_others, asked))
        self._refuse()
        if current != self.password:
            raise PasswordWrong
        self.password = new
        return Done(positions=(POSITION,))

    async def sessions(self, session: Session, asked: Asked) -> Sequence[OwnSession]:
        return self._of(session)

    async def end_one(self, session: Session, session_id: UUID, asked: Asked) -> Done:
        mine = self._of(session)
        if session_id not in {one.session_id for one in mine}:
            raise SessionUnknown
        self.calls.append(("end_one", session_id, asked))
        mine[:] = [one for one in mine if one.session_id != session_id]
        return Done(positions=(POSITION,))

    async def end_others(self, session: Session, asked: Asked) -> Done:
        self.calls.append(("end_others", None, asked))
        self.own = [one for one in self.own if one.current]
        return Done(positions=(POSITION,))

    async def logins(self, session: Session, limit: int, cursor: str | None, asked: Asked) -> LoginPage:
        mine = {USER: self.records, STRANGER: self.their_records}
        return LoginPage(**part(session, mine.get(session.user_id, []), limit, cursor))

    async def logins_of(
        self, session: Session, user_id: UUID, limit: int, cursor: str | None, asked: Asked
    ) -> LoginPage:
        if (session.tenant_id, user_id) == (OTHER_TENANT, STRANGER):
            return LoginPage(**part(session, self.their_records, limit, cursor))
        self._known(session, user_id)
        return LoginPage(**part(session, self.records, limit, cursor))

    async def company_logins(
        self, session: Session, wanted: LoginsWanted, limit: int, cursor: str | None, asked: Asked
    ) -> CompanyLoginPage:
        self.asked_for.append(wanted)
        rows = [
            one
            for one in self.company.get(session.tenant_id, [])
            if wanted.user_id in (None, one.user_id)
            and wanted.result in (None, LoginResult.SUCCEEDED if one.outcome == "PASSED" else LoginResult.REFUSED)
            and (wanted.since is None or one.at > wanted.since)
            and (wanted.until is None or one.at <= wanted.until)
        ]
        return CompanyLoginPage(**part(session, rows, limit, cursor))

    async def issue_recovery_codes(self, session: Session, code: str, asked: Asked) -> Sequence[str]:
        self.calls.append(("issue_recovery_codes", None, asked))
        if code != self.code:
            raise CodeWrong(tries_left=4)
        return [f"code-{number:02}" for number in range(10)]

    def _of(self, session: Session) -> list[OwnSession]:
        return {USER: self.own, STRANGER: self.theirs}.get(session.user_id, [])

    def _known(self, session: Session, user_id: UUID) -> CredentialState:
        if session.tenant_id != TENANT or user_id not in self.known:
            raise UserUnknown
        return self.known[user_id]

    def _done(self, name: str, session: Session, user_id: UUID, asked: Asked) -> Done:
        self._known(session, user_id)
        self.calls.append((name, user_id, asked))
        self._refuse()
        return Done(positions=(POSITION,))

    def _refuse(self) -> None:
        refusal, self.refusal = self.refusal, None
        if refusal is not None:
            raise refusal
