"""What the demo has of segmentation: both schemes, RFM and five segments, all once."""

from datetime import datetime

from plugins.segmentation.tests.membership.town import Town

from guanxi_segmentation import demo
from guanxi_segmentation.membership import counts, segments
from guanxi_segmentation.schemes import domain
from guanxi_segmentation.schemes.sizes import sizes

ORDERS = {
    "christmas_shoppers": ("GB", ["2011-11-03", "2011-12-08"], "80"),
    "wholesale_buyers": ("GB", ["2011-02-01", "2011-08-01", "2011-10-01"], "600"),
    "best_abroad": ("France", ["2011-11-20", "2011-10-01", "2011-06-01", "2011-05-01"], "450"),
    "big_gone_quiet": ("GB", ["2011-01-05", "2011-02-05"], "700"),
    "never_came_back": ("GB", ["2011-03-01"], "15"),
}
"""Who is meant by each segment: country, days of orders, amount of each."""


def test_each_segment_of_the_demo_holds_whom_it_means(town: Town) -> None:
    people = {}
    for key, (country, days, amount) in ORDERS.items():
        people[key] = town.person(key, country=country)
        for day in days:
            town.buy(people[key], datetime.fromisoformat(f"{day}T12:00:00+00:00"), amount)
    with town.write() as session:
        demo.fill(session, town.now)
    town.refresh()
    town.run("rebuild", town.now)
    town.run("build", town.now)

    found = {key: people[key] in town.members(key) for key in ORDERS}

    assert found == dict.fromkeys(ORDERS, True)
    assert len(town.members("never_came_back")) == 1
    with town.platform.database.read() as session:
        for scheme in domain.list_schemes(session):
            assert sum(size.customers for size in sizes(session, scheme)) == len(ORDERS)


def test_filling_again_adds_nothing(town: Town) -> None:
    """The demo may be interrupted, and filled once more at the next start."""
    for _ in range(2):
        with town.write() as session:
            demo.fill(session, town.now)
        town.refresh()

    with town.platform.database.read() as session:
        assert len(segments.listed(session)) == len(ORDERS)
        assert [one.key for one in domain.list_schemes(session)] == ["tiers", "four"]
        assert sum(counts.members(session).values()) == 0
