"""The port is asked for before anything is started."""

import os
import socket
from pathlib import Path

import pytest
from tests.embedded.processes import refusal_as_ordinary_user

from guanxi.embedded.faults import EmbeddedError
from guanxi.embedded.port import check_port


def test_a_free_port_is_fine(free_port: int) -> None:
    check_port("127.0.0.1", free_port)

    with socket.create_server(("127.0.0.1", free_port)):
        pass


def test_a_taken_port_is_named_with_its_holder() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(EmbeddedError) as refused:
            check_port("127.0.0.1", port)

    assert f"Port {port} is taken by another program (" in str(refused.value)
    assert f"process {os.getpid()}): stop that one, or set GUANXI_PORT" in str(refused.value)


def test_a_port_shared_by_other_servers_counts_as_taken(free_port: int) -> None:
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind(("127.0.0.1", free_port))
        other.listen()

        with pytest.raises(EmbeddedError, match="is taken"):
            check_port("127.0.0.1", free_port)


def test_a_low_port_needs_more_rights() -> None:
    first_free_for_all = Path("/proc/sys/net/ipv4/ip_unprivileged_port_start").read_text()
    if int(first_free_for_all) <= 80:
        pytest.skip("on this machine everybody may open low ports")

    sentence = refusal_as_ordinary_user(lambda: check_port("127.0.0.1", 80))

    assert sentence == "This user may not open port 80: set GUANXI_PORT to a number above 1023."


def test_a_number_that_is_no_port() -> None:
    with pytest.raises(EmbeddedError, match="70000 is not a port: set GUANXI_PORT"):
        check_port("127.0.0.1", 70000)


def test_an_address_of_another_machine() -> None:
    with pytest.raises(EmbeddedError, match=r"192\.0\.2\.1 is not an address of this machine"):
        check_port("192.0.2.1", 8000)
