"""Who looks at a page or calls the API with a session. Next stop: policy.py, what they may see."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from gateway.application.access import NOTHING, Access
from gateway.application.session import Session
from gateway.sources.users import LoginPolicy

IDLE = timedelta(minutes=30)


class Role(StrEnum):
    """What a person may administer; says nothing about contracts."""

    PORTAL_ADMIN = "PORTAL_ADMIN"
    GENERAL_USER = "GENERAL_USER"


class OperatorRole(StrEnum):
    """What a person of the platform's own tenant may do in the ops console."""

    OPS = "OPS"
    OPS_VIEWER = "OPS_VIEWER"
    """Looks and changes nothing."""


class Origin(StrEnum):
    """How a person came to be registered."""

    APPLICATION_FORM = "APPLICATION_FORM"
    ADMINISTRATOR = "ADMINISTRATOR"


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """A person with a live session; name and mail address are in the clear, so never keep one."""

    user_id: UUID
    tenant_id: UUID
    name: str
    """Empty while the registration has not reached the read model, or when the person was forgotten."""
    email: str
    role: Role
    origin: Origin | None
    """None while unknown."""
    language: str | None
    """The screen language the person chose, `ja` or `en`; None when they chose none."""
    timezone: str
    csrf_token: str
    session: Session
    access: Access = NOTHING
    """What the person may do with contracts; being an administrator adds nothing to it."""
    client_ip: str = ""
    """From where the person looks, as the trusted hops say it."""
    mail_language: str = "ja"
    """The language of the mails the person gets, whoever caused them."""
    second_factor: str = "TOTP"
    idle: timedelta = IDLE
    """How long the tenant lets a session alone."""
    login_change: LoginPolicy | None = None
    """The change from codes by mail to a safer second step, while both are accepted."""
    operator: OperatorRole | None = None
    """In which role the person operates the platform; None for everybody whom a company administers."""

    @property
    def administers(self) -> bool:
        """Return whether the person may administer people, groups and settings."""
        return self.role is Role.PORTAL_ADMIN

    @property
    def ends_at(self) -> datetime:
        """Return when the session ends at the latest."""
        return self.session.ends_at
