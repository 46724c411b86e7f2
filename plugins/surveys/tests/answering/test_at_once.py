"""The same answer from many at the same instant, and servers that die in between."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier
from typing import Any

import pytest
from plugins.surveys.tests.answering.making import TWO_PAGES, Writing, count, way

from guanxi.platform import Platform
from guanxi_surveys.answering.beginning import begin
from guanxi_surveys.answering.finishing import finish, submit
from guanxi_surveys.life.opening import SurveyClosed
from guanxi_surveys.models import Answer

Ask = Callable[..., Any]
MANY = 16


@pytest.mark.parametrize("identity", ["named", "anonymous"])
def test_sixteen_send_the_same_and_one_answer_is_kept(
    ask: Ask, writing: Writing, now: datetime, identity: str
) -> None:
    asked, once, together = ask(identity=identity), way(), Barrier(MANY)
    with writing() as session:  # settings are read, which takes a connection of its own
        submit(session, asked, {"score": 1}, now=now, **way())

    def send(_number: int) -> tuple[Any, bool]:
        together.wait()
        with writing() as session:
            done = submit(session, asked, {"score": 9}, now=now, **once)
            return done.answer_id, done.repeated

    with ThreadPoolExecutor(MANY) as pool:
        outcomes = list(pool.map(send, range(MANY)))

    assert len({answer for answer, _repeated in outcomes}) == 1
    assert [repeated for _answer, repeated in outcomes].count(False) == 1
    with writing() as session:
        assert count(session, "surveys_answers", "nps = 9") == 1


def test_a_limit_is_kept_though_many_come_at_once(
    ask: Ask, writing: Writing, now: datetime
) -> None:
    asked, together = ask(answer_limit=3), Barrier(8)

    def send(_number: int) -> bool:
        together.wait()
        try:
            with writing() as session:
                submit(session, asked, {"score": 9}, now=now, **way())
        except SurveyClosed:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(send, range(8)))

    assert taken.count(True) == 3
    with writing() as session:
        assert count(session, "surveys_answers", "state = 'finished'") == 3


_DIES = """
import os, signal, sys
from datetime import datetime
from uuid import UUID
from guanxi.app import build_platform
from guanxi.config import Config
from guanxi.db.write import SYSTEM
from guanxi_surveys.answering.beginning import begin
from guanxi_surveys.answering.definitions import by_key
from guanxi_surveys.answering.finishing import finish
from guanxi_surveys.answering.saving import save_page

url, submission, now = sys.argv[1], UUID(sys.argv[2]), datetime.fromisoformat(sys.argv[3])
platform = build_platform(Config(), url)
way = {"submission": submission, "language": "en", "channel": "public"}
with platform.database.write(SYSTEM, now=now) as session:
    answer = begin(session, by_key(session, "visit"), now=now, **way)
    save_page(session, answer, values={"score": 3}, page=0, now=now)
with platform.database.write(SYSTEM, now=now) as session:
    answer = begin(session, by_key(session, "visit"), now=now, **way)
    finish(session, answer, values={"why": "lost", "again": "no"}, now=now)
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.slow
def test_a_server_that_is_killed_while_finishing_leaves_the_page_before(
    ask: Ask, surveys: Platform, writing: Writing, now: datetime
) -> None:
    asked, once = ask(TWO_PAGES), way()
    url = surveys.database.url

    died = subprocess.run(
        [sys.executable, "-c", _DIES, url, str(once["submission"]), now.isoformat()],
        env={**os.environ}, check=False, capture_output=True, text=True,
    )  # fmt: skip

    assert died.returncode == -signal.SIGKILL, died.stderr
    with writing() as session:
        answer = begin(session, asked, now=now, **once)
        assert (answer.state, answer.values) == ("begun", {"score": 3})
        finish(session, answer, values={"why": "slow", "again": "no"}, now=now)
    with writing() as session:
        (found,) = session.query(Answer).all()
        assert found.values == {"score": 3, "why": "slow", "again": "no"}
