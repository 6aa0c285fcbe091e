"""Which port each part answers on. Next stop: taken_ports.py."""

import os
import random
import socket
from dataclasses import asdict, dataclass, fields
from typing import Self

HIGHEST = 65535
QUIET_RANGE = range(20000, 30000)  # below the ports that systems hand out for outgoing connections


@dataclass(frozen=True, slots=True)
class Ports:
    """Ports on 127.0.0.1; a second stack moves them all."""

    postgres: int = 55432
    kafka: int = 59092
    kafka_controller: int = 59093
    redis: int = 56379
    smtp: int = 1025
    mailbox: int = 8025
    settings_site: int = 8090
    gateway: int = 8080
    identity: int = 8101
    users: int = 8102
    contracts: int = 8103
    notifier: int = 8104
    gateway_management: int = 9100
    identity_management: int = 9101
    users_management: int = 9102
    contracts_management: int = 9103
    notifier_management: int = 9104

    @classmethod
    def given(cls) -> Self:
        """Return the ports that PORTAL_PORT_OFFSET asks for."""
        return cls.moved(int(os.environ.get("PORTAL_PORT_OFFSET", "0") or 0))

    @classmethod
    def moved(cls, offset: int) -> Self:
        """Return every port moved by *offset*. Raises: ValueError when one would leave the range of ports."""
        moved = {name: port + offset for name, port in asdict(cls()).items()}
        if min(moved.values()) <= 0 or max(moved.values()) > HIGHEST:
            most = HIGHEST - max(asdict(cls()).values())
            raise ValueError(f"PORTAL_PORT_OFFSET={offset} moves a port out of range; use 0 to {most}")
        return cls(**moved)

    @classmethod
    def free(cls) -> Self:
        """Return ports on which nobody listens now."""
        names = [field.name for field in fields(cls)]
        found: list[int] = []
        for port in random.sample(QUIET_RANGE, len(QUIET_RANGE)):
            if len(found) == len(names):
                break
            if is_free(port):
                found.append(port)
        return cls(**dict(zip(names, found, strict=True)))


def is_free(port: int) -> bool:
    """Tell whether a server could listen on *port* now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # Servers set this too: a connection that is still fading away must not count as a listener.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
