"""What the contracts service needs of the world beside its log. Next stop: handlers.py."""

from collections.abc import Callable
from uuid import UUID

from kernel.domain.context import Context

Fingerprint = Callable[[str, str], bytes]
"""Returns the HMAC of a text in a scope: texts can be compared and claimed without being kept."""

ForTenant = Callable[[UUID], Context]
"""Returns the circumstances of a command for a tenant: the operator has none of its own."""
