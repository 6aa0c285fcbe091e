"""Asks this container's process whether it is ready; the image's health check. Ends with 1 when it is not.

Run as a file by a bare Python (`-I -S`), every few seconds in every container: it must cost next to nothing.
"""

import os
import sys
from http.client import HTTPConnection

OK = 200


def ready(port: int) -> bool:
    """Tell whether the process that answers on *port* is ready."""
    connection = HTTPConnection("127.0.0.1", port, timeout=3)
    try:
        connection.request("GET", "/health/ready")
        return connection.getresponse().status == OK
    except OSError:
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(0 if ready(int(os.environ["PORTAL_HEALTH_PORT"])) else 1)
