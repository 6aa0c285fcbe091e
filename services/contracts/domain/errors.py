"""Why the contracts service may say no."""

from kernel.domain.errors import NotFound, Refused


class ApplicationDiffers(Refused):
    """An application of this number was received before, and said something else."""

    code = "application-differs"


class ContractNumberTaken(Refused):
    """A contract number was applied for on another form; `contract_numbers` in *extra* says which."""

    code = "contract-number-taken"


class ContractUnknown(NotFound):
    """There is no contract of this id."""

    code = "contract-unknown"


class ContractNotInForce(Refused):
    """The contract was terminated."""

    code = "contract-terminated"
