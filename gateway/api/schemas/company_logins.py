"""What goes in and out about the logins of a company. Next stop: api/company_logins.py."""

from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from gateway.api.schemas.answer import Answer
from gateway.api.schemas.histories import LoginRecordAnswer, Part
from gateway.application.credentials import LoginResult, LoginsWanted
from kernel.adapters.http.moments import Moment


class LoginsFilter(BaseModel):
    """Which logins: of everybody or one person, with any result or one, of which time."""

    model_config = ConfigDict(alias_generator=to_camel, validate_by_name=True, extra="forbid", frozen=True)

    user_id: UUID | None = None
    result: LoginResult | None = None
    since: Moment | None = None
    until: Moment | None = None

    @property
    def wanted(self) -> LoginsWanted:
        """Return it as it is asked for."""
        return LoginsWanted(user_id=self.user_id, result=self.result, since=self.since, until=self.until)


class LoginsPart(LoginsFilter, Part):
    """Which part of which logins."""


class LoginsFormat(LoginsFilter):
    """Which logins, as what kind of file."""

    format: Literal["csv", "json"] = "csv"


class CompanyLoginAnswer(LoginRecordAnswer):
    """One login of somebody of the company, or one that was refused."""

    outcome: str = Field(examples=["PASSED", "PASSWORD_WRONG", "CODE_WRONG"])
    user_id: UUID
    name: str | None = Field(description="Null for a person who was deleted.")


class CompanyLoginList(Answer):
    """Logins of the company, newest first."""

    items: list[CompanyLoginAnswer]
    next_cursor: str | None = Field(description="Goes into `cursor` to get what was before; null at the end.")
