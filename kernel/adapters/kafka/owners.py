"""What a reader asks the owners of the logs that it reads. Next stop: adapters/http/republishing.py."""

from typing import Protocol


class Owners(Protocol):
    """The services whose facts are read."""

    async def publish_again(self, service: str, partition: int, after: int) -> object:
        """Have the facts of a partition behind a position sent once more. Raises: PortalError; OSError."""
        ...

    async def epoch(self, service: str) -> int:
        """Return the epoch that the log of a service is in. Raises: PortalError; OSError."""
        ...
