"""What the gateway reads of the users service; name and mail address stay sealed. Next: projections/person.py."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kernel.domain.reads import reads


@reads("portal.user.registered.v1")
class UserRegistered:
    """A person may use the portal."""

    user_id: UUID
    name: str
    email: str
    mail_language: str
    timezone: str
    second_factor: str
    role: str
    origin: str
    at: datetime


@reads("portal.user.language-chosen.v1")
class LanguageChosen:
    """A person chose the language of their screens."""

    user_id: UUID
    screen_language: str
    at: datetime


@reads("portal.user.profile-changed.v1")
class ProfileChanged:
    """What is known of a person now; the whole state after the change."""

    user_id: UUID
    name: str
    mail_language: str
    timezone: str
    at: datetime


@reads("portal.user.role-changed.v1")
class RoleChanged:
    """A person may administer more or less than before."""

    user_id: UUID
    role: str
    at: datetime


@reads("portal.user.second-factor-assigned.v1")
class SecondFactorAssigned:
    """A person gives the second proof otherwise than before."""

    user_id: UUID
    second_factor: str
    at: datetime


@reads("portal.user.second-factor-chosen.v1")
class SecondFactorChosen:
    """A person themselves said how they prove a second time that it is them."""

    user_id: UUID
    second_factor: str
    at: datetime


@reads("portal.user.browser-trust-decided.v1")
class BrowserTrustDecided:
    """An administrator decided for one person whether their browsers may be trusted."""

    user_id: UUID
    trust: str
    at: datetime


@reads("portal.user.joined-group.v1")
class JoinedGroup:
    """A person has what a group permits."""

    user_id: UUID
    group_id: UUID
    at: datetime


@reads("portal.user.left-group.v1")
class LeftGroup:
    """A person no longer has what a group permits."""

    user_id: UUID
    group_id: UUID
    at: datetime


@reads("portal.user.suspended.v1")
class UserSuspended:
    """A person is shut out for the time being."""

    user_id: UUID
    at: datetime


@reads("portal.user.reinstated.v1")
class UserReinstated:
    """A suspended person is let in again."""

    user_id: UUID
    at: datetime


@reads("portal.user.deleted.v1")
class UserDeleted:
    """A person is shut out for good."""

    user_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Permitted:
    """What may be done with a contract, or with every contract of a service."""

    service_name: str
    contract_id: UUID | None = None
    actions: tuple[str, ...]


@reads("portal.group.created.v1")
class GroupCreated:
    """There is a group; it permits nothing yet, unless it is the built-in one of all permissions."""

    group_id: UUID
    built_in: bool = False
    at: datetime


@reads("portal.group.permitted.v1")
class GroupPermitted:
    """What a group permits now; the whole state after the change."""

    group_id: UUID
    permissions: tuple[Permitted, ...]
    at: datetime


@reads("portal.group.deleted.v1")
class GroupDeleted:
    """There is no such group any more."""

    group_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginPolicy:
    """From when on the new second step is what one gets, and until when codes by mail are still accepted."""

    effective_from: datetime
    legacy_until: datetime


@reads("portal.tenant-policy.changed.v1")
class TenantPolicyChanged:
    """What a tenant decided for all of its sessions; the whole state after the change."""

    session_idle_minutes: int
    session_absolute_hours: int
    allowed_networks: tuple[str, ...]
    trusted_browser: bool = False
    login_policy: LoginPolicy | None = None
    at: datetime


@reads("portal.tenant-image.changed.v1")
class TenantImageChanged:
    """A tenant shows another picture to its people, or none."""

    digest: str | None = None
    width: int = 0
    height: int = 0
