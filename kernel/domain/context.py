"""Who asked, for whom, and what led to it: goes with every command into the facts it causes."""

from dataclasses import dataclass, replace
from uuid import UUID

NOBODY = UUID(int=0)
"""Stands for the tenant of what concerns none, or of whom nobody knows yet."""

PLATFORM = UUID("00000000-0000-7000-8000-0000706f7274")
"""The tenant of those who operate the platform itself. It has no contract and no administrator."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """From where somebody asks: the address, and what their browser says of itself. It is theirs, like their name."""

    address: str
    agent: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The circumstances of a command."""

    tenant_id: UUID
    actor: str
    """Who wants it: `user:<id>`, `service:<name>` or `operator:<client>`."""
    correlation_id: UUID
    """The same for everything that one click or post led to."""
    causation_id: str | None = None
    """The id of the fact (`stream/version`) that this reacts to, if it does."""
    command_id: UUID | None = None
    """The same wish has the same id however often it is sent; it is then carried out once."""
    content: bytes | None = None
    """A digest of what was asked, so that a command id is not used again for another wish. See: errors.KeyReused."""
    traceparent: str | None = None
    """See: W3C Trace Context, section 3.2."""
    client: Client | None = None
    """From where it was asked; the log keeps it under the key of who asked, and of nobody but a person."""

    def with_command(self, command_id: UUID) -> "Context":
        """Return the same circumstances for another command."""
        return replace(self, command_id=command_id)
