"""Why the users service may say no."""

from kernel.domain.errors import Denied, Invalid, NotFound, Refused, TooManyTries


class UserUnknown(NotFound):
    """There is no such user, or it is not the caller's to know."""

    code = "user-unknown"


class GroupUnknown(NotFound):
    """There is no such group, or it is not the caller's to know."""

    code = "group-unknown"


class OperatorUnknown(NotFound):
    """There is no such operator of the platform."""

    code = "operator-unknown"


class OperatorOnly(Denied):
    """Only an operator may do this, and not one who may only look."""

    code = "operator-only"


class EmailTaken(Refused):
    """The mail address is another user's."""

    code = "email-taken"


class TooManyImported(TooManyTries):
    """The tenant tried or imported as many people as it may within an hour."""

    code = "too-many-imported"


class TooManyUnmailed(TooManyTries):
    """So many people of the tenant wait for their first mail that no more may."""

    code = "too-many-unmailed"


class LastAdministrator(Refused):
    """Nobody would be left who can administer the tenant."""

    code = "last-administrator"


class NotOneself(Refused):
    """One cannot shut oneself out."""

    code = "not-oneself"


class GroupNameTaken(Refused):
    """Another group of the tenant has this name."""

    code = "group-name-taken"


class GroupBuiltIn(Refused):
    """The group comes with every tenant: its name and permissions stay, and so does it."""

    code = "group-built-in"


class NetworkExcludesYou(Refused):
    """Whoever asks would be shut out by what they ask for."""

    code = "network-excludes-you"


class MailNotRefusable(Invalid):
    """A kind of mail was refused that the person must get; `errors` in *extra* says which."""

    code = "mail-not-refusable"


class ImageUnknown(NotFound):
    """The tenant shows no picture."""

    code = "image-unknown"


class ImageRefused(Invalid):
    """What was sent is no picture that can be shown; `errors` in *extra* says why."""

    code = "image-refused"


class ReferenceUnknown(Invalid):
    """Something is named that the tenant does not have; `errors` in *extra* says where."""

    code = "invalid"
