"""The model of silence: its counts are those of a count by hand, its numbers come true."""

from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from plugins.scoring.tests.churn.trade import add, add_people, came
from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi.sdk import new_id
from guanxi_scoring.churn.silence import design, fitting, hazard, holdout, periods, scoring
from guanxi_scoring.churn.silence.kind import SILENCE
from guanxi_scoring.churn.silence.options import SilenceOptions, chosen
from guanxi_scoring.life.contract import CannotFit, Fit, FitRequest
from guanxi_scoring.models import Model, SilenceScore, Version

Writing = Callable[..., AbstractContextManager[Session]]


def model_of(session: Session, now: datetime, **options: Any) -> Model:
    found = Model(
        id=new_id(),
        key="silence",
        kind="silence",
        title_en="Silence",
        title_zh="沉默",
        options=SilenceOptions().load(options),
        created_at=now,
        changed_at=now,
        changed_by="test",
    )
    session.add(found)
    session.flush()
    return found


def version_of(session: Session, model: Model, found: Fit, now: datetime) -> Version:
    version = Version(
        model_id=model.id,
        number=1,
        state="current",
        cause="first",
        engine="postgres",
        seed=1,
        as_of=now,
        sample=found.sample,
        fingerprint=found.fingerprint,
        parameters=dict(found.parameters),
        standard_errors={},
        fit={},
        metrics={},
        pictures={},
        warnings=[],
        trained_at=now,
        took_ms=1,
        asked_by="test",
    )
    session.add(version)
    session.flush()
    return version


def village(session: Session, now: datetime, *, weeks: int = 60, count: int = 400) -> list[UUID]:
    """Add customers who come by chance: half of them often, and some leave for good."""
    import numpy as np  # noqa: PLC0415 -- as in the product

    chance = np.random.default_rng(11)
    ids = add_people(session, count, at=now)
    rows = []
    for number, one in enumerate(ids):
        often = 0.5 if number % 2 else 0.08
        leaves = chance.geometric(0.02)
        for week in range(min(weeks, leaves)):
            if week == 0 or chance.random() < often:
                at = now - timedelta(days=7 * (weeks - week) - 3)
                kind = "purchase" if chance.random() < 0.5 else "visit"
                rows.append(came(one, at, kind=kind))
    add(session, rows)
    return ids


@pytest.fixture
def fitted(writing: Writing, now: datetime) -> Callable[..., Any]:
    """Return a function that makes the village and fits, with options."""

    def make(**options: Any) -> tuple[Fit, list[UUID]]:
        with writing() as session:
            ids = village(session, now)
            model = model_of(session, now, **options)
            found = fitting.fit(session, model, FitRequest(now, 1))
            version = version_of(session, model, found, now)
            scoring.score_everybody(session, model, version, now)
            return found, ids

    return make


def test_person_periods_are_those_of_a_count_by_hand(writing: Writing, now: datetime) -> None:
    """One customer came in the weeks -5, -3 and 0: five person-periods, two returns."""
    with writing() as session:
        (one,) = add_people(session, 1, at=now)
        add(session, [came(one, now - timedelta(days=days)) for days in (36, 22, 1)])
        options = chosen(SilenceOptions().load({}), "UTC")
        rows = periods.counted(session, options, now, 2)

        plain = [
            (row.silent, 2 ** (row.active / 4), 2 ** (row.tenure / 4), row.events, row.trials)
            for row in rows
        ]
        assert [(silent, round(active), events) for silent, active, _, events, _ in plain] == [
            (0, 1, 0),
            (0, 2, 0),
            (1, 1, 1),
            (1, 2, 0),
            (2, 2, 1),
        ]
        assert sum(row[4] for row in plain) == 5
        assert [round(row[2]) for row in plain] == [1, 3, 2, 4, 5]


def test_who_is_tested_is_as_they_were_before_the_held_out_time(
    writing: Writing, now: datetime
) -> None:
    """One came again within the last two weeks, one did not, one was not there before."""
    with writing() as session:
        back, gone, new = add_people(session, 3, at=now)
        add(session, [came(back, now - timedelta(days=days)) for days in (40, 5)])
        add(session, [came(gone, now - timedelta(days=40)), came(new, now - timedelta(days=9))])
        options = chosen(SilenceOptions().load({}), "UTC")
        (row,) = periods.tested(session, options, now, 2)

        assert (row.silent, row.active, row.customers, row.silent_ones) == (3, 0, 2, 1)


def test_nothing_that_happened_later_is_learnt(writing: Writing, now: datetime) -> None:
    with writing() as session:
        village(session, now)
        model = model_of(session, now)
        early = now - timedelta(days=100)
        before = fitting.fit(session, model, FitRequest(early, 1))
        (one,) = add_people(session, 1, at=now)
        add(session, [came(one, early + timedelta(minutes=n)) for n in range(50)])
        again = fitting.fit(session, model, FitRequest(early, 1))

        assert again == before


def test_the_hold_out_is_ordered_and_calibrated(fitted: Callable[..., Any]) -> None:
    found, _ = fitted()
    metrics = found.metrics

    assert found.sample == 400
    assert found.fit["converged"]
    assert metrics["auc"] > 0.8
    assert metrics["calibration_error"] < 0.08
    assert metrics["skill"] > 0.25
    assert metrics["lift_first_tenth"] > 1.1
    calibration = found.pictures["silence_calibration"]
    assert sum(row[3] for row in calibration.rows) == metrics["holdout_customers"]


