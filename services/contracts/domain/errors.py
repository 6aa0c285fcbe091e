"""Why the contracts service may say no."""

from kernel.domain.errors import Invalid, NotFound, Refused


class ApplicationDiffers(Refused):
    """An application of this number was received before, and said something else."""

    code = "application-differs"


class ApplicationUnknown(NotFound):
    """There is no application of this number."""

    code = "application-unknown"


class ApplicationGoesBack(Refused):
    """The work on the application is further than that."""

    code = "application-goes-back"


class ApplicationOver(Refused):
    """The application was completed, refused or given up, and stays so."""

    code = "application-over"


class ContractNumberTaken(Refused):
    """A contract number was applied for on another form; `contract_numbers` in *extra* says which."""

    code = "contract-number-taken"


class CursorUnreadable(Invalid):
    """A cursor of another list, or of nobody here."""

    code = "cursor-unreadable"


class ContractUnknown(NotFound):
    """There is no contract of this id or number."""

    code = "contract-unknown"


class ContractNotInForce(Refused):
    """The contract was terminated."""

    code = "contract-terminated"


class IncidentDiffers(Refused):
    """An incident of this number was opened before, and is about something else."""

    code = "incident-differs"


class IncidentUnknown(NotFound):
    """There is no incident of this number."""

    code = "incident-unknown"


class IncidentClosed(Refused):
    """The incident is closed, and stays so."""

    code = "incident-closed"


class IncidentGoesBack(Refused):
    """An incident is opened once."""

    code = "incident-goes-back"


class MaintenanceDiffers(Refused):
    """Work of this number was announced before, and is something else."""

    code = "maintenance-differs"


class MaintenanceUnknown(NotFound):
    """No work of this number was announced."""

    code = "maintenance-unknown"


class MaintenanceOver(Refused):
    """The work is done or was called off, and stays so."""

    code = "maintenance-over"


class MaintenanceNotBegun(Refused):
    """What has not begun cannot be done."""

    code = "maintenance-not-begun"


class CalendarUnknown(NotFound):
    """No calendar opens with this secret, or none any more."""

    code = "calendar-unknown"


class CalendarEnded(Refused):
    """The address that this wish made was replaced or taken back; another one is another wish."""

    code = "calendar-unknown"


class EndsBeforeItBegins(Invalid):
    """A window must end after it begins."""

    code = "invalid"

    def __init__(self) -> None:
        super().__init__(errors=[_wrong("/endsAt", "ends-before-it-begins", "Must be later than startsAt")])


class WindowPast(Invalid):
    """Work cannot be announced for a time that was over when it was announced."""

    code = "invalid"

    def __init__(self) -> None:
        super().__init__(errors=[_wrong("/endsAt", "in-the-past", "Must be later than the announcement")])


class NotYet(Invalid):
    """What has not happened cannot be reported."""

    code = "invalid"

    def __init__(self) -> None:
        super().__init__(errors=[_wrong("/occurredAt", "in-the-future", "Must not lie in the future")])


def _wrong(pointer: str, code: str, detail: str) -> dict[str, str]:
    return {"pointer": pointer, "code": code, "detail": detail}
