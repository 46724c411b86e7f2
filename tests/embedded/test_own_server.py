"""A server of one's own that does not do is refused with a sentence that says what to do."""

import os
import signal
import socket
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import psycopg
import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.pool import NullPool

from guanxi.embedded.faults import EmbeddedError
from guanxi.embedded.own_server import check_own_server
from guanxi.embedded.postgres import start
from guanxi.testkit.postgres import Server

Answer = Callable[[socket.socket], None]


def refusal(address: str) -> str:
    with pytest.raises(EmbeddedError) as refused:
        check_own_server(address)
    return str(refused.value)


@contextmanager
def listening(answer: Answer) -> Iterator[str]:
    """Answer one program after the other that connects; give the address."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = Thread(target=serve, args=(server, answer))
        thread.start()
        try:
            yield f"postgresql://me:hush@127.0.0.1:{server.getsockname()[1]}/crm"
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join()


def serve(server: socket.socket, answer: Answer) -> None:
    while True:
        try:
            connection, _ = server.accept()
        except OSError:
            return
        with connection:
            answer(connection)


def as_web_server(connection: socket.socket) -> None:
    connection.recv(1000)
    connection.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")


def as_old_postgresql(connection: socket.socket) -> None:
    """Speak as much of the protocol as it takes to tell one's version."""
    while struct.unpack("!ii", connection.recv(8))[1] != 3 << 16:  # asks for encryption first
        connection.sendall(b"N")
    connection.recv(1000)
    version = b"server_version\x0014.9\x00"
    connection.sendall(
        b"R" + struct.pack("!ii", 8, 0)
        + b"S" + struct.pack("!i", 4 + len(version)) + version
        + b"Z" + struct.pack("!i", 5) + b"I"
    )  # fmt: skip
    while connection.recv(1000):
        pass


def test_a_server_that_is_too_old() -> None:
    with listening(as_old_postgresql) as address:
        assert refusal(address) == (
            "The server at DATABASE_URL is PostgreSQL 14: use version 15 or later."
        )


def test_a_server_of_another_kind() -> None:
    with listening(as_web_server) as address:
        sentence = refusal(address)

    assert "cannot be reached (" in sentence
    assert "check that the server runs, and that address, user and password" in sentence
    assert "hush" not in sentence


def test_a_wrong_password(tmp_path: Path) -> None:
    with start(tmp_path, durable=False) as server:
        (server.place.data / "pg_hba.conf").write_text("local all all scram-sha-256\n")
        os.kill(server.pid, signal.SIGHUP)
        wrong = make_url(server.url).set(password="hush").render_as_string(hide_password=False)
        sentence = refusal(until_refused(wrong))

    assert 'password authentication failed for user "guanxi"' in sentence
    assert "hush" not in sentence


def until_refused(address: str) -> str:
    """Wait until the server has read its new rules; return the address."""
    plain = make_url(address).set(drivername="postgresql").render_as_string(hide_password=False)
    while True:
        try:
            psycopg.connect(plain).close()
        except psycopg.OperationalError:
            return address


def test_a_database_that_is_not_there(server: Server) -> None:
    address = make_url(server.url).set(database="nowhere").render_as_string()

    assert 'database "nowhere" does not exist' in refusal(address)


def test_a_database_that_is_somebody_elses(server: Server) -> None:
    address = make_url(server.url).set(database="postgres").render_as_string()

    assert refusal(address) == (
        "The user in DATABASE_URL may not create tables: make it the owner of its database."
    )


def test_a_database_with_another_encoding(server: Server) -> None:
    engine = create_engine(server.url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(
            text("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
        )
        try:
            sentence = refusal(make_url(server.url).set(database="latin").render_as_string())
        finally:
            connection.execute(text("DROP DATABASE latin"))

    assert sentence == (
        "The database at DATABASE_URL stores text as LATIN1: "
        "create another one with ENCODING 'UTF8'."
    )


@pytest.mark.parametrize(
    "address", ["postgresql://me@host:port/crm", "postgresql//host", "host=127.0.0.1 dbname=crm"]
)
def test_what_is_no_address(address: str) -> None:
    assert "write it as postgresql://user:password@host:5432/database" in refusal(address)
