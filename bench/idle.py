"""What an installation needs while nobody uses it, and how soon it is there.

``guanxi run`` on a home that exists already, as on every morning but the first: the seconds to
the first page, then the memory of web (its first process and the two that answer) and worker.
USS is what a process has to itself; PSS counts shared pages once, divided among those who share
them; RSS counts them fully in each. The embedded PostgreSQL is told apart.

Limits: web and worker under 200 MB each and under 400 MB together (PSS); first page under 5 s.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.serving import free_port
from guanxi.embedded.ready import is_ready

LIMIT_EACH, LIMIT_TOGETHER, LIMIT_START = 200, 400, 5
REST = 15.0
"""Seconds of quiet before the memory is looked at."""
STARTS = 3
PEERS = "Idle processes of others: Odoo 481 MB, Django-CRM 260, Tryton 203, Frappe 200"


@dataclass(frozen=True, slots=True)
class Memory:
    """Megabytes."""

    rss: float
    pss: float
    uss: float


def main() -> None:
    """Print times and memory with their ratios."""
    home = Path(tempfile.mkdtemp())
    try:
        _start(home, lambda _running, _port: None)
        seconds = [_start(home, lambda _running, _port: None) for _ in range(STARTS - 1)]
        seconds.append(_start(home, _report))
    finally:
        shutil.rmtree(home)
    best = min(seconds)
    print(
        f"from start to first page: best {best:.1f} s of "
        f"{', '.join(f'{one:.1f}' for one in seconds)}; {best / LIMIT_START:.2f} of the limit"
    )


def _start(home: Path, then: object) -> float:
    port = free_port()
    environment = {**os.environ, "GUANXI_HOME": str(home), "GUANXI_PORT": str(port)}
    environment |= {"GUANXI_DEMO": "false", "DATABASE_URL": ""}
    started = time.perf_counter()
    running = subprocess.Popen(
        [sys.executable, "-m", "guanxi", "run"], env=environment, stdout=subprocess.DEVNULL
    )
    try:
        while not is_ready("127.0.0.1", port):
            if running.poll() is not None or time.perf_counter() - started > 120:
                raise RuntimeError("It did not start.")
            time.sleep(0.02)
        _page(port)
        seconds = time.perf_counter() - started
        if callable(then):
            then(running, port)
    finally:
        running.send_signal(signal.SIGTERM)
        running.wait(60)
    return seconds


def _page(port: int) -> None:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/sign-in") as answer:
        answer.read()


def _report(running: subprocess.Popen[bytes], port: int) -> None:
    for _ in range(20):
        _page(port)
    time.sleep(REST)
    programs = {"web": 0.0, "worker": 0.0}
    for name in programs:
        found = [pid for pid in _descendants(running.pid) if _runs(pid, name)]
        processes = [p for one in found for p in (one, *_descendants(one))]
        memory = _sum(set(processes))
        programs[name] = memory.pss
        print(
            f"{name}, {len(set(processes))} processes: PSS {memory.pss:.0f} MB, "
            f"{memory.pss / LIMIT_EACH:.2f} of the limit (USS {memory.uss:.0f}, "
            f"RSS {memory.rss:.0f})"
        )
    together = sum(programs.values())
    print(f"together: {together:.0f} MB, {together / LIMIT_TOGETHER:.2f} of the limit")
    supervisor = memory_of(running.pid)
    others = [p for p in _descendants(running.pid) if _name(p) == "postgres"]
    print(f"besides: supervisor {supervisor.pss:.0f} MB, PostgreSQL {_sum(set(others)).pss:.0f} MB")
    print(PEERS)


def memory_of(pid: int) -> Memory:
    """Return the memory of one process."""
    rows = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines()[1:]
    found = {row.split(":")[0]: int(row.split()[1]) / 1024 for row in rows}
    return Memory(found["Rss"], found["Pss"], found["Private_Clean"] + found["Private_Dirty"])


def _sum(processes: set[int]) -> Memory:
    found = [memory_of(pid) for pid in processes]
    return Memory(*(sum(getattr(one, part) for one in found) for part in ("rss", "pss", "uss")))


def _descendants(pid: int) -> Iterator[int]:
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text("ascii").split():
            yield int(child)
            yield from _descendants(int(child))


def _runs(pid: int, program: str) -> bool:
    return Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[-2:] == [program.encode(), b""]


def _name(pid: int) -> str:
    return Path(f"/proc/{pid}/comm").read_text("ascii").strip()


if __name__ == "__main__":
    main()
