"""Why the gateway itself may say no; what services refuse comes through with their own codes."""

from kernel.domain.errors import Denied, Invalid, NotFound, Refused, TooManyTries, Unauthenticated, Unavailable


class SessionMissing(Unauthenticated):
    """There is no session, or it has ended."""

    code = "session-missing"


class LoginMissing(Unauthenticated):
    """No login is under way in this browser, or it has expired."""

    code = "login-expired"


class TrustEnded(Unauthenticated):
    """The browser was trusted, and the tenant wants that no more; the login begins again, with a code."""

    code = "trusted-browser-ended"


class TooManyStreams(TooManyTries):
    """This session has as many streams of changes open as it may."""

    code = "too-many-streams"


class ActivationMissing(NotFound):
    """This browser holds no activation link."""

    code = "activation-unknown"


class FormForged(Denied):
    """The form or call does not come from a page that we gave to this browser."""

    code = "csrf-refused"


class CrossSite(Denied):
    """The browser says that another site sent this."""

    code = "cross-site"


class ClientUnknown(Unauthenticated):
    """The client id or secret is wrong."""

    code = "invalid-client"


class ContractUnknown(NotFound):
    """There is no such contract for this person."""

    code = "contract-unknown"


class AlreadyShown(Refused):
    """What is personal was shown for this wish; another look is another wish, with a reason of its own."""

    code = "already-shown"


class AlreadyOrdered(Refused):
    """An operator ordered this under the same key before, which is on record; another time is another deed."""

    code = "already-ordered"


class NothingParked(NotFound):
    """What an operator's page was about is parked no more."""

    code = "nothing-parked"


class ServiceUnknown(NotFound):
    """There is no contract of such a service for this person."""

    code = "service-unknown"


class SettingsDenied(Denied):
    """The person may see the contract, and not change its settings."""

    code = "settings-denied"


class SiteMissing(NotFound):
    """There is no settings site for this service."""

    code = "settings-site-missing"


class SiteAway(Unavailable):
    """The settings site does not answer."""

    code = "settings-site-away"


class CursorUnreadable(Invalid):
    """The cursor was not made by this list."""

    code = "cursor-unreadable"


class ScopeUnknown(Invalid):
    """None of the scopes asked for is known."""

    code = "invalid-scope"


class ImageUnknown(NotFound):
    """The company shows no such picture."""

    code = "image-unknown"


class ImageRefused(Invalid):
    """What was sent is no picture that can be shown."""

    code = "image-refused"


class AccessPending(Unavailable):
    """A change of access is recorded, and not in force everywhere yet; the same key finds what came of it."""

    code = "access-pending"


class NetworkRefused(Denied):
    """The tenant lets nobody in from the caller's network."""

    code = "network-refused"


class ApplicationUnknown(NotFound):
    """There is no such application for this person."""

    code = "application-unknown"


class IncidentUnknown(NotFound):
    """There is no such incident for this person."""

    code = "incident-unknown"


class MaintenanceUnknown(NotFound):
    """There is no such work for this person."""

    code = "maintenance-unknown"


class CalendarUnknown(NotFound):
    """No calendar opens with this address, or none any more."""

    code = "calendar-unknown"
