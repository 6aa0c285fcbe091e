"""What may be asked of this service. Next stop: user.py, group.py, policy.py, administrators.py, operators.py."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias, TypedDict
from uuid import UUID

from services.users.domain.events import ASSIGNABLE, BrowserTrust, Language, Origin, RefusalReason, Role, SecondFactor
from services.users.domain.login_policy import LoginPolicy
from services.users.domain.notifications import MailKind
from services.users.domain.operator_events import Deed, OperatorRole
from services.users.domain.permission import Permission


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """Who somebody is and how they want it, as a form says."""

    user_id: UUID
    email: str
    name: str
    title: str | None = None
    phone_number: str
    mobile_phone_number: str | None = None
    mail_language: Language
    timezone: str
    second_factor: SecondFactor
    role: Role
    origin: Origin
    comment: str | None = None
    invited: bool = True
    """Whether the link to set the portal up goes out at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterUser:
    """Make a person a user, in these groups; that the mail address is free is claimed beside it."""

    registration: Registration
    group_ids: tuple[UUID, ...] = ()
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RefuseRegistration:
    """Record that a person cannot become a user."""

    user_id: UUID
    reason: RefusalReason
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivateUser:
    """Record that a person has set the portal up."""

    user_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ChooseLanguage:
    """Choose the language of one's screens."""

    user_id: UUID
    screen_language: Language
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFactor:
    """Record how a person proves a second time that it is them, as identity says."""

    user_id: UUID
    second_factor: SecondFactor
    at: datetime


class ProfileChanges(TypedDict, total=False):
    """New values for what is said of a person; what is not named stays."""

    name: str
    title: str | None
    phone_number: str
    mobile_phone_number: str | None
    comment: str | None
    mail_language: Language
    timezone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What is to be otherwise with a person; None leaves it as it is."""

    profile: ProfileChanges
    role: Role | None = None
    second_factor: SecondFactor | None = None
    browser_trust: BrowserTrust | None = None
    group_ids: tuple[UUID, ...] | None = None
    """All groups they are to be in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeUser:
    """Change what is named of a person."""

    user_id: UUID
    changes: Changes
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ChooseNotifications:
    """Have a person get all mails but of these kinds, and some of them together once a day."""

    user_id: UUID
    refused: tuple[MailKind, ...]
    daily: tuple[MailKind, ...] = ()
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinGroup:
    """Put a person into a group."""

    user_id: UUID
    group_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveGroup:
    """Take a person out of a group."""

    user_id: UUID
    group_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspendUser:
    """Keep a person out for the time being."""

    user_id: UUID
    by_oneself: bool
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReinstateUser:
    """Let a suspended person in again."""

    user_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteUser:
    """Remove a person for good."""

    user_id: UUID
    by_oneself: bool
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordShredding:
    """Record that the key of a person who was deleted is gone."""

    user_id: UUID
    at: datetime


UserCommand: TypeAlias = (
    RegisterUser
    | RefuseRegistration
    | ActivateUser
    | ChooseLanguage
    | RecordFactor
    | ChangeUser
    | ChooseNotifications
    | JoinGroup
    | LeaveGroup
    | SuspendUser
    | ReinstateUser
    | DeleteUser
    | RecordShredding
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateGroup:
    """Make a group that permits this much; that its name is free is claimed beside it."""

    group_id: UUID
    name: str
    description: str = ""
    built_in: bool = False
    permissions: tuple[Permission, ...] = ()
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeGroup:
    """Call or describe a group otherwise; None leaves it as it is."""

    group_id: UUID
    name: str | None = None
    description: str | None = None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PermitGroup:
    """Say what the members of a group may do, all of it."""

    group_id: UUID
    permissions: tuple[Permission, ...]
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteGroup:
    """Remove a group."""

    group_id: UUID
    at: datetime


GroupCommand: TypeAlias = CreateGroup | ChangeGroup | PermitGroup | DeleteGroup


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What holds for all people of a tenant; this is what holds until somebody decides otherwise."""

    session_idle_minutes: int = 30
    session_absolute_hours: int = 12
    allowed_networks: tuple[str, ...] = ()
    trusted_browser: bool = False
    second_factors: tuple[SecondFactor, ...] = ASSIGNABLE
    login_policy: LoginPolicy | None = None

    def assignable(self, at: datetime) -> tuple[SecondFactor, ...]:
        """Return the second factors that may be assigned at a moment: the old one no more once the new one holds."""
        old_goes = self.login_policy is not None and self.login_policy.effective_from <= at
        return tuple(one for one in self.second_factors if not (old_goes and one is SecondFactor.MAIL_OTP))


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePolicy:
    """Decide what holds for all people of a tenant."""

    tenant_id: UUID
    policy: Policy
    caller_address: str | None
    """Where the wish comes from; None where nobody knows, and then nobody is shut out by mistake."""
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A picture as the log knows it."""

    digest: str
    size: int
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowImage:
    """Show a tenant's people this picture, or none."""

    tenant_id: UUID
    image: Shown | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointAdministrator:
    """Count a person whose stream showed at this version that they administer."""

    user_id: UUID
    user_version: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StandDown:
    """Count a person no longer, unless nobody would be left."""

    user_id: UUID
    user_version: int
    at: datetime


AdministratorsCommand: TypeAlias = AppointAdministrator | StandDown


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointOperator:
    """Let a person use the ops console in a role."""

    user_id: UUID
    role: OperatorRole
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DismissOperator:
    """Let a person use the ops console no longer."""

    user_id: UUID
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordDeed:
    """Record what an operator is about to do."""

    user_id: UUID
    deed: Deed
    consumer: str | None
    error: str | None
    streams: tuple[UUID, ...]
    about: str | None = None
    attempt: UUID | None = None
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteRefusal:
    """Take note that somebody was refused by the ops console."""

    user_id: UUID
    company_id: UUID
    operation: str
    at: datetime


OperatorCommand: TypeAlias = AppointOperator | DismissOperator | RecordDeed | NoteRefusal
