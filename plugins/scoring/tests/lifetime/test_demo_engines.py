"""``guanxi scoring run --engine`` on the demo: the same scores of everybody, on all three."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from plugins.scoring.tests.features.java import require_java
from plugins.scoring.tests.shop import Shop
from sqlalchemy import Column, select

from guanxi.demo.load import load_demo
from guanxi_scoring.models import LifetimeScore

BUYERS = 4339
"""Customers of the demo who bought; 33 more only ever returned something."""
WITHOUT_VALUE = 3
"""Came again, and returned more than they had bought: of them no spend is expected."""
OF_THE_RUN = {"model_version", "scored_at"}


def scores(shop: Shop) -> dict[UUID, dict[str, Any]]:
    """Return every column of everybody's scores, but which run they are from."""
    columns: list[Column[Any]] = [
        one for one in LifetimeScore.__table__.columns if one.name not in OF_THE_RUN
    ]
    with shop.read() as session:
        found = session.execute(select(*columns)).mappings()
        return {row["customer_id"]: dict(row) for row in found}


def numbers(shop: Shop) -> set[int]:
    """Return the numbers of the versions that scores are from."""
    with shop.read() as session:
        return set(session.scalars(select(LifetimeScore.model_version).distinct()))


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_all_engines_give_everybody_of_the_demo_the_same_scores(
    shop: Shop,
    guanxi: Callable[..., str],
    configure: Callable[..., None],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    require_java()
    configure(spark_master="local[2]")
    demos = [one for one in shop.platform.host.demos() if one[0] == "scoring"]
    monkeypatch.setattr(shop.platform.host, "demos", lambda: demos)
    assert load_demo(shop.platform, lambda *_: None)
    guanxi("export-lake", "--to", tmp_path / "lake")

    versions, found = {}, {}
    for engine in ("postgres", "duckdb", "spark"):
        run = guanxi("run", "--engine", engine, "--lake", tmp_path / "lake", "--json")
        versions[engine], found[engine] = json.loads(run), scores(shop)
        assert numbers(shop) == {versions[engine]["number"]}

    here = versions["postgres"]
    assert len(found["postgres"]) == here["customers"] == BUYERS
    values = [one["clv_12m"] for one in found["postgres"].values()]
    assert values.count(None) == WITHOUT_VALUE
    for engine in ("duckdb", "spark"):
        there = versions[engine]
        assert (there["engine"], there["state"]) == (engine, "current")
        for name in ("fingerprint", "parameters", "metrics", "customers"):
            assert there[name] == here[name]
        assert found[engine] == found["postgres"]
