"""What the gateway reads of the platform's operators. Next: projections/operator.py."""

from datetime import datetime
from uuid import UUID

from kernel.domain.reads import reads


@reads("portal.operator.appointed.v1")
class OperatorAppointed:
    """A person may use the ops console in a role."""

    user_id: UUID
    role: str
    at: datetime


@reads("portal.operator.dismissed.v1")
class OperatorDismissed:
    """A person may use the ops console no longer."""

    user_id: UUID
    at: datetime
