"""What a tenant's policy may say, and what is told of it. Next stop: policy.py."""

from datetime import datetime
from ipaddress import ip_address, ip_network
from typing import Annotated, Self

from pydantic import AfterValidator, Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from kernel.adapters.http.body import Body, Reply
from kernel.adapters.http.moments import Moment
from services.users.api.schemas import Assignable
from services.users.domain.commands import Policy
from services.users.domain.events import ASSIGNABLE, SecondFactor
from services.users.domain.login_policy import LoginPolicy

MOST_NETWORKS = 100
MINUTES_AN_HOUR = 60


def _network(text: str) -> str:
    """Return a network as it is always written. Raises: PydanticCustomError."""
    try:
        # Bits behind the prefix would be dropped in silence: whoever wrote them meant another network.
        return str(ip_network(text.strip()))
    except ValueError:
        raise PydanticCustomError("malformed", "Must be a network such as 192.0.2.0/24 or 2001:db8::/32") from None


def _address(text: str) -> str:
    try:
        return str(ip_address(text.strip()))
    except ValueError:
        raise PydanticCustomError("malformed", "Must be an IP address") from None


Network = Annotated[str, Field(max_length=60), AfterValidator(_network)]


class LoginPolicyForm(Body):
    """How the tenant's people change from codes by mail to a safer second step."""

    effective_from: Moment
    legacy_until: Moment

    @field_validator("legacy_until")
    @classmethod
    def _not_before(cls, until: datetime, info: ValidationInfo) -> datetime:
        since = info.data.get("effective_from")
        if since is not None and until <= since:
            raise PydanticCustomError("too-small", "The old method must not end before the new one begins")
        return until

    def policy(self) -> LoginPolicy:
        """Return it as the domain knows it."""
        return LoginPolicy(effective_from=self.effective_from, legacy_until=self.legacy_until)


class LoginPolicyOne(Reply):
    """How the tenant's people change from codes by mail to a safer second step."""

    effective_from: datetime
    legacy_until: datetime


class PolicyForm(Body):
    """What is to hold for all people of a tenant."""

    session_idle_minutes: Annotated[int, Field(ge=5, le=1440)]
    session_absolute_hours: Annotated[int, Field(ge=1, le=168)]
    allowed_networks: Annotated[tuple[Network, ...], Field(max_length=MOST_NETWORKS)]
    trusted_browser: bool
    second_factors: Annotated[tuple[Assignable, ...], Field(min_length=1, max_length=len(ASSIGNABLE))]
    login_policy: LoginPolicyForm | None = None
    caller_address: Annotated[str, Field(max_length=60), AfterValidator(_address)] | None = None
    """Where the administrator is, as the gateway sees it."""

    @field_validator("login_policy")
    @classmethod
    def _with_something_new(cls, wanted: LoginPolicyForm | None, info: ValidationInfo) -> LoginPolicyForm | None:
        if wanted is not None and SecondFactor.TOTP not in info.data.get("second_factors", ASSIGNABLE):
            raise PydanticCustomError("needs-totp", "Nobody could log in once the old method has ended")
        return wanted

    @field_validator("session_absolute_hours")
    @classmethod
    def _not_before_idle(cls, hours: int, info: ValidationInfo) -> int:
        if hours * MINUTES_AN_HOUR < info.data.get("session_idle_minutes", 0):
            raise PydanticCustomError("too-small", "A session must not end before it may be left alone so long")
        return hours

    def policy(self) -> Policy:
        """Return it as the domain knows it: each network and factor once."""
        return Policy(
            session_idle_minutes=self.session_idle_minutes,
            session_absolute_hours=self.session_absolute_hours,
            allowed_networks=tuple(dict.fromkeys(self.allowed_networks)),
            trusted_browser=self.trusted_browser,
            second_factors=tuple(one for one in ASSIGNABLE if one in self.second_factors),
            login_policy=self.login_policy.policy() if self.login_policy else None,
        )


class PolicyOne(Reply):
    """What holds for all people of a tenant."""

    session_idle_minutes: int
    session_absolute_hours: int
    allowed_networks: tuple[str, ...]
    trusted_browser: bool
    second_factors: tuple[SecondFactor, ...]
    login_policy: LoginPolicyOne | None
    version: int

    @classmethod
    def of(cls, policy: Policy, version: int) -> Self:
        """Return a policy at its version."""
        return cls(
            session_idle_minutes=policy.session_idle_minutes,
            session_absolute_hours=policy.session_absolute_hours,
            allowed_networks=policy.allowed_networks,
            trusted_browser=policy.trusted_browser,
            second_factors=policy.second_factors,
            login_policy=LoginPolicyOne.model_validate(policy.login_policy) if policy.login_policy else None,
            version=version,
        )


class PolicyReply(Reply):
    """At which version the policy is."""

    version: int
