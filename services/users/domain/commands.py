"""What may be asked of users. Next stop: user.py."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from services.users.domain.events import Language, Origin, RefusalReason, Role, SecondFactor


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


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterUser:
    """Make a person a user; that the mail address is free is claimed beside it."""

    registration: Registration
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RefuseRegistration:
    """Record that a person cannot become a user."""

    user_id: UUID
    reason: RefusalReason
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ChooseLanguage:
    """Choose the language of one's screens."""

    user_id: UUID
    screen_language: Language
    at: datetime


UserCommand: TypeAlias = RegisterUser | RefuseRegistration | ChooseLanguage