def test_silence_is_longer_than_four_of_five_gaps_unless_chosen(
    fitted: Callable[..., Any],
) -> None:
    found, _ = fitted()

    usual = found.parameters["usual_gap_days"]
    assert usual <= found.parameters["silence_days"] < usual + 7


def test_a_silence_that_is_chosen_is_taken_in_whole_periods(fitted: Callable[..., Any]) -> None:
    found, _ = fitted(silence_days=45, period="month")

    assert (found.parameters["periods"], found.parameters["silence_days"]) == (2, 60)


def test_everybody_with_a_sign_of_life_is_scored_and_the_long_silent_higher(
    fitted: Callable[..., Any], writing: Writing
) -> None:
    _, ids = fitted()
    with writing() as session:
        rows = session.execute(
            select(SilenceScore.customer_id, SilenceScore.p, SilenceScore.silent)
        ).all()

    assert {row.customer_id for row in rows} == set(ids)
    mean = Counter[bool]()
    for row in rows:
        mean[row.silent > 20] += row.p / sum((one.silent > 20) == (row.silent > 20) for one in rows)
    assert mean[True] > mean[False] + 0.2
    assert all(0 < row.p < 1 for row in rows)


def test_scores_of_a_few_are_those_of_a_round_for_everybody(
    fitted: Callable[..., Any], writing: Writing, now: datetime
) -> None:
    _, ids = fitted()

    def table(session: Session) -> Any:
        columns = SilenceScore.__table__.c
        return session.execute(select(*columns).order_by(columns.customer_id)).all()

    with writing() as session:
        model = session.scalars(select(Model)).one()
        version = session.scalars(select(Version)).one()
        add(session, [came(ids[0], now - timedelta(days=1)), came(ids[7], now)])
        scoring.score_few(session, ids[:8], model, version, now)
        few = table(session)
        scoring.score_everybody(session, model, version, now)

        assert few == table(session)


def test_the_probability_is_the_product_of_the_hazards_left_out(
    fitted: Callable[..., Any],
) -> None:
    found, _ = fitted()
    state = design.from_counts([(2, 5, 30, 1.5, 1)])

    product = 1.0
    for ahead in range(found.parameters["periods"]):
        product *= 1 - hazard.hazards(found.parameters, state, ahead)[0]

    p = hazard.staying_silent(found.parameters, state, found.parameters["periods"])[0]
    assert p == pytest.approx(product, rel=1e-12)


def test_an_alarm_where_other_customers_come_than_it_learnt_from(
    fitted: Callable[..., Any], writing: Writing, now: datetime
) -> None:
    _, ids = fitted()
    with writing() as session:
        model = session.scalars(select(Model)).one()
        version = session.scalars(select(Version)).one()
        assert SILENCE.drift is not None
        assert SILENCE.drift(session, model, version, now) is None
        add(session, [came(one, now - timedelta(days=1)) for one in ids])
        told = SILENCE.drift(session, model, version, now)

    assert told is not None
    assert told.values["observed"]["share"] == 0


def test_a_candidate_that_orders_worse_is_worse() -> None:
    errors = {"auc": 0.03, "skill": 0.05}
    good = {"auc": 0.8, "skill": 0.3, "errors": errors}

    assert SILENCE.worse(good, good, 1.645) is None
    assert SILENCE.worse({**good, "auc": 0.7}, good, 1.645) is not None
    assert SILENCE.worse({**good, "auc": 0.75}, good, 1.645) is None
    assert SILENCE.worse({**good, "skill": 0.1}, good, 1.645) is not None
    assert SILENCE.worse({"auc": None, "skill": None}, good, 1.645) is not None


def test_measures_of_a_known_case() -> None:
    import numpy as np  # noqa: PLC0415 -- as in the product

    p, customers, silent = np.array([0.9, 0.1]), np.array([10.0, 10.0]), np.array([9.0, 1.0])

    found = holdout.measures(p, customers, silent)

    assert found["auc"] == 0.9
    assert found["brier"] == 0.09
    assert found["skill"] == 0.64
    assert found["calibration_error"] == 0
    assert found["lift_first_tenth"] == 1.8


@pytest.mark.parametrize(
    ("days", "people", "said"),
    [
        ((), 60, "customers gave a sign of life"),
        ((30, 20, 10), 20, "customers gave a sign of life"),
        ((30,), 60, "No customer came twice"),
        ((3, 1), 60, "reach back"),
        ((-3, -9), 60, "customers gave a sign of life"),
        ((100, 4), 60, "Customers came back only"),
        (tuple(range(100)), 60, "All customers are alike"),
    ],
)
def test_bad_input_is_refused_with_a_sentence(
    days: tuple[int, ...], people: int, said: str, writing: Writing, now: datetime
) -> None:
    with writing() as session:
        for one in add_people(session, people, at=now):
            add(session, [came(one, now - timedelta(days=day, hours=1)) for day in days])
        model = model_of(session, now)

        with pytest.raises(CannotFit, match=said):
            fitting.fit(session, model, FitRequest(now, 1))


def test_an_engine_that_cannot_count_it_is_refused(writing: Writing, now: datetime) -> None:
    with writing() as session, pytest.raises(CannotFit, match="engine postgres"):
        fitting.fit(session, model_of(session, now), FitRequest(now, 1, engine="duckdb"))
