"""Values of a segment and of each class equal what adding up by hand gives, to the last cent."""

import random
from collections.abc import Callable, Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from plugins.segmentation.tests.membership.town import Town, lives_in, rule
from plugins.segmentation.tests.people import add_touchpoints, buy, touch

from guanxi.platform import Platform
from guanxi_segmentation import pipeline
from guanxi_segmentation.schemes.domain import create_scheme
from guanxi_segmentation.schemes.drafts import ClassDraft, SchemeDraft
from guanxi_segmentation.value.sums import Sums, sums, sums_by_class, sums_of_segment

CITIES = ("York", "Bath", "Leeds")
NONE = Decimal(0)


def test_sums_by_segment_and_class_equal_brute_force(
    segmentation: Platform, configure: Callable[..., None], now: datetime
) -> None:
    configure(margin_percent="40", cost_to_serve=["phone call 2.5"])
    town, rng = Town(segmentation, now), random.Random(5)
    lives = {town.person(f"P{n}", city=CITIES[n % 3]): CITIES[n % 3] for n in range(20)}
    bought: dict[UUID, list[Decimal]] = {one: [] for one in lives}
    calls = dict.fromkeys(lives, 0)
    rows: list[dict[str, Any]] = []
    for _ in range(150):
        one = rng.choice(list(lives))
        if rng.random() < 0.6:
            amount = Decimal(rng.randrange(1, 10**6)).scaleb(-2)
            bought[one].append(amount)
            rows.append(buy(one, now, rng.uniform(1, 800), amount))
        else:
            calls[one] += 1
            rows.append(touch(one, now, channel="phone", kind="call"))
            rows[-1]["occurred_at"] = buy(one, now, 3, 1)["occurred_at"]
    town.segment("yorkers", lives_in("York"))
    with town.write() as session:
        add_touchpoints(session, rows)
        create_scheme(session, _by_city(), now=now)
    town.refresh()
    with town.write() as session:
        pipeline.refresh(session, None, as_of=now)
        whole, yorkers = sums(session), sums_of_segment(session, "yorkers")
        classes = sums_by_class(session, "cities")

    def of(chosen: Iterable[UUID]) -> Sums:
        people = list(chosen)
        observed = sum((sum(bought[one], NONE) for one in people), NONE)
        margin = observed * Decimal("0.4")
        cost = Decimal("2.5") * sum(calls[one] for one in people)
        net = margin - cost
        return Sums(len(people), observed, None, 0, margin, cost, NONE, net)

    groups = {city: of(one for one in lives if lives[one] == city) for city in CITIES}
    assert whole == of(lives)
    assert yorkers == groups["York"]
    assert classes == {
        "york": groups["York"], "bath": groups["Bath"], "rest": groups["Leeds"]
    }  # fmt: skip


def _by_city() -> SchemeDraft:
    classes = (
        ClassDraft("york", "York", rule=rule(lives_in("York"))),
        ClassDraft("bath", "Bath", rule=rule(lives_in("Bath"))),
        ClassDraft("rest", "Rest"),
    )
    return SchemeDraft("cities", "Cities", "rules", classes)
