"""Says who has a port that a part needs. Next stop: servers/."""

import psutil

from deploy.ports import is_free


class PortTaken(Exception):
    """Another process listens where a part should."""


def require_free(part: str, port: int) -> None:
    """Do nothing when *port* is free. Raises: PortTaken, naming who has it and what to do."""
    if not is_free(port):
        raise PortTaken(
            f"Port {port}, which {part} needs, is taken by {holder(port)}. "
            "Stop that process, or move all ports: PORTAL_PORT_OFFSET=100 make up"
        )


def holder(port: int) -> str:
    """Return in words which process listens on *port*."""
    try:
        pid = next((c.pid for c in psutil.net_connections("inet") if c.laddr and c.laddr.port == port and c.pid), None)
        if pid is None:
            return "a process of another user"
        process = psutil.Process(pid)
        return f"process {pid} ({' '.join(process.cmdline())[:100] or process.name()})"
    except psutil.Error:
        return "a process of another user"
