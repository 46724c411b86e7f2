"""The one HTTP client to the outside world, for webhooks and for plugins.

It resolves a name once, checks every address that came back, and connects to the one it checked,
with the name kept for TLS and ``Host``; so no second look-up can lead elsewhere. Only https to
public addresses, unless an admin allowed an internal ``host[:port]``. Redirects are answers.
"""

import asyncio
import socket
import ssl
from collections.abc import Collection, Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any, Final

import httpx

from guanxi.db import json
from guanxi.errors import Refused, Unavailable
from guanxi.http.addresses import is_public

TIMEOUT: Final = 15.0
"""Seconds for the whole call, from the name to the last byte."""
MAX_BODY: Final = 1024 * 1024
"""Bytes of an answer; a longer one counts as a failure."""
METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"})
_ALWAYS_BLOCKED: Final = frozenset({"169.254.169.254", "fd00:ec2::254"})
"""Where clouds hand out credentials; not even an admin's list opens these."""


class OutboundRefused(Refused):
    """This address is never called."""

    code = "outbound_refused"


class OutboundFailed(Unavailable):
    """The other side could not be reached, or did not answer properly."""

    code = "outbound_failed"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the other side said; header names in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def ok(self) -> bool:
        """Whether the status is 2xx."""
        return 200 <= self.status < 300

    def json(self) -> Any:
        """Return the body as JSON.

        :raises ValueError: it is none.
        """
        return json.loads(self.body)


class Outbound:
    """Calls other systems.

    :param allowed: internal ``host`` or ``host:port`` that may be called, by http, too.
    """

    def __init__(self, allowed: Collection[str] = (), *, timeout: float = TIMEOUT) -> None:
        self._allowed = frozenset(entry.strip().lower() for entry in allowed)
        self._timeout = timeout

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
    ) -> Answer:
        """Make one call.

        :raises OutboundRefused: the address may not be called.
        :raises OutboundFailed: no connection, no answer in time, or too long an answer.
        """
        parsed = self.check(url)
        request = httpx.Request(
            "GET" if method not in METHODS else method, parsed, headers=headers, content=content
        )
        try:
            return _run(self._within_time(request))
        except TimeoutError:
            raise OutboundFailed(
                "%(host)s did not answer within %(seconds)s seconds.",
                host=parsed.host,
                seconds=round(self._timeout),
            ) from None
        except (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError, OSError) as error:
            raise OutboundFailed(
                "%(host)s could not be reached: %(why)s", host=parsed.host, why=_reason(error)
            ) from error

    def check(self, url: str) -> httpx.URL:
        """Return ``url`` taken apart if its form allows a call; names are not looked up yet.

        :raises OutboundRefused: not https, with a user name, or without a host.
        """
        try:
            parsed = httpx.URL(url)
        except (httpx.InvalidURL, ValueError, TypeError):
            raise OutboundRefused("This is no web address. Write it like https://…") from None
        if not parsed.host or parsed.userinfo or not parsed.is_absolute_url:
            raise OutboundRefused(
                "Write the address like https://host/path, without a user name in it."
            )
        if parsed.scheme != "https" and not (parsed.scheme == "http" and self._allows(parsed)):
            raise OutboundRefused(
                "Only https addresses are called. An admin can allow %(host)s under Settings.",
                host=parsed.host,
            )
        return parsed

    async def _within_time(self, request: httpx.Request) -> Answer:
        async with asyncio.timeout(self._timeout):
            address = await self._checked_address(request.url)
            transport = httpx.AsyncHTTPTransport(trust_env=False, retries=0)
            try:
                response = await transport.handle_async_request(_pinned(request, address))
                try:
                    return Answer(
                        response.status_code, dict(response.headers), await _body(response)
                    )
                finally:
                    await response.aclose()
            finally:
                await transport.aclose()

    async def _checked_address(self, url: httpx.URL) -> str:
        """Resolve the host, refuse if any of its addresses is internal, return the first."""
        loop = asyncio.get_running_loop()
        port = url.port or (443 if url.scheme == "https" else 80)
        found = await loop.getaddrinfo(
            url.raw_host.decode("ascii").strip("[]"), port, type=socket.SOCK_STREAM
        )
        addresses = [str(info[4][0]) for info in found]
        allowed = self._allows(url)
        for text in addresses:
            if text in _ALWAYS_BLOCKED or not (allowed or is_public(ip_address(text))):
                raise OutboundRefused(
                    "%(host)s lies inside a network of its own (%(address)s) and is not called. "
                    "An admin can allow it under Settings.",
                    host=url.host,
                    address=text,
                )
        return addresses[0]

    def _allows(self, url: httpx.URL) -> bool:
        host = url.host.lower()
        port = url.port or (443 if url.scheme == "https" else 80)
        name = f"[{host}]" if ":" in host else host
        return not self._allowed.isdisjoint((host, name, f"{name}:{port}"))


def _run(call: Coroutine[Any, Any, Answer]) -> Answer:
    """Run the call on a thread of its own, since the caller's may have an event loop already."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, call).result()


def _pinned(request: httpx.Request, address: str) -> httpx.Request:
    """Return the request for the very ``address``, its name kept in ``Host`` and for TLS."""
    return httpx.Request(
        request.method,
        request.url.copy_with(host=address),
        headers=request.headers,
        stream=request.stream,
        extensions={"sni_hostname": request.url.raw_host.decode("ascii")},
    )


async def _body(response: httpx.Response) -> bytes:
    received = bytearray()
    async for piece in response.aiter_raw():
        received += piece
        if len(received) > MAX_BODY:
            raise httpx.DecodingError("The answer is longer than a megabyte.")
    return bytes(received)


def _reason(error: Exception) -> str:
    text = " ".join(str(error).split())
    return text[:200] or type(error).__name__
