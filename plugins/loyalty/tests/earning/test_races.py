"""Eight at once on one budget, and on the same events: nothing is overspent or doubled."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from plugins.loyalty.tests.earning.club import Club

from guanxi.errors import Conflict


def side_by_side(works):
    """Run functions at the same time; return what each raised."""
    barrier = Barrier(len(works))

    def started(work):
        barrier.wait()
        try:
            return work()
        except Exception as error:  # noqa: BLE001 -- it is what we want to see
            return error

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(started, works))


def test_a_budget_is_never_overspent_by_eight_at_once(club: Club) -> None:
    club.campaign(budget=1000)
    club.rule(campaign="spring")
    people = [club.person(f"P{number}") for number in range(16)]
    for one in people:
        for _ in range(4):
            club.buy(one, "30")
    events = club.news()
    parts = [[e for e in events if people.index(e.customer_id) % 8 == n] for n in range(8)]

    raised = side_by_side([lambda part=part: club.deliver(part) for part in parts])

    assert raised == [None] * 8
    assert sum(club.points(one) for one in people) == 1000
    assert club.spent() == 1000
    assert club.verify() == []


def test_the_same_events_read_by_eight_at_once_count_once(club: Club) -> None:
    club.rule(limits=[{"period": "day", "units": 140}])
    ann = club.person()
    for _ in range(5):
        club.buy(ann, "30")
    club.bring_back(ann, "30")
    events = club.news()

    raised = side_by_side([lambda: club.deliver(events)] * 8)

    assert [one for one in raised if one is not None and not isinstance(one, Conflict)] == []
    assert club.points(ann) == 120  # the last one earned 20, and is the one brought back
    assert club.verify() == []
