"""The users service's commands as typed calls. Next stop: services/users/api."""

from dataclasses import dataclass

from gateway.application.asked import Asked
from gateway.application.session import Session
from kernel.adapters.http.client import ServiceClient
from kernel.domain.recorded import LogPosition

SCOPES = ("users:self",)


@dataclass(frozen=True, slots=True)
class UsersClient:
    """Calls users as the person who asks."""

    http: ServiceClient

    async def choose_language(self, session: Session, language: str, asked: Asked) -> LogPosition | None:
        """Record the language of a person's screens."""
        context = asked.context(f"user:{session.user_id}", session.tenant_id)
        path, body = f"/users/{session.user_id}/screen-language", {"screenLanguage": language}
        return (await self.http.put(path, body, SCOPES, context)).position
