"""Two hundred hard kills of web, worker and PostgreSQL under load: nothing is lost or doubled."""

import os
import random
import time
from collections import Counter
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool
from tests.faults.installation import installation_at, kill_one
from tests.faults.reckoning import PLUGIN, TABLE, Reckoning
from tests.faults.traffic import Traffic

from guanxi.delivery.facts import verify_facts
from guanxi.testkit.plugin_folder import PluginFolder

ROUNDS = 2_000 if os.environ.get("GUANXI_SOAK") else 200
LOOK_EVERY = 25
OFTEN_AT_WORK = 0.7
"""Of the kills so many come when changes are made; the others find what is just starting."""


@pytest.mark.faults
@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_whatever_is_killed_nothing_acknowledged_is_lost_and_nothing_is_doubled(
    tmp_path: Path, free_port: int
) -> None:
    plugins = PluginFolder(tmp_path / "site")
    plugins.add("kills", PLUGIN)
    chance = random.Random(2026)
    killed: Counter[str] = Counter()
    with installation_at(tmp_path / "home", free_port, plugins.path) as installation:
        engine = create_engine(installation.server.url, poolclass=NullPool)
        with engine.begin() as connection:
            connection.execute(text(TABLE))
        installation.command("plugin", "enable", "kills")
        installation.command("user", "invite", "bot@example.com", "--name=Bot", "--role=admin")
        token = installation.command("token", "create", "--user=bot@example.com").strip()
        installation.keep_up_until(installation.is_ready)
        reckoning = Reckoning(engine)
        traffic = Traffic(free_port, token)
        traffic.start()
        try:
            while killed.total() < ROUNDS:
                if chance.random() < OFTEN_AT_WORK:
                    installation.keep_up_until(
                        partial(traffic.has_more_than, traffic.acknowledged())
                    )
                time.sleep(chance.uniform(0, 0.3))
                killed[kill_one(installation, chance)] += 1
                del killed[""]
                installation.start()
                traffic.check()
                if killed.total() % LOOK_EVERY == 0:
                    reckoning.nothing_is_lost_or_doubled(traffic.done.copy())
        finally:
            traffic.ask_to_stop()
            installation.keep_up_until(lambda: not traffic.goes_on())
        traffic.check()

        reckoning.everything_is_as_acknowledged(traffic.done)
        reckoning.each_change_is_told_once()
        installation.keep_up_until(reckoning.is_delivered)
        reckoning.each_event_took_effect_once_and_in_order()
        with Session(engine) as session:
            assert verify_facts(session) == []

    print(dict(killed), dict(traffic.answers))
    assert len(killed) == 5
    assert traffic.acknowledged() > ROUNDS
    assert traffic.answers["201 again"] + traffic.answers["200 again"] > 0
