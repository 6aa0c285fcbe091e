"""From the mailed link to a usable login, step by step; nothing is used up by looking. Next: domain/credential.py."""

import hmac
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from kernel.application.execute import execute
from kernel.application.ports import Clock, EventStore, NewId
from kernel.domain.context import Context
from kernel.domain.recorded import Appended, LogPosition
from services.identity.application.password_ports import Passwords
from services.identity.application.password_rules import PasswordRules
from services.identity.application.ports import Fingerprints, Hasher, KeptLink, Links, Said, Seeds
from services.identity.application.rules import Rules
from services.identity.application.tenants import Tenants
from services.identity.application.typed import digits, normal
from services.identity.domain.commands import ChooseFactor, ConfirmIdentity, EnrolTotp, SetPassword
from services.identity.domain.credential import credential
from services.identity.domain.errors import (
    ActivationFrozen,
    ActivationRevoked,
    ActivationUnknown,
    ActivationUsed,
    CodeWrong,
    FactorForbidden,
    IdentityMismatch,
    LinkGone,
    PasswordRefused,
    StepOrder,
)
from services.identity.domain.events import Purpose, SecondFactor
from services.identity.domain.state import Credential
from services.identity.domain.steps import Link, Step, alive, require


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where the holder of a link stands."""

    purpose: Purpose
    state: Step
    steps: tuple[Step, ...]
    second_factor: SecondFactor
    expires_at: datetime
    confirm_tries_left: int
    choices: tuple[SecondFactor, ...] = ()
    """What the person may choose, where there is a choice to make."""
    position: LogPosition | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """What an authenticator app needs."""

    otpauth_uri: str
    secret: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    """A link with all that is known about it."""

    kept: KeptLink
    credential: Credential
    tenant_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Activation:
    """Walks people from the link to their login."""

    store: EventStore
    links: Links
    passwords: Passwords
    tenants: Tenants
    hasher: Hasher
    fingerprints: Fingerprints
    seeds: Seeds
    password_rules: PasswordRules
    rules: Rules
    now: Clock
    new_id: NewId

    async def state(self, token: str) -> Standing:
        """Return where the holder stands. Raises: ActivationUnknown, and whatever stops the link."""
        held = await self._held(token)
        self._alive(held)
        return await self._choosing(held, self._standing(held))

    async def confirm(self, token: str, said: Said, by: Context) -> Standing:
        """Compare what the holder says with the registration; it must agree in all three.

        Raises: IdentityMismatch, StepOrder, and whatever stops the link.
        """
        held = await self._held(token)
        if done := await self._before(held, by):
            return done
        self._require(held, Step.CONFIRM)
        activation_id, most = held.kept.activation_id, self.rules.confirm_tries
        if not self._agrees(held.kept, said):
            left = await self.links.mismatched(activation_id, most)
            raise ActivationFrozen if left is None else IdentityMismatch(tries_left=left)
        if not await self.links.confirmed(activation_id, said, most):
            raise ActivationFrozen
        asked = ConfirmIdentity(user_id=held.kept.user_id, activation_id=activation_id, at=self.now())
        return await self._after(token, await execute(self.store, credential, asked.user_id, asked, _of(held, by)))

    async def set_password(self, token: str, password: str, by: Context) -> Standing:
        """Set the password; it ends logins under way and forgives failures.

        Raises: PasswordRefused, IdentityNotConfirmed, StepOrder, Busy, and whatever stops the link.
        """
        held = await self._held(token)
        if done := await self._before(held, by):
            return done
        self._require(held, Step.PASSWORD)
        if broken := self.password_rules.broken(password, held.kept.said):
            raise PasswordRefused(errors=broken)
        hashed = await self.hasher.hash(normal(password))
        asked = SetPassword(
            user_id=held.kept.user_id,
            activation_id=held.kept.activation_id,
            password_id=self.new_id(),
            at=self.now(),
        )
        await self.passwords.keep(asked.password_id, asked.user_id, hashed, asked.at)
        done_now = await execute(self.store, credential, asked.user_id, asked, _of(held, by))
        await self.passwords.settle(asked.user_id, asked.password_id, asked.at)
        return await self._after(token, done_now)

    async def choose_factor(self, token: str, second_factor: SecondFactor, by: Context) -> Standing:
        """Have the second proof given as wished. Raises: FactorForbidden, StepOrder, and whatever stops the link."""
        held = await self._held(token)
        if done := await self._before(held, by):
            return done
        if not self._alive(held).chooses:
            raise StepOrder
        if second_factor not in (await self.tenants.rules(held.tenant_id)).choices(self.now()):
            detail = "The company's settings do not allow it"
            raise FactorForbidden(errors=[{"pointer": "/secondFactor", "code": FactorForbidden.code, "detail": detail}])
        asked = ChooseFactor(
            user_id=held.kept.user_id,
            activation_id=held.kept.activation_id,
            second_factor=second_factor,
            at=self.now(),
        )
        return await self._after(token, await execute(self.store, credential, asked.user_id, asked, _of(held, by)))

    async def totp_setup(self, token: str) -> Setup:
        """Return what the app needs, the same until a code confirms it. Raises: StepOrder, what stops the link."""
        held = await self._held(token)
        self._require(held, Step.TOTP)
        seed = await self.links.seed(held.kept, self.new_id(), self.seeds.fresh(), self.now())
        email = held.kept.said.email if held.kept.said else ""
        return Setup(otpauth_uri=self.seeds.uri(seed, email, held.kept.language), secret=seed)

    async def confirm_totp(self, token: str, code: str, by: Context) -> Standing:
        """Take the app into use by its first code. Raises: CodeWrong, StepOrder, and whatever stops the link."""
        held = await self._held(token)
        if done := await self._before(held, by):
            return done
        self._require(held, Step.TOTP)
        pending = await self.links.pending_seed(held.kept.activation_id)
        if pending is None:
            raise StepOrder
        enrolment_id, seed = pending
        at = self.now()
        step = self.seeds.step(seed, digits(code), at)
        left = await self.links.first_code(held.kept, step, at, self.rules.first_code_tries)
        if left is not None:
            raise CodeWrong(tries_left=left)
        asked = EnrolTotp(
            user_id=held.kept.user_id, activation_id=held.kept.activation_id, enrolment_id=enrolment_id, at=at
        )
        return await self._after(token, await execute(self.store, credential, asked.user_id, asked, _of(held, by)))

    async def link(self, activation_id: UUID) -> tuple[str, datetime]:
        """Return a link's token and end, to be mailed. Raises: LinkGone."""
        found = await self.links.deliver(activation_id)
        if found is None:
            raise LinkGone
        kept, token = found
        held = await self._of_kept(kept)
        return token, self._alive(held).expires_at

    async def _held(self, token: str) -> _Held:
        kept = await self.links.find(token)
        if kept is None:
            raise ActivationUnknown
        return await self._of_kept(kept)

    async def _of_kept(self, kept: KeptLink) -> _Held:
        past = await self.store.load(kept.user_id)
        if not past:
            # The secret was kept and the fact that names it is not there: it does not count.
            raise ActivationUnknown
        state = credential.fold(fact.event for fact in past)
        return _Held(kept=kept, credential=state, tenant_id=past[0].tenant_id)

    def _alive(self, held: _Held) -> Link:
        if held.credential.disabled:
            raise ActivationRevoked
        link = alive(held.credential.link, held.credential.used, held.kept.activation_id, self.now())
        frozen = held.kept.confirm_tries >= self.rules.confirm_tries and link.step is Step.CONFIRM
        if frozen or held.kept.code_tries >= self.rules.first_code_tries:
            raise ActivationFrozen
        return link

    def _require(self, held: _Held, step: Step) -> None:
        self._alive(held)
        require(held.credential.link, held.credential.used, held.kept.activation_id, step, self.now())

    def _agrees(self, kept: KeptLink, said: Said) -> bool:
        claimed, registered = self.fingerprints.of(said), kept.registered
        if registered is None:
            return False
        # One comparison of all three, whose time says nothing of which is wrong.
        return hmac.compare_digest(bytes(claimed), bytes(registered))

    def _standing(self, held: _Held, position: LogPosition | None = None) -> Standing:
        link, factor = held.credential.link, held.credential.second_factor
        if link is None or factor is None or link.activation_id != held.kept.activation_id:
            raise ActivationUsed
        return Standing(
            purpose=link.purpose,
            state=link.step,
            steps=link.steps,
            second_factor=factor,
            expires_at=link.expires_at,
            confirm_tries_left=max(0, self.rules.confirm_tries - held.kept.confirm_tries),
            position=position,
        )

    async def _choosing(self, held: _Held, standing: Standing) -> Standing:
        """Return the standing with what may be chosen; only who chooses has the tenant's rules looked up."""
        if held.credential.link is None or not held.credential.link.chooses:
            return standing
        return replace(standing, choices=(await self.tenants.rules(held.tenant_id)).choices(self.now()))

    async def _before(self, held: _Held, by: Context) -> Standing | None:
        """Return the standing when this very command was carried out before, also if that used the link up."""
        done = await self.store.answered(by.command_id, by.content) if by.command_id else None
        return await self._choosing(held, self._standing(held, done.position)) if done else None

    async def _after(self, token: str, done: Appended) -> Standing:
        held = await self._held(token)
        standing = self._standing(held, done.position)
        if standing.state is Step.DONE:
            await self.links.close(held.kept)
        return await self._choosing(held, standing)


def _of(held: _Held, by: Context) -> Context:
    """Return the circumstances of a command on the tenant of the credential, whatever the caller's token says."""
    return replace(by, tenant_id=held.tenant_id, actor=f"user:{held.kept.user_id}")
