"""What can happen to users, groups and a tenant's policy. Next stop: user.py, group.py, policy.py, which decide it."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, TypeAlias
from uuid import UUID

from kernel.domain.event import Personal, event
from services.users.domain.login_policy import LoginPolicy
from services.users.domain.notifications import MailKind
from services.users.domain.operator_events import OperatorActed, OperatorAppointed, OperatorDismissed, OperatorRefused
from services.users.domain.permission import Permission


class Language(StrEnum):
    """A language of mails and screens."""

    JA = "ja"
    EN = "en"


class SecondFactor(StrEnum):
    """How somebody proves a second time that it is them."""

    TOTP = "TOTP"
    MAIL_OTP = "MAIL_OTP"
    UNSET = "UNSET"
    """The person chooses at the first login."""


ASSIGNABLE = (SecondFactor.TOTP, SecondFactor.MAIL_OTP)
"""What an administrator may assign or allow."""


class Role(StrEnum):
    """What somebody may do in their company's portal."""

    PORTAL_ADMIN = "PORTAL_ADMIN"
    GENERAL_USER = "GENERAL_USER"


class BrowserTrust(StrEnum):
    """Whether a person's browsers may skip the second step for some days."""

    AS_COMPANY = "AS_COMPANY"
    """As the company decided for everybody."""
    ALLOWED = "ALLOWED"
    FORBIDDEN = "FORBIDDEN"


class Origin(StrEnum):
    """How somebody came to be a user."""

    APPLICATION_FORM = "APPLICATION_FORM"
    ADMINISTRATOR = "ADMINISTRATOR"


class RefusalReason(StrEnum):
    """Why somebody could not be registered."""

    EMAIL_TAKEN = "EMAIL_TAKEN"


@event("user.registered")
class UserRegistered:
    """A person may use the portal, once they have set it up; texts as they were written."""

    user_id: UUID
    email: Annotated[str, Personal("user_id")]
    name: Annotated[str, Personal("user_id")]
    title: Annotated[str | None, Personal("user_id")] = None
    phone_number: Annotated[str, Personal("user_id")]
    mobile_phone_number: Annotated[str | None, Personal("user_id")] = None
    mail_language: Language
    timezone: str
    """An IANA name."""
    second_factor: SecondFactor
    role: Role
    origin: Origin
    comment: Annotated[str | None, Personal("user_id")] = None
    invited: bool = True
    """Whether the link to set the portal up goes out at once; else an administrator sends it when it is time."""
    at: datetime


@event("user.registration-refused")
class RegistrationRefused:
    """A person who was to become a user could not."""

    user_id: UUID
    reason: RefusalReason
    at: datetime


@event("user.activated", public=False)
class UserActivated:
    """A person has set the portal up, as identity says; kept here so that what counts is on one stream."""

    user_id: UUID
    at: datetime


@event("user.language-chosen")
class LanguageChosen:
    """A person chose the language of their screens."""

    user_id: UUID
    screen_language: Language
    at: datetime


@event("user.profile-changed")
class ProfileChanged:
    """What is said of a person is otherwise from now on; all of it is said."""

    user_id: UUID
    name: Annotated[str, Personal("user_id")]
    title: Annotated[str | None, Personal("user_id")] = None
    phone_number: Annotated[str, Personal("user_id")]
    mobile_phone_number: Annotated[str | None, Personal("user_id")] = None
    comment: Annotated[str | None, Personal("user_id")] = None
    mail_language: Language
    timezone: str
    at: datetime


@event("user.notifications-chosen")
class NotificationsChosen:
    """A person is to get all mails but of these kinds; all of them are said."""

    user_id: UUID
    refused: tuple[MailKind, ...]
    daily: tuple[MailKind, ...] = ()
    """Of the others, those that are put together into one mail a day."""
    at: datetime


@event("user.role-changed")
class RoleChanged:
    """A person may do more or less than before."""

    user_id: UUID
    role: Role
    at: datetime


@event("user.second-factor-assigned")
class SecondFactorAssigned:
    """A person proves a second time that it is them in another way from now on."""

    user_id: UUID
    second_factor: SecondFactor
    at: datetime


@event("user.second-factor-chosen")
class SecondFactorChosen:
    """A person themselves said how they prove a second time that it is them, as identity tells it."""

    user_id: UUID
    second_factor: SecondFactor
    at: datetime


@event("user.browser-trust-decided")
class BrowserTrustDecided:
    """An administrator decided for one person whether their browsers may be trusted."""

    user_id: UUID
    trust: BrowserTrust
    at: datetime


