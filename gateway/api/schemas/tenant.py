"""What a tenant's administrators decide for all. Next stop: api/tenant.py."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from gateway.api.schemas.answer import Answer
from gateway.application.networks import MOST_NETWORKS, network
from gateway.application.steps import Method
from kernel.adapters.http.body import Body
from kernel.adapters.http.moments import Moment

MINUTES_AN_HOUR = 60


def _network(text: str) -> str:
    try:
        return network(text)
    except ValueError:
        raise PydanticCustomError("malformed", "Must be an IPv4 or IPv6 network, such as 192.0.2.0/24") from None


Network = Annotated[str, Field(max_length=60), AfterValidator(_network)]


class LoginPolicyGiven(Body):
    """How people change from codes by mail to the authenticator app; between the two moments both are accepted."""

    effective_from: Moment = Field(description="From then on nobody new gets codes by mail.")
    legacy_until: Moment = Field(description="From then on a code by mail lets nobody in.")

    @field_validator("legacy_until")
    @classmethod
    def _not_before(cls, until: datetime, info: ValidationInfo) -> datetime:
        since = info.data.get("effective_from")
        if since is not None and until <= since:
            raise PydanticCustomError("too-small", "The old method must not end before the new one begins")
        return until


class LoginPolicyAnswer(Answer):
    """How people change from codes by mail to the authenticator app."""

    effective_from: datetime
    legacy_until: datetime


class TenantSettingsGiven(Body):
    """All of the settings."""

    session_idle_minutes: int = Field(ge=5, le=1440)
    session_absolute_hours: int = Field(ge=1, le=168)
    allowed_networks: list[Network] = Field(
        max_length=MOST_NETWORKS, examples=[["192.0.2.0/24"]], description="Empty: from anywhere."
    )
    trusted_browser: bool
    second_factors: list[Method] = Field(min_length=1, max_length=2)
    login_policy: LoginPolicyGiven | None = None

    @field_validator("session_absolute_hours")
    @classmethod
    def _not_before_idle(cls, hours: int, info: ValidationInfo) -> int:
        if hours * MINUTES_AN_HOUR < info.data.get("session_idle_minutes", 0):
            raise PydanticCustomError("too-small", "A session must not end before it may be left alone so long")
        return hours


class TenantSettingsAnswer(Answer):
    """The settings as they are."""

    session_idle_minutes: int
    session_absolute_hours: int
    allowed_networks: list[str]
    trusted_browser: bool
    second_factors: list[Method]
    login_policy: LoginPolicyAnswer | None
    version: int = Field(description="Also in the ETag; goes into If-Match.")
