# ruff: noqa: ARG002 - fakes take what the ports give
"""Identity for people about their own second step, small and in memory."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from gateway.application.asked import Asked
from gateway.application.directory import Done
from gateway.application.second_step_ports import Passkey, StepUp, TrustedBrowser, TrustedBrowsers
from gateway.application.session import Session
from gateway.application.steps import Method, TotpSetup
from kernel.domain.errors import Denied, Invalid, NotFound
from tests.unit.gateway.fakes import NOW, USER
from tests.unit.gateway.fakes_credentials import CodeWrong, PasswordWrong
from tests.unit.gateway.samples_people import POSITION, STRANGER

PASSKEY = UUID("019abcde-0000-7000-8000-000000000072")
BROWSER = UUID("019abcde-0000-7000-8000-000000000071")
FOREIGN_PASSKEY = UUID("019abcde-0000-7000-8000-000000000779")
FOREIGN_BROWSER = UUID("019abcde-0000-7000-8000-000000000778")
"""A passkey and a trusted browser of the other tenant's administrator."""


class BrowserUnknown(NotFound):
    """As identity says it."""

    code = "trusted-browser-unknown"


class StepUpNeeded(Denied):
    """As identity says it."""

    code = "step-up-needed"


class PasskeyRefused(Invalid):
    """As identity says it."""

    code = "passkey-refused"


class PasskeyUnknown(NotFound):
    """As identity says it."""

    code = "passkey-unknown"


class PasskeyWrong(Denied):
    """As identity says it."""

    code = "passkey-wrong"


@dataclass
class FakeSecondStep:
    """One person's second step."""

    password: str = "correct horse battery"
    code: str = "492039"
    method: Method = Method.TOTP
    shown: bool = False
    """Whether the password was given again."""
    proven: bool = False
    """Whether the code was given again too."""
    calls: list[tuple[str, Any]] = field(default_factory=list)
    keys: list[Passkey] = field(
        default_factory=lambda: [Passkey(passkey_id=PASSKEY, name="青い鍵", synced=True, at=NOW, used_at=NOW)]
    )
    their_keys: list[Passkey] = field(
        default_factory=lambda: [
            Passkey(passkey_id=FOREIGN_PASSKEY, name="よその 鍵", synced=True, at=NOW, used_at=NOW)
        ]
    )
    """Of the other tenant's administrator, as are their browsers."""
    their_browsers: list[TrustedBrowser] = field(
        default_factory=lambda: [
            TrustedBrowser(browser_id=FOREIGN_BROWSER, since=NOW, used_at=NOW, expires_at=NOW + timedelta(days=9))
        ]
    )
    allowed: bool = True
    browsers: list[TrustedBrowser] = field(
        default_factory=lambda: [
            TrustedBrowser(
                browser_id=BROWSER,
                since=NOW - timedelta(days=3),
                used_at=NOW - timedelta(days=1),
                expires_at=NOW + timedelta(days=9),
                client_ip="192.0.2.7",
                user_agent="Mozilla/5.0 (Windows NT 10.0) Chrome/140.0",
            )
        ]
    )

    async def begin_step_up(self, session: Session, password: str, asked: Asked) -> StepUp:
        if password != self.password:
            raise PasswordWrong
        self.calls.append(("begin_step_up", None))
        self.shown, self.proven = True, False
        return self._step_up()

    async def step_up(self, session: Session, asked: Asked) -> StepUp:
        if not self.shown:
            raise StepUpNeeded
        return self._step_up()

    async def prove_step_up(self, session: Session, code: str, asked: Asked) -> StepUp:
        if not self.shown:
            raise StepUpNeeded
        if code != self.code:
            raise CodeWrong(tries_left=4)
        self.calls.append(("prove_step_up", None))
        self.proven = True
        return self._step_up()

    async def authenticator(self, session: Session, email: str, language: str, asked: Asked) -> TotpSetup:
        self._see_proven()
        return TotpSetup(
            otpauth_uri=f"otpauth://totp/portal:{email}?secret=JBSWY3DPEHPK3PXP", secret="JBSWY3DPEHPK3PXP"
        )

    async def confirm_authenticator(self, session: Session, code: str, asked: Asked, *, end_others: bool) -> Done:
        self._see_proven()
        if code != self.code:
            raise CodeWrong(tries_left=9)
        self.calls.append(("confirm_authenticator", end_others))
        self.shown = self.proven = False
        return Done(positions=(POSITION,))

    def _see_proven(self) -> None:
        if not self.proven:
            raise StepUpNeeded

    def _step_up(self) -> StepUp:
        return StepUp(
            method=self.method,
            passkeys=bool(self.keys),
            proven=self.proven,
            expires_at=NOW + timedelta(minutes=10),
            tries_left=5,
        )

    async def passkeys(self, session: Session, asked: Asked) -> Sequence[Passkey]:
        return self._keys(session)

    async def new_passkey(self, session: Session, email: str, name: str, asked: Asked) -> Mapping[str, Any]:
        self._see_proven()
        return {"challenge": "AAAA", "rp": {"id": "localhost", "name": "b"}, "user": {"id": "CCCC", "name": email}}

    async def add_passkey(self, session: Session, name: str, credential: Mapping[str, Any], asked: Asked) -> Done:
        self._see_proven()
        if not credential:
            raise PasskeyRefused
        self.calls.append(("add_passkey", name))
        self.keys.append(Passkey(passkey_id=UUID(int=len(self.keys) + 1), name=name, synced=False, at=NOW))
        return Done(positions=(POSITION,))

    async def remove_passkey(self, session: Session, passkey_id: UUID, asked: Asked) -> Done:
        self._see_proven()
        mine = self._keys(session)
        if passkey_id not in {one.passkey_id for one in mine}:
            raise PasskeyUnknown
        self.calls.append(("remove_passkey", passkey_id))
        mine[:] = [one for one in mine if one.passkey_id != passkey_id]
        return Done(positions=(POSITION,))

    async def step_up_question(self, session: Session, asked: Asked) -> Mapping[str, Any]:
        return {"challenge": "AAAA", "rpId": "localhost", "allowCredentials": []}

    async def step_up_by_passkey(self, session: Session, credential: Mapping[str, Any], asked: Asked) -> StepUp:
        if credential.get("id") != "BBBB":
            raise PasskeyWrong(tries_left=4)
        self.calls.append(("step_up_by_passkey", None))
        self.proven = True
        return self._step_up()

    async def trusted_browsers(self, session: Session, asked: Asked) -> TrustedBrowsers:
        return TrustedBrowsers(items=tuple(self._browsers(session)), allowed=self.allowed)

    async def forget_browsers(self, session: Session, browser_id: UUID | None, asked: Asked) -> None:
        mine = self._browsers(session)
        if browser_id is not None and browser_id not in {one.browser_id for one in mine}:
            raise BrowserUnknown
        mine[:] = [one for one in mine if browser_id not in (None, one.browser_id)]

    def _keys(self, session: Session) -> list[Passkey]:
        return {USER: self.keys, STRANGER: self.their_keys}.get(session.user_id, [])

    def _browsers(self, session: Session) -> list[TrustedBrowser]:
        return {USER: self.browsers, STRANGER: self.their_browsers}.get(session.user_id, [])
