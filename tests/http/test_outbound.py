"""The client to the outside world: public https only, pinned to the address that was checked."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from guanxi.http.outbound import Outbound, OutboundFailed, OutboundRefused

TARGETS = (
    "https://127.0.0.1:{port}/",
    "https://localhost:{port}/",
    "https://LOCALHOST:{port}/",
    "https://localhost.:{port}/",
    "https://127.1:{port}/",
    "https://127.0.1:{port}/",
    "https://0177.0.0.1:{port}/",
    "https://0x7f.0.0.1:{port}/",
    "https://0x7f000001:{port}/",
    "https://2130706433:{port}/",
    "https://017700000001:{port}/",
    "https://127.000.000.001:{port}/",
    "https://127.255.255.254:{port}/",
    "https://0.0.0.0:{port}/",
    "https://0:{port}/",
    "https://0.1.2.3:{port}/",
    "https://[::1]:{port}/",
    "https://[::]:{port}/",
    "https://[0:0:0:0:0:0:0:1]:{port}/",
    "https://[::ffff:127.0.0.1]:{port}/",
    "https://[::ffff:7f00:1]:{port}/",
    "https://[::127.0.0.1]:{port}/",
    "https://[64:ff9b::7f00:1]:{port}/",
    "https://[64:ff9b::127.0.0.1]:{port}/",
    "https://[64:ff9b:1::7f00:1]:{port}/",
    "https://[2002:7f00:1::]:{port}/",
    "https://[2001:0:7f00:1::]:{port}/",
    "https://[fe80::1]:{port}/",
    "https://[fe80::1%25lo]:{port}/",
    "https://[fec0::1]:{port}/",
    "https://[fc00::1]:{port}/",
    "https://[fd00:ec2::254]/",
    "https://[ff02::1]:{port}/",
    "https://[100::1]:{port}/",
    "https://[2001:db8::1]:{port}/",
    "https://10.0.0.1:{port}/",
    "https://172.16.0.1:{port}/",
    "https://172.31.255.255:{port}/",
    "https://192.168.1.1:{port}/",
    "https://100.64.0.1:{port}/",
    "https://169.254.169.254/latest/meta-data/",
    "https://192.0.0.192:{port}/",
    "https://192.0.2.1:{port}/",
    "https://198.18.0.1:{port}/",
    "https://203.0.113.1:{port}/",
    "https://224.0.0.1:{port}/",
    "https://240.0.0.1:{port}/",
    "https://255.255.255.255:{port}/",
    "https://①②⑦.⓪.⓪.①:{port}/",
    "https://127。0。0。1:{port}/",
    "https://user@127.0.0.1:{port}/",
    "https://example.com@127.0.0.1:{port}/",
    "https://127.0.0.1:{port}#@example.com/",
    "http://127.0.0.1:{port}/",
    "http://example.com:{port}/",
    "//127.0.0.1:{port}/",
    "file:///etc/passwd",
    "gopher://127.0.0.1:{port}/",
    "ftp://127.0.0.1:{port}/",
    "https:///path",
    "https://",
    "not an address",
    "",
)


class Canary:
    """Listens on loopback, IPv4 and IPv6, and counts who connects."""

    def __init__(self) -> None:
        self.connections = 0
        self._four = socket.create_server(("127.0.0.1", 0))
        self.port = self._four.getsockname()[1]
        self._sockets = [self._four]
        if socket.has_ipv6:
            with suppress(OSError):
                self._sockets.append(
                    socket.create_server(("::1", self.port), family=socket.AF_INET6)
                )
        for listening in self._sockets:
            threading.Thread(target=self._accept, args=(listening,), daemon=True).start()

    def _accept(self, listening: socket.socket) -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            self.connections += 1
            connection.close()

    def close(self) -> None:
        for listening in self._sockets:
            listening.shutdown(socket.SHUT_RDWR)
            listening.close()


@pytest.fixture
def canary() -> Iterator[Canary]:
    listening = Canary()
    yield listening
    listening.close()


class Receiver(BaseHTTPRequestHandler):
    """Answers by path and remembers what it was sent."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.seen.append((self.path, self.headers["Host"], body))  # type: ignore[attr-defined]
        if self.path == "/hangs":
            self.server.stop.wait(5)  # type: ignore[attr-defined]
        self.send_response(302 if self.path == "/redirects" else 200)
        self.send_header("Location", "/elsewhere")
        self.end_headers()
        self.wfile.write(b"x" * (2_000_000 if self.path == "/long" else 3))

    def log_message(self, *_args: object) -> None:
        pass


