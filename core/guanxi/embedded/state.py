"""What PostgreSQL notes about itself in ``postmaster.pid``."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class State:
    """The first process of a server, its socket folder, and whether it takes connections."""

    pid: int
    sockets: Path
    ready: bool


def read_state(pid_file: Path) -> State | None:
    """Read the note, or return None where there is none or it is only half written."""
    try:
        lines = pid_file.read_text("utf-8").splitlines()
    except FileNotFoundError:
        return None
    if len(lines) < 5 or not lines[0].strip().isdigit():
        return None
    ready = len(lines) > 7 and lines[7].strip() == "ready"
    return State(int(lines[0]), Path(lines[4].strip()), ready)
