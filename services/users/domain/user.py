"""A user: a person who may use the portal, or could not become one. Next stop: the relay, kernel/adapters/kafka."""

from dataclasses import asdict, dataclass, replace
from enum import Enum, auto
from typing import assert_never

from kernel.domain.decider import Decider
from services.users.domain.commands import ChooseLanguage, RefuseRegistration, RegisterUser, UserCommand
from services.users.domain.errors import UserUnknown
from services.users.domain.events import Language, LanguageChosen, RegistrationRefused, UserEvent, UserRegistered


class Life(Enum):
    """Where a user stands."""

    ABSENT = auto()
    REGISTERED = auto()
    REFUSED = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """What must be known of a user to decide about them."""

    life: Life = Life.ABSENT
    screen_language: Language | None = None


def evolve(state: User, event: UserEvent) -> User:
    """Return the state after *event*."""
    match event:
        case UserRegistered():
            return replace(state, life=Life.REGISTERED)
        case RegistrationRefused():
            return replace(state, life=Life.REFUSED)
        case LanguageChosen(screen_language=language):
            return replace(state, screen_language=language)
        case _:
            assert_never(event)


def decide(state: User, command: UserCommand) -> list[UserEvent]:
    """Return the facts *command* leads to; none when it would change nothing. Raises: UserUnknown."""
    match command:
        case RegisterUser():
            return _register(state, command)
        case RefuseRegistration():
            return _refuse(state, command)
        case ChooseLanguage():
            return _choose(state, command)
        case _:
            assert_never(command)


def _register(state: User, asked: RegisterUser) -> list[UserEvent]:
    if state.life is not Life.ABSENT:
        return []
    return [UserRegistered(**asdict(asked.registration), at=asked.at)]


def _refuse(state: User, asked: RefuseRegistration) -> list[UserEvent]:
    if state.life is not Life.ABSENT:
        return []
    return [RegistrationRefused(user_id=asked.user_id, reason=asked.reason, at=asked.at)]


def _choose(state: User, asked: ChooseLanguage) -> list[UserEvent]:
    if state.life is not Life.REGISTERED:
        raise UserUnknown
    if asked.screen_language is state.screen_language:
        return []
    return [LanguageChosen(user_id=asked.user_id, screen_language=asked.screen_language, at=asked.at)]


user: Decider[User, UserCommand, UserEvent] = Decider(initial=User(), decide=decide, evolve=evolve)
