"""What is sent to the users service and what it answers. Next stop: application/handlers.py."""

from kernel.adapters.http.body import Body, Reply
from services.users.domain.events import Language


class LanguageChoice(Body):
    """A language for one's screens."""

    screen_language: Language


class LanguageAnswer(Reply):
    """The language of one's screens from now on."""

    screen_language: Language
