"""The summary on the CRM's own database: what is a purchase, which day it is, whose money."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from plugins.scoring.tests.features.histories import (
    ZONES,
    add,
    add_people,
    expected,
    random_rows,
    touch,
)
from plugins.scoring.tests.features.reading import told

from guanxi_scoring.features.summarising import summarise

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("seed", [1, 2])
def test_everybody_is_summed_up_as_the_definition_says(writing, configure, now, zone, seed):
    configure(time_zone=zone)
    rng = random.Random(seed)
    with writing() as session:
        people = add_people(session, 60, now)
        rows = random_rows(rng, people, now)
        add(session, rows)

        found = summarise(session, as_of=now)

    assert told(found) == expected(rows, as_of=now, zone=zone)


def test_the_first_purchase_does_not_count_and_all_of_a_day_are_one(writing, now):
    with writing() as session:
        (anna,) = add_people(session, 1, now)
        add(
            session,
            [
                touch(anna, NOON, "10"),
                touch(anna, NOON + DAY, "20"),
                touch(anna, NOON + DAY + timedelta(hours=2), "30"),
                touch(anna, NOON + 9 * DAY, "70"),
            ],
        )

        found = told(summarise(session, as_of=NOON + 10 * DAY))[anna]

    assert (found["x"], found["t_x"], found["T"]) == (2, 9, 10)
    assert (found["paid_days"], found["paid"], found["spend"]) == (2, 120.0, 60.0)


def test_returns_lessen_the_money_of_all_purchases_alike(writing, now):
    with writing() as session:
        (anna,) = add_people(session, 1, now)
        add(
            session,
            [
                touch(anna, NOON, "100"),
                touch(anna, NOON + DAY, "300"),
                touch(anna, NOON + 2 * DAY, "-100", kind="return"),
            ],
        )

        found = told(summarise(session, as_of=now))[anna]

    assert (found["bought"], found["kept"], found["spend"]) == (400.0, 300.0, 225.0)
    assert found["x"] == 1


def test_there_is_no_spend_where_returns_exceed_purchases(writing, now):
    with writing() as session:
        (anna,) = add_people(session, 1, now)
        add(
            session,
            [
                touch(anna, NOON, "10"),
                touch(anna, NOON + DAY, "10"),
                touch(anna, NOON + 2 * DAY, "-25", kind="return"),
            ],
        )

        found = told(summarise(session, as_of=now))[anna]

    assert (found["x"], found["kept"], found["spend"]) == (1, -5.0, None)


def test_customers_who_are_gone_are_left_out(writing, now):
    with writing() as session:
        (here,) = add_people(session, 1, now)
        (erased,) = add_people(session, 1, now, erased_at=now)
        (merged,) = add_people(session, 1, now, merged_into=here)
        add(session, [touch(one, NOON) for one in (here, erased, merged)])

        found = summarise(session, as_of=now)

    assert found.customer_ids == [here]


def test_a_cut_parts_what_was_known_from_what_came(writing, now):
    cut = (NOON + 5 * DAY).date()
    with writing() as session:
        old, new = sorted(add_people(session, 2, now))
        add(session, [touch(old, NOON + n * DAY, str(n + 1)) for n in (0, 1, 3, 5, 8)])
        add(session, [touch(new, NOON + n * DAY, "10") for n in (6, 7)])

        found = told(summarise(session, as_of=now, cut=cut))

    names = (
        "days_before", "t_x_before", "paid_days_before", "paid_before", "days_after", "paid_after",
    )  # fmt: skip
    assert [found[old][name] for name in names] == [3, 3, 2, 6.0, 2, 15.0]
    assert [found[new][name] for name in names] == [0, 0, 0, 0.0, 2, 20.0]


def test_customers_with_the_same_history_are_one_row_for_the_fit(writing, now):
    with writing() as session:
        people = add_people(session, 4, now)
        add(session, [touch(one, NOON) for one in people])
        add(session, [touch(one, NOON + DAY) for one in people[:3]])

        found = summarise(session, as_of=NOON + 2 * DAY).aggregated()

    assert list(zip(found.x, found.t_x, found.T, found.count, strict=True)) == [
        (0, 0, 2, 1),
        (1, 1, 2, 3),
    ]


def test_nobody_who_bought_is_no_rows(writing, now):
    with writing() as session:
        found = summarise(session, as_of=now)

    assert (len(found), found.customer_ids, len(found.aggregated())) == (0, [], 0)


def test_the_fingerprint_changes_with_the_data_alone(writing, now):
    with writing() as session:
        (anna,) = add_people(session, 1, now)
        add(session, [touch(anna, NOON, "10")])
        first = summarise(session, as_of=now).fingerprint
        again = summarise(session, as_of=now).fingerprint
        add(session, [touch(anna, NOON, "0.01")])
        other = summarise(session, as_of=now).fingerprint

    assert first == again
    assert first != other
