"""``guanxi scoring run --engine``: the same scores, wherever features are computed."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from plugins.scoring.tests.shop import Shop
from sqlalchemy import select

from guanxi_scoring.models import LifetimeScore

Guanxi = Callable[..., str]
SPARK = pytest.mark.skipif(shutil.which("java") is None, reason="Spark needs Java.")


def scores(shop: Shop) -> dict[UUID, tuple[Any, ...]]:
    """Return the scores of everybody."""
    names = ("x", "t_x", "t", "mean_spend", "p_alive", "expected_purchases_90d", "clv_12m")
    with shop.read() as session:
        return {
            one.customer_id: tuple(getattr(one, name) for name in names)
            for one in session.scalars(select(LifetimeScore))
        }


@pytest.fixture
def lake(shop: Shop, guanxi: Guanxi, tmp_path: Path) -> Path:
    """The lake of a shop with trade."""
    shop.trade(200)
    guanxi("export-lake", "--to", tmp_path / "lake")
    return tmp_path / "lake"


@pytest.mark.parametrize(
    "engine", ["duckdb", pytest.param("spark", marks=[SPARK, pytest.mark.timeout(900)])]
)
@pytest.mark.slow
def test_every_engine_gives_the_same_version_and_scores(
    shop: Shop, guanxi: Guanxi, configure: Callable[..., None], lake: Path, engine: str
) -> None:
    configure(spark_master="local[2]")
    guanxi("make")
    guanxi("change", "lifetime", "--option", f"as_of={shop.now.isoformat()}")
    here = json.loads(guanxi("run", "lifetime", "--engine", "postgres", "--json"))
    expected = scores(shop)
    there = json.loads(guanxi("run", "lifetime", "--engine", engine, "--lake", lake, "--json"))

    assert (there["engine"], there["state"]) == (engine, "current")
    assert there["fingerprint"] == here["fingerprint"]
    assert (there["parameters"], there["metrics"]) == (here["parameters"], here["metrics"])
    assert scores(shop) == expected
    assert len(expected) == 200
