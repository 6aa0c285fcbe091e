"""The language of a person's screens. Next stop: clients/users.py."""

from dataclasses import dataclass

from gateway.application.asked import Asked
from gateway.application.ports import Users
from gateway.application.sessions import Sessions
from gateway.application.viewer import Viewer

LANGUAGES = ("ja", "en")


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageJourney:
    """The choice that stays with the person, whatever the browser says."""

    users: Users
    sessions: Sessions

    async def choose(self, viewer: Viewer, token: str, language: str, asked: Asked) -> None:
        """Record the choice; the next page shows it. Raises: Invalid; Unavailable."""
        position = await self.users.choose_language(viewer.session, language, asked)
        await self.sessions.remember(token, position)
        # Who is asking is read before a page waits for anything, so the choice must be there by then.
        await self.sessions.shown(position)


def preferred(accept_language: str, *, otherwise: str = "ja") -> str:
    """Return which of our languages an Accept-Language header likes best. See: RFC 9110, section 12.5.4."""
    best, weight = otherwise, 0.0
    for part in accept_language.split(",")[:20]:
        tag, _, parameters = part.strip().partition(";")
        language = tag.strip().lower().partition("-")[0]
        quality = _quality(parameters)
        if language in LANGUAGES and quality > weight:
            best, weight = language, quality
    return best


def _quality(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return min(max(float(value), 0.0), 1.0)
    except ValueError:
        return 0.0
