"""Users: time and outside checks become plain values here. Next stop: domain/user.py."""

import unicodedata
from dataclasses import dataclass
from uuid import UUID

from kernel.application.execute import execute
from kernel.application.ports import Clock, EventStore
from kernel.domain.context import Context
from kernel.domain.errors import ClaimTaken
from kernel.domain.recorded import Appended, Claim
from services.users.application.ports import Fingerprint
from services.users.domain.commands import ChooseLanguage, RefuseRegistration, RegisterUser, Registration
from services.users.domain.errors import UserUnknown
from services.users.domain.events import Language, RefusalReason
from services.users.domain.user import user

EMAIL = "email"
"""The scope of claims to mail addresses; stored for ever."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UserHandlers:
    """What this service can be asked to do, and what it needs to do it."""

    store: EventStore
    now: Clock
    fingerprint: Fingerprint

    async def register(self, registration: Registration, by: Context) -> Appended:
        """Make a person a user, or record that their mail address is another user's."""
        claim = Claim(EMAIL, self.fingerprint(EMAIL, normal(registration.email)))
        asked = RegisterUser(registration=registration, at=self.now())
        user_id = registration.user_id
        try:
            return await execute(self.store, user, user_id, asked, by, claims=[claim])
        except ClaimTaken:
            refusal = RefuseRegistration(user_id=user_id, reason=RefusalReason.EMAIL_TAKEN, at=self.now())
            return await execute(self.store, user, user_id, refusal, by)

    async def choose_language(self, user_id: UUID, language: Language, by: Context) -> Appended:
        """Set the language of one's own screens. Raises: UserUnknown."""
        past = await self.store.load(user_id)
        if by.actor != f"user:{user_id}" or not past or past[0].tenant_id != by.tenant_id:
            raise UserUnknown
        asked = ChooseLanguage(user_id=user_id, screen_language=language, at=self.now())
        return await execute(self.store, user, user_id, asked, by)


def normal(email: str) -> str:
    """Return a mail address in the one form that all its spellings share."""
    folded = unicodedata.normalize("NFKC", email).strip().casefold()
    # Folding may leave a letter and its mark apart again.
    return unicodedata.normalize("NFKC", folded)
