"""How this process is told from others of its service."""

import os
import socket


def instance() -> str:
    """Return the host and the process id, as `host:pid`."""
    return f"{socket.gethostname()}:{os.getpid()}"
