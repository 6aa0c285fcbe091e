"""Identity for administrators and for people about themselves, as typed calls. Next stop: services/identity/api."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from gateway.application.asked import Asked
from gateway.application.credentials import (
    CompanyLoginPage,
    CredentialState,
    LoginPage,
    LoginsWanted,
    NotOf,
    OwnSession,
)
from gateway.application.directory import Done
from gateway.application.session import Session
from gateway.clients.answers import read
from gateway.clients.moments import moment
from kernel.adapters.http.client import ServiceClient
from kernel.domain.context import Context

ADMIN = ("credentials:admin",)
SELF = ("credentials:self",)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sessions:
    items: tuple[OwnSession, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Codes:
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CredentialsClient:
    """Calls identity as the person who asks; what is one's own is always that of the session's person."""

    http: ServiceClient

    async def credential(self, session: Session, user_id: UUID, asked: Asked) -> CredentialState:
        """Return how a person's way in stands."""
        context = replace(_by(session, asked), command_id=None)
        return read(CredentialState, (await self.http.get(f"/credentials/{user_id}", ADMIN, context)).body)

    async def unlock(self, session: Session, user_id: UUID, asked: Asked) -> Done:
        """Let a locked person try again."""
        return await self._post(f"/credentials/{user_id}/unlock", None, ADMIN, _by(session, asked))

    async def resend_activation(self, session: Session, user_id: UUID, asked: Asked) -> Done:
        """Mail a new activation link; the one before is dead."""
        return await self._post(f"/credentials/{user_id}/activation", None, ADMIN, _by(session, asked))

    async def reset_second_factor(self, session: Session, user_id: UUID, asked: Asked) -> Done:
        """Have a person prove who they are and set the second factor anew."""
        return await self._post(f"/credentials/{user_id}/second-factor-reset", None, ADMIN, _by(session, asked))

    async def change_password(
        self, session: Session, current: str, new: str, *, not_of: NotOf, end_others: bool, asked: Asked
    ) -> Done:
        """Change the caller's password."""
        body = {
            "current": current,
            "new": new,
            "endOthers": end_others,
            "sessionId": str(session.session_id),
            "email": not_of.email,
            "name": not_of.name,
        }
        return await self._post(_own(session, "password"), body, SELF, _by(session, asked))

    async def sessions(self, session: Session, asked: Asked) -> Sequence[OwnSession]:
        """Return the caller's sessions, newest first."""
        found = read(_Sessions, await self._get(_own(session, "sessions"), session, asked)).items
        return [replace(one, current=one.session_id == session.session_id) for one in found]

    async def end_one(self, session: Session, session_id: UUID, asked: Asked) -> Done:
        """End one of the caller's sessions."""
        body = {"sessionId": str(session_id)}
        return await self._post(_own(session, "sessions/end"), body, SELF, _by(session, asked))

    async def end_others(self, session: Session, asked: Asked) -> Done:
        """End all of the caller's sessions but the one that asks."""
        body = {"others": True, "sessionId": str(session.session_id)}
        return await self._post(_own(session, "sessions/end"), body, SELF, _by(session, asked))

    async def logins(self, session: Session, limit: int, cursor: str | None, asked: Asked) -> LoginPage:
        """Return the caller's logins, newest first."""
        return read(LoginPage, await self._get(_own(session, f"logins?{_part(limit, cursor)}"), session, asked))

    async def logins_of(
        self, session: Session, user_id: UUID, limit: int, cursor: str | None, asked: Asked
    ) -> LoginPage:
        """Return a person's logins, newest first, as an administrator may see them."""
        path, context = f"/credentials/{user_id}/login-history?{_part(limit, cursor)}", _by(session, asked)
        return read(LoginPage, (await self.http.get(path, ADMIN, replace(context, command_id=None))).body)

    async def company_logins(
        self, session: Session, wanted: LoginsWanted, limit: int, cursor: str | None, asked: Asked
    ) -> CompanyLoginPage:
        """Return logins of everybody of the company, newest first, without names."""
        said = {
            "limit": limit,
            "cursor": cursor,
            "userId": wanted.user_id,
            "result": wanted.result,
            "since": moment(wanted.since),
            "until": moment(wanted.until),
        }
        path = f"/login-history?{urlencode({name: value for name, value in said.items() if value is not None})}"
        context = replace(_by(session, asked), command_id=None)
        return read(CompanyLoginPage, (await self.http.get(path, ADMIN, context)).body)

    async def issue_recovery_codes(self, session: Session, code: str, asked: Asked) -> Sequence[str]:
        """Return ten new recovery codes, shown this once; *code* is one of the second factor."""
        context = _by(session, asked)
        answer = await self.http.post(_own(session, "recovery-codes"), {"code": code}, SELF, context)
        return read(_Codes, answer.body).codes

    async def _get(self, path: str, session: Session, asked: Asked) -> Mapping[str, Any]:
        return (await self.http.get(path, SELF, replace(_by(session, asked), command_id=None))).body

    async def _post(self, path: str, body: Mapping[str, Any] | None, scopes: Sequence[str], context: Context) -> Done:
        answer = await self.http.post(path, body, scopes, context)
        return Done(body=answer.body, positions=answer.positions)


def _part(limit: int, cursor: str | None) -> str:
    return urlencode({"limit": limit} | ({"cursor": cursor} if cursor else {}))


def _own(session: Session, what: str) -> str:
    return f"/credentials/{session.user_id}/{what}"


def _by(session: Session, asked: Asked) -> Context:
    return asked.context(f"user:{session.user_id}", session.tenant_id)
