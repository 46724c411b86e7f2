"""Break points are frozen between cuts; a new cut says who moved where."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from plugins.segmentation.tests.people import add_people, add_touchpoints, buy

from guanxi_segmentation import rfm
from guanxi_segmentation.rfm.scoring import is_new_day

Writing = Callable[..., Any]
Configure = Callable[..., None]


def test_nothing_is_cut_where_nobody_ordered(writing: Writing, now: datetime) -> None:
    with writing() as session:
        (one,) = add_people(session, 1, at=now)
        rfm.refresh(session, None, as_of=now)
        rfm.refresh(session, [one], as_of=now)

        assert rfm.latest_cut(session) is None
        assert rfm.is_due(session, as_of=now) == "first"


def test_break_points_stay_until_they_are_due(writing: Writing, now: datetime) -> None:
    later = now + timedelta(days=6, hours=23)
    with writing() as session:
        people = add_people(session, 20, at=now)
        add_touchpoints(
            session, [buy(one, now, 5, place + 1) for place, one in enumerate(people[:10])]
        )
        rfm.refresh(session, None, as_of=now)
        first = rfm.latest_cut(session).m_breaks
        add_touchpoints(session, [buy(one, now, 1, 10_000) for one in people[10:]])

    with writing(later) as session:
        rfm.refresh(session, None, as_of=later)
        between = rfm.latest_cut(session)
        kept = (between.version, between.m_breaks, rfm.is_due(session, as_of=later))
    due = later + timedelta(hours=1)
    with writing(due) as session:
        rfm.refresh(session, None, as_of=due)
        last = rfm.latest_cut(session)
        found = (last.version, last.cause, last.m_breaks != first)

    assert kept == (1, first, None)
    assert found == (2, "schedule", True)


def test_a_cut_tells_who_moved_by_it_at_one_instant(writing: Writing, now: datetime) -> None:
    with writing() as session:
        rich, poor = add_people(session, 6, at=now), add_people(session, 2, at=now)
        add_touchpoints(session, [buy(one, now, 5, 10) for one in poor])
        add_touchpoints(session, [buy(one, now, 5, 1) for one in rich])
        rfm.refresh(session, None, as_of=now)
        before = rfm.segment_counts(session)
        add_touchpoints(session, [buy(one, now, 4, 1_000 + n) for n, one in enumerate(rich)])
        second = rfm.cut(session, as_of=now)
        after = rfm.segment_counts(session)

    by_old = {m["before"] for m in second.moves}
    assert sum(m["customers"] for m in second.moves) == 8
    assert by_old >= {"champions"}
    moved_to = {}
    for move in second.moves:
        moved_to[move["after"]] = moved_to.get(move["after"], 0) + move["customers"]
    assert moved_to == {key: count for key, count in after.items() if count}
    assert sum(before.values()) == sum(after.values()) == 8
    assert second.cause == "asked"


def test_other_settings_mean_another_cut(
    writing: Writing, configure: Configure, now: datetime
) -> None:
    with writing() as session:
        people = add_people(session, 3, at=now)
        add_touchpoints(session, [buy(one, now, 5, 10) for one in people[:2]])
        rfm.refresh(session, None, as_of=now)
        quiet = rfm.is_due(session, as_of=now)
    configure(rfm_convention="fixed", eight_split="values")

    with writing() as session:
        due = rfm.is_due(session, as_of=now)
        rfm.refresh(session, None, as_of=now)
        cut = rfm.latest_cut(session)
        scored = sum(rfm.segment_counts(session).values())
        eights = {key: count for key, count in rfm.eight_counts(session).items() if count}
    configure(rfm_fixed_days=[1, 2, 3, 4])
    with writing() as session:
        again = rfm.is_due(session, as_of=now)

    assert (quiet, due, cut.convention, cut.cause, scored) == (
        None, "settings", "fixed", "settings", 3,
    )  # fmt: skip
    assert eights == {"general_develop": 2, "general_win_back": 1}
    assert again == "settings"


def test_the_day_is_over_when_it_is_over_for_the_company(
    writing: Writing, configure: Configure, now: datetime
) -> None:
    configure(time_zone="Asia/Shanghai")
    with writing() as session:
        before = is_new_day(session, as_of=now)
        add_touchpoints(session, [buy(one, now, 5, 1) for one in add_people(session, 1, at=now)])
        rfm.refresh(session, None, as_of=now)
        # 09:30 UTC is 17:30 in Shanghai
        found = [
            is_new_day(session, as_of=now + timedelta(hours=hours)) for hours in (0, 6, 6.5, 20)
        ]

    assert (before, found) == (True, [False, False, True, True])


def test_the_heat_map_holds_everybody_and_all_money(writing: Writing, now: datetime) -> None:
    with writing() as session:
        people = add_people(session, 10, at=now)
        add_touchpoints(
            session, [buy(one, now, place, place + 1) for place, one in enumerate(people, 1)]
        )
        rfm.refresh(session, None, as_of=now)
        cells = rfm.heat_map(session)

    assert [(cell.r, cell.f) for cell in cells] == [
        (r, f) for r in range(1, 6) for f in range(1, 6)
    ]
    assert sum(cell.customers for cell in cells) == 10
    assert sum(cell.monetary for cell in cells) == sum(range(2, 12))
