"""Why identity may say no. Texts never say more than a stranger may know."""

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
