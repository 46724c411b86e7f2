"""A person's lifetime score follows: merged and unmerged, exported, erased; replayed, switched off.

All through the API, as an admin does it; workers read the log in between.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from plugins.scoring.tests.lifetime.test_fit_and_score import figures, fit, score_of
from plugins.scoring.tests.shop import ACTOR, DAY, Shop, bought
from sqlalchemy import func, select

from guanxi.app import create_app
from guanxi.plugins.lifecycle import disable, enable
from guanxi.privacy import jobs as privacy_jobs
from guanxi.testkit.clients import ApiClient
from guanxi.testkit.factories import Factories
from guanxi_scoring import parts
from guanxi_scoring.lifetime.scoring import score_some
from guanxi_scoring.models import ThresholdSide


@pytest.fixture(autouse=True)
def clock(shop: Shop) -> Iterator[None]:
    """Requests take place a moment after the shop's now."""
    with time_machine.travel(shop.now + timedelta(seconds=1), tick=False):
        yield


@pytest.fixture
def api(shop: Shop, factories: Factories) -> ApiClient:
    """A program of the admin."""
    return ApiClient(create_app(shop.platform), factories.token("admin"))


@pytest.fixture
def two(shop: Shop, configure: Callable[..., None]) -> tuple[UUID, UUID]:
    """Ann, who bought 100 and 60 days ago, and Bo, 200 and 20 days ago; all are scored."""
    shop.trade(150)
    ann, bo = shop.person("Ann"), shop.person("Bo")
    bought(shop, ann, [100, 60])
    bought(shop, bo, [200, 20], "50")
    configure(thresholds=["scoring.p_alive < 0.5"])
    fit(shop)
    shop.deliver()
    return ann, bo


def sides(shop: Shop, customer_id: UUID) -> int:
    """Return of how many thresholds it is stored on which side a customer is."""
    with shop.read() as session:
        of_them = select(func.count()).where(ThresholdSide.customer_id == customer_id)
        return session.scalar(of_them) or 0


def test_a_merge_scores_both_histories_as_one_and_unmerging_gives_both_back(
    shop: Shop, api: ApiClient, two: tuple[UUID, UUID]
) -> None:
    ann, bo = two
    before = figures(shop)

    assert api.post(f"/customers/{ann}/merge", {"merged_id": str(bo)}).status_code < 300
    shop.deliver(shop.now + timedelta(seconds=2))

    score = score_of(shop, ann)
    assert score is not None
    assert (score.x, score.t_x, score.t) == (3, 180, 200)
    assert (score_of(shop, bo), sides(shop, bo)) == (None, 0)

    (merge,) = api.get(f"/customers/{bo}/merges").json["items"]
    assert api.post(f"/customer-merges/{merge['id']}/undo").status_code == 200
    shop.deliver(shop.now + timedelta(seconds=3))

    assert figures(shop) == before
    assert sides(shop, bo) == 1


def test_a_copy_holds_the_score_and_an_erasure_leaves_nothing(
    shop: Shop, api: ApiClient, two: tuple[UUID, UUID]
) -> None:
    ann, _ = two
    with shop.read() as session:
        held = parts.export(session, ann)
    assert held is not None
    score = score_of(shop, ann)
    assert score is not None
    assert held["lifetime"]["score"]["p_alive"] == score.p_alive
    assert [one["threshold"] for one in held["lifetime"]["thresholds"]] == ["scoring.p_alive < 0.5"]

    asked = api.post("/privacy-requests", {"customer_id": str(ann), "kind": "erase"})
    assert privacy_jobs.run(shop.platform, UUID(asked.json["id"]))
    shop.deliver(shop.now + timedelta(seconds=2))
    with shop.write() as session:
        score_some(session, [ann], shop.now)

    assert (score_of(shop, ann), sides(shop, ann)) == (None, 0)


def test_a_replay_gives_the_same_scores(shop: Shop, two: tuple[UUID, UUID]) -> None:
    before = figures(shop)

    with shop.write() as session:
        score_some(session, two, shop.now)
    shop.deliver(shop.now + timedelta(seconds=2))

    assert figures(shop) == before


def test_what_happened_while_it_was_switched_off_is_scored_when_it_is_back(
    shop: Shop, two: tuple[UUID, UUID]
) -> None:
    ann, _ = two
    database, host = shop.platform.database, shop.platform.host
    disable(database, host, "scoring", actor=ACTOR, now=shop.now)
    shop.buy(ann, shop.now - DAY)
    shop.deliver(shop.now + timedelta(seconds=2))
    enable(database, host, "scoring", actor=ACTOR, now=shop.now)
    shop.deliver(shop.now + timedelta(seconds=3))

    score = score_of(shop, ann)
    assert score is not None
    assert (score.x, score.t_x) == (2, 99)
