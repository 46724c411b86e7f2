"""One embedded PostgreSQL in one folder: start it, stop it, or join one that already runs.

The server listens on a Unix socket only. It ends with the process that started it; if that
was killed hard, or the server was, the next start clears up and everything committed is there.
"""

import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlencode

from guanxi.embedded import binaries
from guanxi.embedded.claim import Claim, is_claimed
from guanxi.embedded.cluster import NAME, create_cluster, ensure_database
from guanxi.embedded.faults import EmbeddedError, from_log, from_os_error
from guanxi.embedded.leftovers import clear_leftovers, end_processes
from guanxi.embedded.os_user import OsUser, open_folder, open_the_way, server_user
from guanxi.embedded.parent import child_ends_with_us
from guanxi.embedded.place import PORT, Place
from guanxi.embedded.state import read_state
from guanxi.embedded.tuning import write_settings

_RECOVERY_LIMIT = 600.0
"""Seconds; after a hard kill PostgreSQL replays what it had logged before it is ready."""

_STOP_LIMIT = 60.0


class EmbeddedServer:
    """A running server that this process is in charge of."""

    def __init__(self, place: Place, user: OsUser, claim: Claim) -> None:
        self.place = place
        self._user = user
        self._claim = claim
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The SQLAlchemy address of Guanxi's database on this server."""
        return _url(self.place.sockets)

    @property
    def pid(self) -> int:
        """Process id of the server's first process, 0 when it was stopped."""
        return self._process.pid if self._process else 0

    def is_running(self) -> bool:
        """Tell whether the first process lives."""
        return self._process is not None and self._process.poll() is None

    def launch(self) -> None:
        """Start the server, also again after it died, and wait until it takes connections.

        :raises EmbeddedError: it does not come up.
        """
        clear_leftovers(self.place)
        if self._process is not None:
            self._process.wait()
        sockets = self.place.make_sockets(self._user.uid)
        _keep_previous_log(self.place)
        with self.place.log.open("wb") as log:
            self._process = _spawn(self.place, sockets, self._user, log.fileno())
        try:
            _wait_until_ready(self._process, self.place)
        except BaseException:
            self._end()
            raise
        ensure_database(sockets)

    def stop(self) -> None:
        """End the server: running statements are cut off, what was committed is safe."""
        try:
            self._end()
            self.place.remove_sockets()
        finally:
            self._claim.release()

    def _end(self) -> None:
        if self._process is None:
            return
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            try:
                self._process.wait(_STOP_LIMIT)
            except subprocess.TimeoutExpired:
                self._process.send_signal(signal.SIGQUIT)
        end_processes(self.place.tag, _STOP_LIMIT, escalation=((5.0, signal.SIGKILL),))
        self._process.wait()
        self._process = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


def start(home: Path, *, durable: bool = True) -> EmbeddedServer:
    """Start PostgreSQL in ``home/postgres``, creating it the first time.

    Call it on the main thread: the server ends with the thread that started it.
    ``durable=False`` is for throw-away test servers: faster, and unsafe in a power cut.

    :raises EmbeddedError: one sentence that says why not and what to do.
    """
    place = Place.under(home)
    try:
        place.folder.mkdir(parents=True, exist_ok=True)
        claim = Claim.take(place.claim)
    except OSError as error:
        raise from_os_error(error, place.folder) from error
    try:
        return _start_claimed(place, claim, durable=durable)
    except OSError as error:
        claim.release()
        raise from_os_error(error, place.folder) from error
    except BaseException:
        claim.release()
        raise


def running_url(home: Path) -> str | None:
    """Return the address of the server that another process runs in ``home``, if there is one."""
    place = Place.under(home)
    try:
        state = read_state(place.pid_file) if is_claimed(place.claim) else None
    except OSError as error:
        raise from_os_error(error, place.folder) from error
    return _url(state.sockets) if state is not None and state.ready else None


@contextmanager
def open_server(home: Path) -> Iterator[str]:
    """Give the address of the server in ``home``: the one that runs, or one for the while."""
    if (url := running_url(home)) is not None:
        yield url
        return
    with start(home) as server:
        yield server.url


def _start_claimed(place: Place, claim: Claim, *, durable: bool) -> EmbeddedServer:
    user = server_user(place.data)
    open_the_way(place.data, user)
    open_the_way(binaries.folder().parent, user)
    open_folder(binaries.folder().parent, user)
    create_cluster(place, user, durable=durable)
    write_settings(place.data, durable=durable)
    server = EmbeddedServer(place, user, claim)
    server.launch()
    return server


def _spawn(place: Place, sockets: Path, user: OsUser, log: int) -> subprocess.Popen[bytes]:
    command = [str(binaries.program("postgres")), "-D", str(place.data), "-p", str(PORT)]
    command += ["-k", str(sockets), "-c", f"cluster_name={place.tag}"]
    return subprocess.Popen(  # noqa: S603 - our own program and words
        command,
        cwd="/",
        env={"LC_ALL": "C"},
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        start_new_session=True,  # Ctrl-C in the terminal is ours to pass on, in order
        preexec_fn=child_ends_with_us(signal.SIGINT),  # noqa: PLW1509 - before any thread
        **user.run_as(),
    )


def _keep_previous_log(place: Place) -> None:
    if place.log.exists():
        place.log.replace(place.folder / "postgres.log.1")


def _wait_until_ready(process: subprocess.Popen[bytes], place: Place) -> None:
    give_up = time.monotonic() + _RECOVERY_LIMIT
    while process.poll() is None:
        state = read_state(place.pid_file)
        if state is not None and state.ready and state.pid == process.pid:
            return
        if time.monotonic() > give_up:
            raise EmbeddedError(
                "The embedded PostgreSQL is not ready after %(minutes)s minutes: see %(log)s.",
                minutes=int(_RECOVERY_LIMIT // 60),
                log=place.log,
            )
        time.sleep(0.01)
    raise from_log(place.log.read_text("utf-8", "replace"), place.folder, place.log)


def _url(sockets: Path) -> str:
    """Return the address in SQLAlchemy's form, without loading SQLAlchemy for it."""
    return f"postgresql+psycopg://{NAME}@/{NAME}?{urlencode({'host': sockets, 'port': PORT})}"
