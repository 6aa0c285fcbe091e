"""Why identity may say no. Texts never say more than a stranger may know."""

from datetime import datetime, timedelta
from typing import Self

from kernel.domain.errors import (
    Denied,
    Gone,
    Invalid,
    Locked,
    NotFound,
    Refused,
    TooManyTries,
    Unauthenticated,
    Unavailable,
)


class ActivationUnknown(NotFound):
    """There is no such link."""

    code = "activation-unknown"


class ActivationExpired(Gone):
    """The link's time is over; a password reset gives a new one."""

    code = "activation-expired"


class ActivationUsed(Gone):
    """All the link was for has been done."""

    code = "activation-used"


class ActivationReplaced(Gone):
    """A newer link was sent."""

    code = "activation-replaced"


class ActivationRevoked(Gone):
    """The link's person may not use the portal at present."""

    code = "activation-revoked"


class ActivationFrozen(Locked):
    """Too many wrong answers were given with this link."""

    code = "activation-frozen"


class IdentityMismatch(Denied):
    """What was said is not what is registered; it is not said which part."""

    code = "identity-mismatch"


class IdentityNotConfirmed(Denied):
    """Who the holder of the link is must be confirmed first."""

    code = "identity-not-confirmed"


class StepOrder(Refused):
    """This step is not the one to do now."""

    code = "step-order"


class PasswordRefused(Invalid):
    """The password breaks a rule; `errors` names each."""

    code = "password-refused"


class FactorForbidden(Invalid):
    """The tenant does not let its people give the second proof in this way."""

    code = "second-factor-forbidden"


class CodeWrong(Denied):
    """The first code of the authenticator is wrong."""

    code = "code-wrong"


class LoginCodeWrong(Unauthenticated):
    """The code is wrong, or was used before."""

    code = "code-wrong"


class CredentialsWrong(Unauthenticated):
    """There is no such person with such a password."""

    code = "credentials-wrong"


class LoginExpired(Unauthenticated):
    """The login is unknown, over, or out of tries."""

    code = "login-expired"


class MethodHasNoCode(Refused):
    """The person's authenticator shows the code; none is mailed."""

    code = "method-has-no-code"


class CredentialIsLocked(Locked):
    """Too many wrong codes; a password reset unlocks."""

    code = "credential-locked"


class LoginThrottled(TooManyTries):
    """Too many wrong passwords, or codes asked for; *retry_after* seconds from now it may be tried again."""

    @classmethod
    def until(cls, end: datetime, at: datetime) -> Self:
        """Return the refusal of what may be tried again from *end* on."""
        return cls(retry_after=max(1, -((at - end) // timedelta(seconds=1))))


class CodesSpent(LoginThrottled):
    """So many codes were wrong within a day that none is looked at for now, whatever was reset meanwhile."""

    code = "codes-spent"


class LinksThrottled(TooManyTries):
    """The person was mailed too many links within a day."""


class Busy(Unavailable):
    """More passwords wait to be checked than can be in reasonable time."""

    code = "busy"


class SessionUnknown(NotFound):
    """There is no such session of this person."""

    code = "session-unknown"


class LinkGone(Gone):
    """The link is no longer to be delivered."""

    code = "activation-gone"


class ChallengeGone(Gone):
    """The code is no longer to be delivered."""

    code = "challenge-gone"


class CredentialUnknown(NotFound):
    """There is no such person, or the caller may not know of them."""

    code = "credential-unknown"


class CredentialIsDisabled(Locked):
    """The person was suspended or deleted."""

    code = "credential-disabled"


class NothingToSetUp(Refused):
    """The person has set everything up; who lost the password asks for a new one on the login page."""

    code = "credential-active"


class NotActivated(Refused):
    """The person has never set a password, so there is nothing to reset; a new activation link helps."""

    code = "credential-not-active"


class BrowserUnknown(NotFound):
    """No such browser of this person is trusted."""

    code = "trusted-browser-unknown"


class LoginMethodEnded(Denied):
    """Codes by mail are accepted no more; a link to set up an authenticator was mailed."""

    code = "login-method-ended"


class CurrentPasswordWrong(Denied):
    """The password that the person gave as their own is not."""

    code = "current-password-wrong"


class PasskeyRefused(Invalid):
    """What the browser said of a new passkey cannot be accepted; it is begun again."""

    code = "passkey-refused"


class PasskeyWrong(Denied):
    """The passkey is not the person's, or its answer is not to the question of now."""

    code = "passkey-wrong"


class LoginPasskeyWrong(Unauthenticated):
    """The same, at a login."""

    code = "passkey-wrong"


class PasskeyUnknown(NotFound):
    """The person has no such passkey, or none at all."""

    code = "passkey-unknown"


class PasskeysFull(Refused):
    """The person has as many passkeys as one may have."""

    code = "passkeys-full"


class StepUpNeeded(Denied):
    """Who asks must first show again, in this session, that it is them."""

    code = "step-up-needed"


class NoAuthenticator(Refused):
    """Recovery codes stand in for an authenticator app, and the person uses none."""

    code = "recovery-needs-totp"


class CodesShownBefore(Refused):
    """This very wish was granted before; the codes are shown once, so a new set must be asked for."""

    code = "recovery-codes-shown"


class ClientRefused(Unauthenticated):
    """There is no such site, or what was shown does not prove that it is this one."""

    code = "invalid-client"


class GrantRefused(Refused):
    """The code is unknown, used, too old, shown otherwise than it was asked for, or its session is over."""

    code = "invalid-grant"


class TokenRefused(Unauthenticated):
    """The token stands for nothing, or for nothing any more."""

    code = "invalid-token"
