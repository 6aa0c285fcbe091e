# ruff: noqa: ARG002 - fakes take what the ports give
"""The identity service as the gateway sees it, in memory."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from gateway.application.asked import Asked
from gateway.application.identity_ports import WhoIAm
from gateway.application.session import LeftAlone, Session
from gateway.application.steps import (
    ActivationState,
    Factor,
    LoginPassed,
    Method,
    PendingLogin,
    Proof,
    Purpose,
    Step,
    TotpSetup,
)
from gateway.projections.open_session import OpenSessionRow
from kernel.domain.errors import Denied, Gone, Invalid, Unauthenticated, Unavailable
from kernel.domain.recorded import LogPosition
from tests.unit.gateway.fakes import SESSION_ID, START, TENANT, USER, Clock
from tests.unit.gateway.fakes_boards import FakeBoards


class CodeWrong(Unauthenticated):
    """As identity says it."""

    code = "code-wrong"


class PasskeyWrong(Unauthenticated):
    """As identity says it."""

    code = "passkey-wrong"


class CredentialsWrong(Unauthenticated):
    """As identity says it."""

    code = "credentials-wrong"


class ActivationExpired(Gone):
    """As identity says it."""

    code = "activation-expired"


class FactorForbidden(Invalid):
    """As identity says it."""

    code = "second-factor-forbidden"


class IdentityMismatch(Denied):
    """As identity says it."""

    code = "identity-mismatch"


@dataclass
class FakeIdentity:
    """One person with a password, a code and an activation link."""

    boards: FakeBoards
    now: Clock
    password: str = "correct horse battery"
    code: str = "492039"
    tenant_id: UUID = TENANT
    asked: list[Asked] = field(default_factory=list)
    ended: list[tuple[UUID, str]] = field(default_factory=list)
    resets: list[WhoIAm] = field(default_factory=list)
    resent: int = 0
    step: Step = Step.CONFIRM
    method: Method = Method.TOTP
    factor: Factor = Factor.TOTP
    """UNSET has the person choose."""
    choices: tuple[Method, ...] = tuple(Method)
    dead: frozenset[str] = frozenset()
    """Links that have expired."""
    chosen: Method | None = None
    passkeys: bool = False
    may_trust: bool = False
    ends_at: datetime | None = None
    trusted: str | None = None
    """What a browser holds that is trusted."""
    down: bool = False

    async def activation_state(self, token: str, asked: Asked) -> ActivationState:
        self._note(asked)
        if token in self.dead:
            raise ActivationExpired
        return self._state()

    async def confirm(self, token: str, who: WhoIAm, asked: Asked) -> ActivationState:
        self._note(asked)
        if who.name != "佐藤 花子":
            raise IdentityMismatch(tries_left=4)
        self.step = Step.PASSWORD
        return self._state()

    async def set_password(self, token: str, password: str, asked: Asked) -> ActivationState:
        self._note(asked)
        self.step = Step.FACTOR if self.factor is Factor.UNSET else Step.TOTP
        return self._state()

    async def choose_factor(self, token: str, second_factor: Method, asked: Asked) -> ActivationState:
        self._note(asked)
        if second_factor not in self.choices:
            raise FactorForbidden
        self.chosen = second_factor
        self.step = Step.TOTP if second_factor is Method.TOTP else Step.DONE
        return self._state()

    async def totp_setup(self, token: str, asked: Asked) -> TotpSetup:
        self._note(asked)
        return TotpSetup(otpauth_uri="otpauth://totp/portal:hanako?secret=JBSWY3DPEHPK3PXP", secret="JBSWY3DPEHPK3PXP")

    async def confirm_totp(self, token: str, code: str, asked: Asked) -> ActivationState:
        self._note(asked)
        self.step = Step.DONE
        return self._state()

    async def ask_for_reset(self, who: WhoIAm, asked: Asked) -> None:
        self._note(asked)
        self.resets.append(who)

    async def begin_login(
        self, email: str, password: str, asked: Asked, trusted: str | None = None
    ) -> PendingLogin | LoginPassed:
        self._note(asked)
        if password != self.password:
            raise CredentialsWrong
        if trusted is not None and trusted == self.trusted:
            return self._passed(Proof.TRUSTED_BROWSER, trusted)
        return self._pending()

    async def login_state(self, login: str, asked: Asked) -> PendingLogin:
        self._note(asked)
        return self._pending()

    async def resend_code(self, login: str, asked: Asked) -> None:
        self._note(asked)
        self.resent += 1

    async def finish_login(self, login: str, code: str, asked: Asked, *, trust: bool = False) -> LoginPassed:
        self._note(asked)
        if code != self.code:
            raise CodeWrong(tries_left=4)
        if trust and self.may_trust:
            self.trusted = "a-trusted-browser"
        return self._passed(Proof.TOTP, self.trusted if trust else None)

    def _passed(self, method: Proof, trusted: str | None) -> LoginPassed:
        self.boards.sessions[SESSION_ID] = OpenSessionRow(
            session_id=SESSION_ID, user_id=USER, method="TOTP", started_at=self.now()
        )
        return LoginPassed(
            session_id=SESSION_ID,
            user_id=USER,
            tenant_id=self.tenant_id,
            method=method,
            started_at=self.now(),
            position=START,
            trusted=trusted,
        )

    async def passkey_question(self, login: str, asked: Asked) -> Mapping[str, Any]:
        self._note(asked)
        return {"challenge": "AAAA", "rpId": "localhost", "allowCredentials": [{"id": "BBBB", "type": "public-key"}]}

    async def finish_by_passkey(
        self, login: str, credential: Mapping[str, Any], asked: Asked, *, trust: bool = False
    ) -> LoginPassed:
        self._note(asked)
        if credential.get("id") != "BBBB":
            raise PasskeyWrong(tries_left=4)
        return self._passed(Proof.PASSKEY, None)

    async def end_session(self, session: Session, reason: str, asked: Asked) -> LogPosition | None:
        self._note(asked)
        self.ended.append((session.session_id, reason))
        return None

    async def expire_session(self, session: LeftAlone, asked: Asked) -> None:
        self._note(asked)
        self.ended.append((session.session_id, "EXPIRED"))

    def _note(self, asked: Asked) -> None:
        self.asked.append(asked)
        if self.down:
            raise Unavailable

    def _pending(self) -> PendingLogin:
        return PendingLogin(
            login="opaque-login",
            method=self.method,
            expires_at=self.now() + timedelta(minutes=10),
            tries_left=5,
            passkeys=self.passkeys,
            may_trust=self.may_trust,
            ends_at=self.ends_at,
        )

    def _state(self) -> ActivationState:
        return ActivationState(
            purpose=Purpose.ACTIVATION,
            state=self.step,
            steps=self._steps(),
            second_factor=Factor(self.chosen) if self.chosen else self.factor,
            choices=self.choices if self.step is Step.FACTOR or (self.chosen and self.step is Step.TOTP) else (),
            expires_at=self.now() + timedelta(hours=72),
            confirm_tries_left=5,
        )

    def _steps(self) -> tuple[Step, ...]:
        begin = (Step.CONFIRM, Step.PASSWORD)
        if self.factor is Factor.TOTP:
            return (*begin, Step.TOTP)
        return (*begin, Step.FACTOR, *((Step.TOTP,) if self.chosen is Method.TOTP else ()))
