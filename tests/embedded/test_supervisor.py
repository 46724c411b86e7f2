"""No process is left behind, however the supervisor ends; what dies is started again."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from tests.embedded.processes import is_alive, wait_until

from guanxi.embedded.child import Program
from guanxi.embedded.postgres import start
from guanxi.embedded.supervisor import Supervisor

Launch = Callable[..., "subprocess.Popen[str]"]


def pids(folder: Path, name: str) -> list[int]:
    return [int(word) for word in (folder / f"{name}.pids").read_text().split()]


def pids_of_both(folder: Path) -> list[int]:
    wait_until(lambda: (folder / "web.pids").exists() and (folder / "worker.pids").exists())
    return pids(folder, "web") + pids(folder, "worker")


def test_sigterm_ends_the_programs_one_after_the_other(tmp_path: Path, launch: Launch) -> None:
    supervisor = launch("supervise.py", tmp_path, "patient.py", 20)
    everybody = pids_of_both(tmp_path)

    supervisor.terminate()

    assert supervisor.wait(30) == 0
    assert (tmp_path / "ended").read_text() == "web\nworker\n"
    assert [pid for pid in everybody if is_alive(pid)] == []


def test_a_killed_supervisor_leaves_no_process_behind(tmp_path: Path, launch: Launch) -> None:
    supervisor = launch("supervise.py", tmp_path, "patient.py", 20)
    everybody = pids_of_both(tmp_path)

    supervisor.kill()

    wait_until(lambda: not any(is_alive(pid) for pid in everybody))


def test_programs_that_do_not_listen_are_killed(tmp_path: Path, launch: Launch) -> None:
    supervisor = launch("supervise.py", tmp_path, "stubborn.py", 0.2)
    everybody = pids_of_both(tmp_path)

    supervisor.terminate()

    assert supervisor.wait(30) == 0
    assert [pid for pid in everybody if is_alive(pid)] == []


def test_a_second_signal_does_not_wait(tmp_path: Path, launch: Launch) -> None:
    supervisor = launch("supervise.py", tmp_path, "stubborn.py", 1000)
    everybody = pids_of_both(tmp_path)

    supervisor.send_signal(signal.SIGINT)
    wait_until(lambda: not is_handled_later(supervisor.pid))
    supervisor.send_signal(signal.SIGINT)

    assert supervisor.wait(30) == 0
    assert [pid for pid in everybody if is_alive(pid)] == []


def is_handled_later(pid: int) -> bool:
    status = Path(f"/proc/{pid}/status").read_text()
    pending = [line.split()[1] for line in status.splitlines() if line.startswith("ShdPnd")]
    return any(int(mask, 16) for mask in pending)


def test_a_killed_program_is_started_again(tmp_path: Path, launch: Launch) -> None:
    launch("supervise.py", tmp_path, "patient.py", 20)
    before = pids_of_both(tmp_path)

    os.kill(pids(tmp_path, "web")[0], signal.SIGKILL)

    wait_until(lambda: pids(tmp_path, "web")[0] not in before)
    assert [is_alive(pid) for pid in before] == [False, False, True, True]


def test_sighup_starts_every_program_afresh(tmp_path: Path, launch: Launch) -> None:
    supervisor = launch("supervise.py", tmp_path, "patient.py", 20)
    before = set(pids_of_both(tmp_path))

    supervisor.send_signal(signal.SIGHUP)

    wait_until(lambda: not before & set(pids_of_both(tmp_path)))
    assert supervisor.poll() is None


def test_a_killed_postgresql_is_started_again(tmp_path: Path) -> None:
    with start(tmp_path) as server:
        supervisor = Supervisor([], server)
        before = server.pid

        os.kill(before, signal.SIGKILL)
        wait_until(lambda: not server.is_running())
        supervisor.tick()

        assert server.is_running()
        assert server.pid != before


def test_programs_are_told_whom_to_ask_for_a_restart(tmp_path: Path) -> None:
    note = tmp_path / "note"
    script = f"import os; open({str(note)!r}, 'w').write(os.environ['GUANXI_SUPERVISOR_PID'])"
    supervisor = Supervisor([Program("web", [sys.executable, "-c", script])])

    supervisor.start()
    wait_until(lambda: note.exists() and note.read_text())
    supervisor.stop()

    assert note.read_text() == str(os.getpid())