@pytest.fixture
def receiver() -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    server.seen = []  # type: ignore[attr-defined]
    server.stop = threading.Event()  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.stop.set()  # type: ignore[attr-defined]
    server.shutdown()
    server.server_close()
    thread.join()


def url_of(receiver: ThreadingHTTPServer, path: str) -> str:
    return f"http://127.0.0.1:{receiver.server_port}{path}"


def test_no_internal_address_is_ever_connected_to(canary: Canary) -> None:
    client, called = Outbound(timeout=5), []
    assert len(TARGETS) > 40

    for target in TARGETS:
        try:
            client.request("POST", target.format(port=canary.port), content=b"{}")
            called.append(target)
        except (OutboundRefused, OutboundFailed):
            pass

    assert (called, canary.connections) == ([], 0)


@pytest.mark.parametrize("target", ["https://127.0.0.1:{port}/", "https://localhost:{port}/"])
def test_the_canary_would_notice(canary: Canary, target: str) -> None:
    host = target.split("/")[2].format(port=canary.port)

    with pytest.raises(OutboundFailed):
        Outbound([host]).request("POST", target.format(port=canary.port), content=b"{}")

    assert canary.connections == 1


def test_a_name_that_turns_internal_between_check_and_call_changes_nothing(
    canary: Canary, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter(["93.184.215.14", "127.0.0.1"])
    asked: list[str] = []

    def resolve(host: str, port: int, *_args: object, **_more: object) -> list[object]:
        asked.append(host)
        address = next(answers) if host == "rebind.example" else host
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)

    with pytest.raises(OutboundFailed):
        Outbound(timeout=1).request("POST", f"https://rebind.example:{canary.port}/", content=b"")

    assert asked.count("rebind.example") == 1
    assert canary.connections == 0


def test_one_internal_address_among_public_ones_is_enough_to_refuse(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def resolve(host: str, port: int, *_args: object, **_more: object) -> list[object]:
        return [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))
            for address in ("93.184.215.14", "10.1.2.3")
        ]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)

    with pytest.raises(OutboundRefused) as refused:
        Outbound().request("POST", "https://mixed.example/", content=b"")

    assert refused.value.params["address"] == "10.1.2.3"


def test_an_allowed_host_is_called_with_its_name_and_body(receiver: ThreadingHTTPServer) -> None:
    host = f"localhost:{receiver.server_port}"

    answer = Outbound([host]).request("POST", f"http://{host}/in", content=b"abc")

    assert (answer.status, answer.ok, answer.body) == (200, True, b"xxx")
    assert receiver.seen == [("/in", host, b"abc")]  # type: ignore[attr-defined]


def test_it_can_be_called_where_an_event_loop_runs(receiver: ThreadingHTTPServer) -> None:
    async def inside() -> int:
        return Outbound(["127.0.0.1"]).request("POST", url_of(receiver, "/in"), content=b"").status

    # A thread of its own: a browser test before this one leaves its loop running in this one.
    with ThreadPoolExecutor(max_workers=1) as elsewhere:
        assert elsewhere.submit(asyncio.run, inside()).result() == 200


def test_allowing_one_port_allows_no_other(receiver: ThreadingHTTPServer) -> None:
    client = Outbound([f"127.0.0.1:{receiver.server_port + 1}"])

    with pytest.raises(OutboundRefused):
        client.request("POST", url_of(receiver, "/in"), content=b"")

    assert receiver.seen == []  # type: ignore[attr-defined]


def test_not_even_a_list_opens_the_address_of_cloud_credentials() -> None:
    client = Outbound(["169.254.169.254"])

    with pytest.raises(OutboundRefused):
        client.request("GET", "http://169.254.169.254/latest/meta-data/")


def test_a_redirect_is_not_followed(receiver: ThreadingHTTPServer) -> None:
    client = Outbound(["127.0.0.1"])

    answer = client.request("POST", url_of(receiver, "/redirects"), content=b"")

    assert (answer.status, answer.headers["location"]) == (302, "/elsewhere")
    assert [path for path, *_ in receiver.seen] == ["/redirects"]  # type: ignore[attr-defined]


def test_an_endless_answer_is_cut_off(receiver: ThreadingHTTPServer) -> None:
    with pytest.raises(OutboundFailed) as failed:
        Outbound(["127.0.0.1"]).request("POST", url_of(receiver, "/long"), content=b"")

    assert "megabyte" in str(failed.value)


def test_a_receiver_that_hangs_is_given_up(receiver: ThreadingHTTPServer) -> None:
    with pytest.raises(OutboundFailed) as failed:
        Outbound(["127.0.0.1"], timeout=0.3).request(
            "POST", url_of(receiver, "/hangs"), content=b""
        )

    assert "did not answer" in str(failed.value)
