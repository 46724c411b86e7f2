"""Thresholds of the settings: told when a customer crosses one, both ways, once per crossing."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from plugins.scoring.tests.shop import DAY, Shop, bought
from sqlalchemy import select

from guanxi.errors import Invalid
from guanxi_scoring.models import ThresholdSide

LINE = "scoring.p_alive < 0.5"
KIND = "scoring.ThresholdCrossed"
Configure = Callable[..., None]


@pytest.fixture
def ann(shop: Shop, configure: Configure) -> Any:
    """Ann, who bought each week until yesterday, in a shop with a model in force."""
    shop.trade(200)
    ann = shop.person("Ann")
    bought(shop, ann, list(range(57, 0, -7)))
    configure(thresholds=[LINE])
    shop.run("score")
    while shop.run("fit"):
        pass
    everybody(shop, shop.now)
    return ann


def everybody(shop: Shop, at: datetime) -> None:
    """Let everybody be scored at an instant, with all models."""
    while shop.run("score", at).get("model"):
        pass


def told(shop: Shop, customer_id: Any) -> list[tuple[str, bool]]:
    """Return what was told of a customer: the line, and whether it is met."""
    found = shop.told(KIND)
    return [
        (one.payload["threshold"], one.payload["is_met"])
        for one in found
        if one.customer_id == customer_id
    ]


def test_the_first_score_only_stores_the_side(shop: Shop, ann: Any) -> None:
    assert shop.told(KIND) == []
    with shop.read() as session:
        side = session.get(ThresholdSide, (LINE, ann))
        assert side is not None
        assert (side.is_met, side.since, side.is_crossed) == (False, shop.now, False)


def test_falling_silent_is_told_once_and_coming_back_too(shop: Shop, ann: Any) -> None:
    later = shop.now + DAY * 120
    everybody(shop, later)
    everybody(shop, later + DAY)

    assert told(shop, ann) == [(LINE, True)]
    with shop.read() as session:
        side = session.get(ThresholdSide, (LINE, ann))
        assert side is not None
        assert (side.is_met, side.since, side.is_crossed) == (True, later, True)

    shop.buy(ann, later + DAY * 2)
    shop.deliver(later + DAY * 2 + timedelta(hours=1))
    shop.deliver(later + DAY * 2 + timedelta(hours=2))

    assert told(shop, ann) == [(LINE, True), (LINE, False)]


def test_a_line_that_is_new_tells_nothing_of_who_meets_it_already(
    shop: Shop, ann: Any, configure: Configure
) -> None:
    configure(thresholds=["scoring.p_alive > 0.001", "scoring.clv_12m >= 1"])
    everybody(shop, shop.now + DAY)

    assert shop.told(KIND) == []
    with shop.read() as session:
        lines = set(session.scalars(select(ThresholdSide.threshold)))
        assert lines == {"scoring.p_alive > 0.001", "scoring.clv_12m >= 1"}


@pytest.mark.parametrize(
    "line", ["p_alive < 0.5", "scoring.p_alive = 1", "scoring.p_alive < much", "", "a; DROP TABLE"]
)
def test_a_line_that_is_none_is_refused(configure: Configure, line: str) -> None:
    with pytest.raises(Invalid):
        configure(thresholds=[line])


def test_a_line_of_a_score_that_nobody_offers_does_nothing(
    shop: Shop, ann: Any, configure: Configure
) -> None:
    configure(thresholds=["scoring.no_such_score < 1"])
    everybody(shop, shop.now + DAY)

    assert shop.told(KIND) == []