@event("user.joined-group")
class JoinedGroup:
    """A person is in a group and may do what it permits."""

    user_id: UUID
    group_id: UUID
    at: datetime


@event("user.left-group")
class LeftGroup:
    """A person is no longer in a group."""

    user_id: UUID
    group_id: UUID
    at: datetime


@event("user.suspended")
class UserSuspended:
    """A person may not come in for the time being."""

    user_id: UUID
    at: datetime


@event("user.reinstated")
class UserReinstated:
    """A person who was suspended may come in again."""

    user_id: UUID
    at: datetime


@event("user.deleted")
class UserDeleted:
    """A person is no user any more, and never will be again under this id."""

    user_id: UUID
    at: datetime


@event("user.subject-shredded")
class SubjectShredded:
    """The key of a person who was deleted is gone: nothing of theirs in any log can be read by anybody."""

    user_id: UUID
    at: datetime


UserEvent: TypeAlias = (
    UserRegistered
    | RegistrationRefused
    | UserActivated
    | LanguageChosen
    | ProfileChanged
    | NotificationsChosen
    | RoleChanged
    | SecondFactorAssigned
    | SecondFactorChosen
    | BrowserTrustDecided
    | JoinedGroup
    | LeftGroup
    | UserSuspended
    | UserReinstated
    | UserDeleted
    | SubjectShredded
)


@event("group.created")
class GroupCreated:
    """A tenant has a group; it permits nothing yet."""

    group_id: UUID
    name: str
    description: str
    built_in: bool
    at: datetime


@event("group.changed")
class GroupChanged:
    """A group is called or described otherwise from now on."""

    group_id: UUID
    name: str
    description: str
    at: datetime


@event("group.permitted")
class GroupPermitted:
    """What the members of a group may do from now on; all of it is said."""

    group_id: UUID
    permissions: tuple[Permission, ...]
    at: datetime


@event("group.deleted")
class GroupDeleted:
    """A group is gone, and nobody is in it any more."""

    group_id: UUID
    at: datetime


GroupEvent: TypeAlias = GroupCreated | GroupChanged | GroupPermitted | GroupDeleted


@event("tenant-policy.changed")
class TenantPolicyChanged:
    """A tenant's administrators decided what holds for all of its people; all of it is said."""

    tenant_id: UUID
    session_idle_minutes: int
    session_absolute_hours: int
    allowed_networks: tuple[str, ...]
    """CIDR; none at all means from anywhere."""
    trusted_browser: bool
    """Whether a browser that passed the second step may skip it for some days."""
    second_factors: tuple[SecondFactor, ...]
    """Those that may be assigned."""
    login_policy: LoginPolicy | None = None
    """Given where the tenant's people change from codes by mail to a safer second step."""
    at: datetime


@event("tenant-image.changed")
class TenantImageChanged:
    """A tenant shows another picture to its people, or none; the picture itself is kept beside the log."""

    tenant_id: UUID
    digest: str | None = None
    """SHA-256 of the picture, in hexadecimal; null for none."""
    size: int = 0
    """In bytes."""
    width: int = 0
    height: int = 0
    at: datetime


@event("administrators.appointed", public=False)
class AdministratorAppointed:
    """A person counts as an active administrator of their tenant."""

    user_id: UUID
    user_version: int
    """How far the person's stream was when they were found to count."""
    at: datetime


@event("administrators.stood-down", public=False)
class AdministratorStoodDown:
    """A person counts no longer; whoever found them to count at this version or before is late."""

    user_id: UUID
    user_version: int
    at: datetime


AdministratorsEvent: TypeAlias = AdministratorAppointed | AdministratorStoodDown

EVENTS = (
    UserRegistered,
    RegistrationRefused,
    UserActivated,
    LanguageChosen,
    ProfileChanged,
    NotificationsChosen,
    RoleChanged,
    SecondFactorAssigned,
    SecondFactorChosen,
    BrowserTrustDecided,
    JoinedGroup,
    LeftGroup,
    UserSuspended,
    UserReinstated,
    UserDeleted,
    SubjectShredded,
    GroupCreated,
    GroupChanged,
    GroupPermitted,
    GroupDeleted,
    TenantPolicyChanged,
    TenantImageChanged,
    AdministratorAppointed,
    AdministratorStoodDown,
    OperatorAppointed,
    OperatorDismissed,
    OperatorActed,
    OperatorRefused,
)
