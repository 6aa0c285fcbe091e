"""Ports: moved together, free ones found, and a taken one explained."""

import os
import socket
from dataclasses import asdict

import pytest

from deploy.ports import Ports, is_free
from deploy.taken_ports import PortTaken, require_free


def test_an_offset_moves_every_port() -> None:
    plain, moved = asdict(Ports()), asdict(Ports.moved(100))
    assert {name: port + 100 for name, port in plain.items()} == moved


def test_no_two_parts_share_a_port() -> None:
    assert len(set(asdict(Ports()).values())) == len(asdict(Ports()))


def test_an_offset_that_leaves_the_range_of_ports_says_which_one_fits() -> None:
    with pytest.raises(ValueError, match="use 0 to 6442"):
        Ports.moved(10_000)


def test_the_offset_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_PORT_OFFSET", "7")
    assert Ports.given().gateway == 8087
    monkeypatch.setenv("PORTAL_PORT_OFFSET", "")
    assert Ports.given() == Ports()


def test_free_ports_are_all_different_and_free() -> None:
    found = asdict(Ports.free()).values()
    assert len(set(found)) == len(found)
    assert all(is_free(port) for port in found)


def test_a_taken_port_is_named_with_the_process_that_has_it_and_a_way_out() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PortTaken, match=rf"Port {port}, which kafka needs, .*process {os.getpid()}.*OFFSET=100"):
            require_free("kafka", port)
