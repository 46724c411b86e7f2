"""As root, PostgreSQL runs as another user, who has to be let in, and no further than needed."""

import os
from pathlib import Path

import pytest

from guanxi.embedded.os_user import OsUser, open_folder, open_the_way, server_user

OTHER = OsUser(65534, 65534, switch=True)
OURSELVES = OsUser(os.geteuid(), os.getegid(), switch=False)


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_the_other_user_may_pass_through_the_folders_above_but_not_list_them(
    tmp_path: Path,
) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    (closed / "data").mkdir(mode=0o700)

    open_the_way(closed / "data", OTHER)

    assert [mode(closed), mode(closed / "data")] == [0o701, 0o700]


def test_programs_installed_under_a_strict_umask_can_be_run(tmp_path: Path) -> None:
    programs = tmp_path / "pginstall"
    programs.mkdir(mode=0o700)
    (programs / "postgres").touch(mode=0o700)
    (programs / "library.so").touch(mode=0o600)

    open_folder(programs, OTHER)

    assert mode(programs) == 0o705
    assert mode(programs / "postgres") == 0o705
    assert mode(programs / "library.so") == 0o604


def test_nothing_is_opened_when_the_server_runs_as_ourselves(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)

    open_the_way(closed / "data", OURSELVES)
    open_folder(closed, OURSELVES)

    assert mode(closed) == 0o700


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to switch")
def test_root_hands_the_server_to_the_owner_of_its_data(tmp_path: Path) -> None:
    os.chown(tmp_path, 1234, 1235)

    assert server_user(tmp_path) == OsUser(1234, 1235, switch=True)


@pytest.mark.skipif(os.geteuid() == 0, reason="root has to switch")
def test_an_ordinary_user_stays_who_he_is(tmp_path: Path) -> None:
    assert server_user(tmp_path) == OURSELVES
