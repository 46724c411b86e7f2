"""Where customers stand: coefficient and class from what is known, lower after mitigation."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from plugins.scoring.tests.risk.office import Office
from sqlalchemy import select

from guanxi.events.models import EventRow
from guanxi.sdk import Invalid, Refused
from guanxi_scoring.life.contract import Sentence
from guanxi_scoring.models import RiskChange
from guanxi_scoring.risk import mitigations, ratings, standing
from guanxi_scoring.risk.coefficient import Factor, inherent, mitigated

SHARES = st.lists(st.decimals("0.0001", 1, places=4), max_size=6)


def factor(risk: float, weight: float = 1.0) -> Factor:
    return Factor("x", risk, weight, Sentence("said"))


def test_factors_join_by_a_noisy_or() -> None:
    assert inherent([factor(0.5), factor(0.5)]) == Decimal("0.75")
    assert inherent([factor(0.4, 0.5), factor(0.1)]) == Decimal("0.28")
    assert inherent([]) == 0
    assert inherent([factor(1.0)]) == 1


@given(st.lists(st.floats(0, 1), max_size=6), SHARES)
def test_mitigation_never_raises_the_coefficient(risks: list[float], shares: list[Decimal]) -> None:
    before = inherent([factor(one) for one in risks])

    after = [mitigated(before, shares[:n]) for n in range(len(shares) + 1)]

    assert after[0] == before
    assert after == sorted(after, reverse=True)
    assert all(0 <= one <= before for one in after)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=6), st.floats(0, 1))
def test_one_more_factor_never_lowers_it(risks: list[float], more: float) -> None:
    before = inherent([factor(one) for one in risks])

    assert inherent([factor(one) for one in [*risks, more]]) >= before


def test_a_rating_counts_with_its_probability(office: Office) -> None:
    office.agency()
    ann = office.customer()

    office.rate(ann, "b")

    found = office.standing(ann)
    assert found is not None
    assert (found.coefficient, found.risk_class) == (Decimal("0.080000"), "low")
    assert (found.grade, found.level) == ("B", 7)
    assert [one["key"] for one in found.factors] == ["default"]


def test_the_latest_valid_rating_counts(office: Office) -> None:
    office.agency()
    ann = office.customer()
    office.rate(ann, "AAA", on="2024-01-01")  # a year and it is over
    assert office.standing(ann) is None

    office.rate(ann, "D", on="2026-01-01")
    office.rate(ann, "A", on="2025-12-01")

    found = office.standing(ann)
    assert found is not None
    assert (found.grade, found.risk_class) == ("D", "high")


def test_a_withdrawn_rating_does_not_count(office: Office) -> None:
    office.agency()
    ann = office.customer()
    wrong = office.rate(ann, "D")

    with office.write() as session:
        ratings.withdraw_rating(session, wrong, now=office.now)

    assert office.standing(ann) is None
    office.rate(ann, "A")  # of the same day


def test_without_consent_no_rating_is_taken(office: Office) -> None:
    office.agency()
    ann = office.customer(consent=False)

    with pytest.raises(Refused, match="has not agreed to credit assessment"):
        office.rate(ann, "A")


def test_consent_for_something_else_is_not_enough(office: Office) -> None:
    from guanxi.customers.domain.consents import Decision, record_consent  # noqa: PLC0415

    office.agency()
    ann = office.customer(consent=False)
    with office.write() as session:
        record_consent(session, ann, [Decision("any", "marketing", True)], now=office.now)

    with pytest.raises(Refused):
        office.rate(ann, "A")


def test_consent_that_is_taken_back_ends_the_rating(office: Office) -> None:
    office.agency()
    ann = office.customer()
    office.rate(ann, "D")

    later = office.now + timedelta(days=1)
    office.consent(ann, given=False, at=later)
    office.deliver()

    assert office.standing(ann) is None


@pytest.mark.parametrize(
    ("grade", "on", "until", "field"),
    [
        ("Z", "2026-01-01", None, "grade"),
        ("A", "2099-01-01", None, "rated_on"),
        ("A", "2026-01-01", "2025-12-31", "valid_until"),
    ],
)
def test_a_rating_that_does_not_fit_is_refused(
    office: Office, grade: str, on: str, until: str | None, field: str
) -> None:
    office.agency()
    ann = office.customer()

    with pytest.raises(Invalid) as caught:
        office.rate(ann, grade, on, until)
    assert list(caught.value.fields) == [field]


def test_mitigation_lowers_it_until_it_ends(office: Office) -> None:
    office.agency()
    ann = office.customer()
    office.rate(ann, "D")

    house = office.mitigate(ann, "0.8")
    office.mitigate(ann, "0.5")

    found = office.standing(ann)
    assert found is not None
    assert (found.inherent, found.coefficient) == (Decimal(1), Decimal("0.1"))
    assert found.risk_class == "medium"
    with office.write() as session:
        mitigations.end_mitigation(session, house, now=office.now)
        mitigations.end_mitigation(session, house, now=office.now)
    found = office.standing(ann)
    assert found is not None
    assert found.coefficient == Decimal("0.5")


def test_what_runs_out_is_worked_out_anew_that_day(office: Office, now: datetime) -> None:
    office.agency()
    ann = office.customer()
    office.rate(ann, "D", on="2026-01-01", until="2030-01-01")
    office.mitigate(ann, "0.9", valid_until=now.date() + timedelta(days=9))

    found = office.standing(ann)
    assert found is not None
    assert found.due_on == now.date() + timedelta(days=10)
    with office.write(now + timedelta(days=9)) as session:
        assert standing.refresh_due(session) == 0
    with office.write(now + timedelta(days=10)) as session:
        assert standing.refresh_due(session) == 1
    found = office.standing(ann)
    assert found is not None
    assert (found.coefficient, found.due_on) == (Decimal(1), date(2030, 1, 2))


def test_a_mitigation_of_next_month_waits(office: Office, now: datetime) -> None:
    office.agency()
    ann = office.customer()
    office.rate(ann, "D")

    office.mitigate(ann, "0.9", valid_from=now.date() + timedelta(days=30))

    found = office.standing(ann)
    assert found is not None
    assert found.coefficient == 1
    assert found.due_on == now.date() + timedelta(days=30)


def test_each_change_is_kept_and_told(office: Office) -> None:
    office.agency()
    ann = office.customer()
    office.rate(ann, "D")
    office.mitigate(ann, "0.5")
    with office.write() as session:
        standing.refresh(session, [ann])  # nothing new

    with office.write() as session:
        kept = session.scalars(select(RiskChange).order_by(RiskChange.id)).all()
        events = session.scalars(
            select(EventRow.payload)
            .where(EventRow.kind == "CustomerChanged")
            .order_by(EventRow.position)
        ).all()
    assert [(one.inherent, one.coefficient) for one in kept] == [(1, 1), (1, Decimal("0.5"))]
    told = [event["fields"] for event in events if "scoring.risk_coefficient" in event["fields"]]
    assert told == [
        [
            "scoring.risk_coefficient",
            "scoring.risk_class",
            "scoring.rating",
            "scoring.rating_level",
        ],
        ["scoring.risk_coefficient"],
    ]


def test_without_a_probability_of_default_the_class_is_unknown(
    office: Office, configure: Any
) -> None:
    office.field("late_share")
    ann = office.customer(custom={"late_share": 0.5})
    configure(risk_factors=["custom.late_share 0.4"])
    with office.write() as session:
        standing.refresh(session, None)
    assert office.standing(ann) is None

    configure(risk_factors=["custom.late_share 0.4"], risk_needs_default=False)
    with office.write() as session:
        standing.refresh(session, None)

    found = office.standing(ann)
    assert found is not None
    assert found.coefficient == Decimal("0.2")


def test_a_factor_whose_attribute_is_gone_or_no_share_says_nothing(
    office: Office, configure: Any
) -> None:
    office.field("late_share")
    office.agency()
    ann = office.customer(custom={"late_share": 7})
    configure(risk_factors=["custom.late_share 0.4", "custom.never_there 1"])

    office.rate(ann, "A")

    found = office.standing(ann)
    assert found is not None
    assert [one["key"] for one in found.factors] == ["default"]


@pytest.mark.parametrize("share", ["0", "-0.1", "1.01", "NaN"])
def test_a_share_is_above_nought_and_at_most_all(office: Office, share: str) -> None:
    ann = office.customer()

    with pytest.raises(Invalid, match="above 0 and at most 100"):
        office.mitigate(ann, share)
