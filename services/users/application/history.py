"""What changed, field by field, told from the facts alone: who, when, from what to what. Next stop: histories.py."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from kernel.domain.context import Client
from kernel.domain.decider import Decider
from kernel.domain.event import event_type
from kernel.domain.recorded import Recorded
from services.users.domain.commands import Policy
from services.users.domain.events import BrowserTrust
from services.users.domain.group import Group
from services.users.domain.image import TenantImage
from services.users.domain.login_policy import LoginPolicy
from services.users.domain.permission import Permission
from services.users.domain.user import User

S = TypeVar("S")

Said = Mapping[str, str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field, before and after."""

    name: str
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """What one fact changed, and how it came to be."""

    at: datetime
    stream_id: UUID
    version: int
    actor: str
    cause: str | None
    """The fact that led to it, `stream/version`, where one did."""
    correlation_id: UUID
    """The same for everything that one click led to."""
    fact: str
    """The wire name of the fact."""
    client: str | None
    """From where it was asked, sealed as the actor's."""
    fields: Sequence[Field]

    @property
    def place(self) -> tuple[datetime, UUID, int]:
        """Return where it stands among others."""
        return self.at, self.stream_id, self.version


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One field that one fact changed, with who did it and from where as an administrator may know them."""

    at: datetime
    actor: str
    by: str
    """The actor's name where they are a person of the tenant and not forgotten, else the actor itself."""
    field: str
    old: str | None
    new: str | None
    cause: str | None
    correlation_id: UUID
    fact: str
    client: Client | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The time between two moments, the first not in it, the last in it; None for no end."""

    since: datetime | None = None
    until: datetime | None = None

    def holds(self, at: datetime) -> bool:
        """Return whether a moment lies in it."""
        return (self.since is None or at > self.since) and (self.until is None or at <= self.until)

    def of(self, found: Sequence[Moment]) -> Sequence[Moment]:
        """Return what happened in it."""
        return [one for one in found if self.holds(one.at)]


def moments(past: Iterable[Recorded[Any]], of: Decider[S, Any, Any], said: Callable[[S], Said]) -> Sequence[Moment]:
    """Return what each fact changed of what a state says, newest first; a fact that changed nothing is left out."""
    state, found = of.initial, list[Moment]()
    before: Said = said(state)
    for recorded in past:
        state = of.evolve(state, recorded.event)
        after = said(state)
        changed, before = difference(before, after), after
        if changed:
            found.append(moment(recorded, changed))
    return found[::-1]


def difference(before: Said, after: Said) -> Sequence[Field]:
    """Return the fields that say something else now."""
    return [Field(name=name, old=before.get(name), new=new) for name, new in after.items() if new != before.get(name)]


def moment(recorded: Recorded[Any], changed: Sequence[Field]) -> Moment:
    """Return what one fact changed, and how it came to be."""
    return Moment(
        at=recorded.recorded_at,
        stream_id=recorded.stream_id,
        version=recorded.version,
        actor=recorded.meta.actor,
        cause=recorded.meta.causation_id,
        correlation_id=recorded.meta.correlation_id,
        fact=event_type(recorded.event).wire_name,
        client=recorded.meta.client,
        fields=changed,
    )


def user_says(names: Mapping[UUID, str]) -> Callable[[User], Said]:
    """Return what a user's state says, groups by their *names*."""

    def said(state: User) -> Said:
        if state.profile is None:
            return {}
        who = state.profile
        return {
            "life": state.life.name,
            "personalData": "ERASED" if state.shredded else None,
            "activated": "true" if state.activated else None,
            # Of who was forgotten these are empty.
            "email": state.email or None,
            "name": who.name or None,
            "title": who.title or None,
            "phoneNumber": who.phone_number or None,
            "mobilePhoneNumber": who.mobile_phone_number or None,
            "comment": who.comment or None,
            "mailLanguage": who.mail_language.value,
            "timezone": who.timezone,
            "role": state.role and state.role.value,
            "secondFactor": state.second_factor and state.second_factor.value,
            "browserTrust": None if state.browser_trust is BrowserTrust.AS_COMPANY else state.browser_trust.value,
            "screenLanguage": state.screen_language and state.screen_language.value,
            "refusedMail": ", ".join(state.refused_mail) or None,
            "dailyMail": ", ".join(state.daily_mail) or None,
            "groups": ", ".join(sorted(names.get(one, str(one)) for one in state.group_ids)) or None,
        }

    return said


def group_says(state: Group) -> Said:
    """Return what a group's state says."""
    return {
        "life": state.life.name if state.name else None,
        "name": state.name or None,
        "description": state.description or None,
        "permissions": "; ".join(map(permission_says, state.permissions)) or None,
    }


def policy_says(state: Policy) -> Said:
    """Return what a policy says."""
    return {
        "sessionIdleMinutes": str(state.session_idle_minutes),
        "sessionAbsoluteHours": str(state.session_absolute_hours),
        "allowedNetworks": ", ".join(state.allowed_networks) or None,
        "trustedBrowser": "true" if state.trusted_browser else "false",
        "secondFactors": ", ".join(state.second_factors),
        "loginPolicy": _login_policy(state.login_policy) if state.login_policy else None,
    }


def _login_policy(one: LoginPolicy) -> str:
    return f"{one.effective_from:%Y-%m-%dT%H:%MZ} / {one.legacy_until:%Y-%m-%dT%H:%MZ}"


def image_says(state: TenantImage) -> Said:
    """Return what is said of a picture: not what it shows, but enough to tell one from another."""
    shown = state.shown
    return {"image": f"{shown.width}x{shown.height}, {shown.size} B, {shown.digest[:8]}" if shown else None}


def permission_says(one: Permission) -> str:
    """Return what a permission says."""
    of = one.service_name if one.contract_id is None else f"{one.service_name} {one.contract_id}"
    return f"{of}: {', '.join(one.actions)}"
