"""Whether the web server can have its port, asked before anything is started."""

import errno
import socket
from contextlib import suppress

import psutil

from guanxi.embedded.faults import EmbeddedError

_HIGHEST = 65535


def check_port(host: str, port: int) -> None:
    """Return if a server can listen on ``host`` and ``port``.

    :raises EmbeddedError: one sentence that says which port, why not and what to do.
    """
    if not 1 <= port <= _HIGHEST:
        raise EmbeddedError(
            "%(port)s is not a port: set GUANXI_PORT to a number from 1 to 65535.", port=port
        )
    try:
        family, kind, _proto, _name, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise _explain(error, host, port) from error


def _explain(error: OSError, host: str, port: int) -> EmbeddedError:
    if error.errno == errno.EADDRINUSE:
        return EmbeddedError(
            "Port %(port)s is taken by another program (%(who)s): stop that one, "
            "or set GUANXI_PORT to another number.",
            port=port,
            who=_holder(port),
        )
    if error.errno in (errno.EACCES, errno.EPERM):
        return EmbeddedError(
            "This user may not open port %(port)s: set GUANXI_PORT to a number above 1023.",
            port=port,
        )
    return EmbeddedError(
        "%(host)s is not an address of this machine: set GUANXI_HOST to 127.0.0.1, "
        "or to 0.0.0.0 to be reached from elsewhere.",
        host=host,
    )


def _holder(port: int) -> str:
    with suppress(psutil.Error):
        for connection in psutil.net_connections("tcp"):
            if connection.status != psutil.CONN_LISTEN or not connection.laddr:
                continue
            if connection.laddr.port == port and connection.pid is not None:
                return f"{psutil.Process(connection.pid).name()}, process {connection.pid}"
    return "?"
