"""A client that costs little, so that a two-core machine measures the server and not the client.

Each connection is a thread that sends prepared bytes over a kept-alive socket and reads answers
up to their content length; each request gets a number of its own for its body.
"""

import itertools
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Request:
    """A request to be repeated; ``body`` is a template with one ``%d``, or makes one of a number.

    ``path`` may be several, for requests that take turns.
    """

    method: str
    path: str | tuple[str, ...]
    body: str | Callable[[int], str] = ""
    headers: tuple[tuple[str, str], ...] = ()

    def encode(self, number: int) -> bytes:
        """Return the bytes of the request, made unique by ``number``."""
        path = self.path if isinstance(self.path, str) else self.path[number % len(self.path)]
        lines = [f"{self.method} {path} HTTP/1.1", "Host: 127.0.0.1"]
        lines += [f"{name}: {value}" for name, value in self.headers]
        body = self._body(number)
        if body:
            lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
        return "\r\n".join([*lines, "", ""]).encode() + body

    def _body(self, number: int) -> bytes:
        if callable(self.body):
            return self.body(number).encode()
        return (self.body % number).encode() if self.body else b""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Requests per second, and the time of each in seconds, sorted."""

    rate: float
    times: list[float]

    def quantile(self, share: float) -> float:
        """Return the time that ``share`` of the requests did not exceed."""
        return self.times[min(len(self.times) - 1, int(len(self.times) * share))]


def run(port: int, request: Request, *, clients: int, seconds: float, expect: int) -> Outcome:
    """Send ``request`` over and over from some connections.

    :raises RuntimeError: an answer with another status than expected.
    """
    numbers = itertools.count(time.time_ns() % 10**12)
    until = time.perf_counter() + seconds
    started = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        work = [pool.submit(_client, port, request, numbers, until, expect) for _ in range(clients)]
        times = sorted(t for done in work for t in done.result())
    return Outcome(len(times) / (time.perf_counter() - started), times)


def _client(
    port: int, request: Request, numbers: Iterator[int], until: float, expect: int
) -> list[float]:
    times = []
    wanted = f"HTTP/1.1 {expect}".encode()
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while (started := time.perf_counter()) < until:
            connection.sendall(request.encode(next(numbers)))
            head, body = _answer(connection)
            if not head.startswith(wanted):
                raise RuntimeError((head + body)[:1000].decode(errors="replace"))
            times.append(time.perf_counter() - started)
    return times


def _answer(connection: socket.socket) -> tuple[bytes, bytes]:
    received = b""
    while b"\r\n\r\n" not in received:
        received += _some(connection)
    head, _, body = received.partition(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0] or 0)
    while len(body) < length:
        body += _some(connection)
    return head, body


def _some(connection: socket.socket) -> bytes:
    data = connection.recv(65536)
    if not data:
        raise RuntimeError("The server closed the connection.")
    return data
