"""A user is registered or refused, once."""

from kernel.testing import given
from services.users.domain.commands import ChooseLanguage, RefuseRegistration, RegisterUser
from services.users.domain.errors import UserUnknown
from services.users.domain.events import Language, LanguageChosen, RefusalReason
from services.users.domain.user import user
from tests.unit.users.samples import AT, REFUSED, REGISTERED, REGISTRATION, USER

REGISTER = RegisterUser(registration=REGISTRATION, at=AT)
REFUSE = RefuseRegistration(user_id=USER, reason=RefusalReason.EMAIL_TAKEN, at=AT)
CHOOSE = ChooseLanguage(user_id=USER, screen_language=Language.EN, at=AT)
CHOSEN = LanguageChosen(user_id=USER, screen_language=Language.EN, at=AT)


def test_a_person_becomes_a_user() -> None:
    given(user).when(REGISTER).then(REGISTERED)


def test_a_person_becomes_a_user_only_once() -> None:
    given(user, REGISTERED).when(REGISTER).then_nothing()


def test_s26_a_person_whose_address_is_taken_is_refused() -> None:
    given(user).when(REFUSE).then(REFUSED)


def test_who_was_refused_stays_refused() -> None:
    given(user, REFUSED).when(REGISTER).then_nothing()
    given(user, REFUSED).when(REFUSE).then_nothing()


def test_who_is_registered_is_not_refused_afterwards() -> None:
    given(user, REGISTERED).when(REFUSE).then_nothing()


def test_a_user_chooses_the_language_of_their_screens() -> None:
    given(user, REGISTERED).when(CHOOSE).then(CHOSEN)


def test_choosing_the_same_language_again_changes_nothing() -> None:
    given(user, REGISTERED, CHOSEN).when(CHOOSE).then_nothing()


def test_who_is_no_user_chooses_nothing() -> None:
    given(user).when(CHOOSE).refused(UserUnknown)
    given(user, REFUSED).when(CHOOSE).refused(UserUnknown)
