"""Cards that learn from customers or from a file, and the scores that they give."""

from datetime import timedelta
from decimal import Decimal
from math import isclose
from typing import Any

import pytest
from plugins.scoring.tests.risk.loans import NAMES, table
from plugins.scoring.tests.risk.office import Office
from sqlalchemy import func, insert, select

from guanxi.customers.domain.names import sort_key
from guanxi.sdk import Customer, new_id
from guanxi.touchpoints.domain.drafts import Draft
from guanxi.touchpoints.domain.recording import record
from guanxi_scoring.life.changing import archive_model
from guanxi_scoring.life.contract import CannotFit
from guanxi_scoring.life.finding import get_model
from guanxi_scoring.models import CardScore, CaseFile, Model, RiskStanding, Version
from guanxi_scoring.risk.card.card import Card, Scored
from guanxi_scoring.risk.kind import drift, worse
from guanxi_scoring.risk.options import CardOptions
from guanxi_scoring.risk.population import population_index, score_classes
from guanxi_scoring.risk.samples import cases_of, condition

FIELDS = {"status": "text", "duration": "number", "savings": "text", "age": "number"}
OPTIONS: dict[str, Any] = {
    "characteristics": [{"key": f"custom.{name}"} for name in FIELDS],
    "outcome": {"by": "attribute", "attribute": "custom.defaulted", "value": "true"},
}


@pytest.fixture
def borrowers(office: Office) -> Office:
    """The 1,000 loans as customers; of the last 100 the outcome is not known yet."""
    for name, type_ in FIELDS.items():
        office.field(name, type_)
    office.field("defaulted", "boolean")
    rows = []
    for place, row in enumerate(table()):
        custom: dict[str, Any] = {name: row[NAMES.index(name)] for name in FIELDS}
        custom |= {name: int(custom[name]) for name in ("duration", "age")}
        if place < 900:
            custom["defaulted"] = row[-1] == "2"
        name = f"Loan {place:04}"
        rows.append(
            {
                "id": new_id(), "kind": "person", "display_name": name,
                "sort_name": sort_key(name, ""), "custom": custom, "created_at": office.now,
                "updated_at": office.now,
            }
        )  # fmt: skip
    with office.write() as session:
        session.execute(insert(Customer), rows)
    return office


def loan(office: Office, place: int) -> Any:
    with office.write() as session:
        return session.scalars(
            select(Customer.id).where(Customer.display_name == f"Loan {place:04}")
        ).one()


def test_a_card_of_customers_scores_everybody(borrowers: Office) -> None:
    version = borrowers.card(OPTIONS)

    assert (version.state, version.sample) == ("current", 900)
    assert version.metrics["auc"] > 0.65
    with borrowers.write() as session:
        scored = session.scalars(select(CardScore).where(CardScore.points.is_not(None))).all()
        refused = session.scalars(select(CardScore).where(CardScore.points.is_(None))).all()
        standings = session.scalar(select(func.count()).select_from(RiskStanding))
        assert len(scored) + len(refused) == 1000
        assert len(scored) >= 990
        assert standings == len(scored)
        for one in refused:
            assert one.problem is not None
            assert "all that the scorecard learnt from" in one.problem["message"]
        index = population_index(session, session.get_one(Model, version.model_id), version)
        assert index is not None
        assert index < 0.1
        assert sum(
            one.now
            for one in score_classes(session, session.get_one(Model, version.model_id), version)
        ) == len(scored)


def test_points_of_a_customer_are_those_of_the_plain_card(borrowers: Office) -> None:
    version = borrowers.card(OPTIONS)
    one = loan(borrowers, 950)

    row = table()[950]
    values = {f"custom.{name}": row[NAMES.index(name)] for name in FIELDS}
    expected = Card(version.parameters).score(values)
    found = borrowers.standing(one)
    assert isinstance(expected, Scored)
    assert found is not None
    assert found.points is not None
    assert isclose(found.points, expected.points)
    assert found.coefficient == Decimal(str(expected.probability)).quantize(Decimal("0.000001"))


def test_who_changes_beyond_the_training_loses_the_score(borrowers: Office) -> None:
    borrowers.card(OPTIONS)
    one = loan(borrowers, 3)
    before = borrowers.standing(one)

    borrowers.change(one, custom={"age": 110})
    borrowers.deliver()
    with borrowers.write() as session:
        score = session.scalars(select(CardScore).where(CardScore.customer_id == one)).one()
        problem = score.problem

    assert before is not None
    assert borrowers.standing(one) is None
    assert problem == {
        "message": "%(key)s is above all that the scorecard learnt from.",
        "values": {"key": "custom.age"},
    }


def test_a_rating_that_is_worse_than_the_score_counts(borrowers: Office) -> None:
    borrowers.card(OPTIONS)
    one = loan(borrowers, 3)
    borrowers.agency()
    borrowers.consent(one, given=True)

    borrowers.rate(one, "D")

    found = borrowers.standing(one)
    assert found is not None
    assert found.coefficient == 1
    assert found.points is not None


def test_scores_go_when_the_card_is_put_away(borrowers: Office) -> None:
    borrowers.card(OPTIONS)

    with borrowers.write() as session:
        archive_model(session, "card", now=borrowers.now)

    with borrowers.write() as session:
        assert session.scalar(select(func.count()).select_from(CardScore)) == 0
        assert session.scalar(select(func.count()).select_from(RiskStanding)) == 0


def test_another_population_is_an_alarm(borrowers: Office) -> None:
    version = borrowers.card(OPTIONS)
    with borrowers.write() as session:
        model = session.get_one(Model, version.model_id)
        assert drift(session, model, version, borrowers.now) is None
        low = session.scalars(
            select(CardScore.customer_id).order_by(CardScore.points).limit(60)
        ).all()
        for one in session.scalars(select(CardScore)):
            if one.customer_id not in low:
                session.delete(one)
        session.flush()
        said = drift(session, model, version, borrowers.now)
    assert said is not None
    assert said.values["alarm"] == 0.25


def test_a_card_that_is_surely_worse_is_kept_back() -> None:
    def measured(area: float) -> dict[str, Any]:
        return {"auc": area, "errors": {"auc": 0.02}}

    assert worse(measured(0.70), measured(0.75), 1.645) is not None
    assert worse(measured(0.71), measured(0.75), 1.645) is None
    assert worse(measured(0.71), measured(0.75), 1.0) is not None
    assert worse(measured(0.80), measured(0.75), 1.645) is None


def test_from_which_stability_index_on_there_is_an_alarm_can_be_chosen(borrowers: Office) -> None:
    version = borrowers.card({**OPTIONS, "psi_watch": 0.0, "psi_alarm": 0.0})

    with borrowers.write() as session:
        model = get_model(session, "card")
        said = drift(session, model, version, borrowers.now)

    assert said is not None
    assert said.values["alarm"] == 0.0


def test_a_card_of_a_file_learns_from_its_rows(office: Office) -> None:
    options = file_options(office)

    version = office.card(options)

    assert (version.state, version.sample) == ("current", 1000)
    assert version.metrics["auc"] > 0.65
    with office.write() as session:
        assert session.scalar(select(func.count()).select_from(CardScore)) == 0


def file_options(office: Office, **more: Any) -> dict[str, Any]:
    """Options of a card of the 1,000 loans as a file."""
    rows = [[place, *row] for place, row in enumerate(table(), 2)]
    with office.write() as session:
        made = CaseFile(
            id=new_id(), title="Loans", file_name="loans.csv", columns=[*NAMES, "class"],
            rows=rows, cases=len(rows), uploaded_at=office.now, uploaded_by="test",
        )  # fmt: skip
        session.add(made)
        session.flush()
        file = str(made.id)
    return {
        "file": file,
        "characteristics": [{"key": f"custom.{name}", "column": name} for name in FIELDS],
        "outcome": {"by": "column", "column": "class", "bad": ["2"]},
        **more,
    }


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"characteristics": []}, "Choose the characteristics"),
        ({"characteristics": [{"key": "shoe_size"}]}, "no column “shoe_size”"),
        ({"characteristics": [{"key": "class"}]}, "cannot be a characteristic"),
        ({"outcome": {"by": "column", "column": "class", "bad": []}}, "which words in the column"),
        ({"outcome": {"by": "column", "column": "class", "bad": ["9"]}}, "the same way"),
        ({"file": str(new_id())}, "not there any more"),
        ({"file": "no id"}, "not there any more"),
        ({"characteristics": [{"key": "purpose", "type": "number"}]}, "Row 2 holds “A43”"),
    ],
)
def test_a_file_of_which_there_is_no_card(
    office: Office, change: dict[str, Any], said: str
) -> None:
    options = {**file_options(office), **change}

    version = office.card(options)

    assert version.state == "failed"
    assert version.problem is not None
    assert said in version.problem["message"] % version.problem["values"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"outcome": {"by": "attribute", "attribute": "custom.age", "value": "x"}}, "cannot be"),
        ({"outcome": {"by": "attribute"}}, "Say by which attribute"),
        ({"characteristics": [{"key": "custom.nothing"}]}, "no attribute custom.nothing"),
        ({"characteristics": [{"key": "customers.tags"}]}, "several values at once"),
        (
            {"outcome": {"attribute": "custom.duration", "operator": "gt", "value": "long"},
             "characteristics": [{"key": "custom.age"}]},
            "“long”, which is no number",
        ),
        ({"outcome": {"by": "touchpoint", "bad": ["unpaid"]}}, "which are bad"),
    ],
)  # fmt: skip
def test_customers_of_whom_there_is_no_card(
    office: Office, change: dict[str, Any], said: str
) -> None:
    for name, type_ in FIELDS.items():
        office.field(name, type_)

    version = office.card({**OPTIONS, **change})

    assert version.state == "failed"
    assert version.problem is not None
    assert said in version.problem["message"] % version.problem["values"]


def test_the_last_outcome_of_a_touchpoint_decides(office: Office) -> None:
    office.field("age")
    ann, bob, cy = (office.customer(name, custom={"age": 40}) for name in ("Ann", "Bob", "Cy"))
    for who, days, outcome in ((ann, 9, "resolved"), (ann, 5, "no_answer"), (bob, 9, "resolved")):
        with office.write() as session:
            draft = Draft(
                channel="phone", kind="call", direction="out", customer_id=who,
                occurred_at=office.now - timedelta(days=days), outcome=outcome,
            )  # fmt: skip
            record(session, draft, now=office.now)
    options = CardOptions().load(
        {
            "characteristics": [{"key": "custom.age"}],
            "outcome": {"by": "touchpoint", "bad": ["no_answer"], "good": ["resolved"]},
        }
    )

    with office.write() as session:
        now_known = cases_of(session, options, office.now)
        before = cases_of(session, options, office.now - timedelta(days=6))

    assert sorted(now_known.bad) == [False, True]
    assert list(before.bad) == [False, False]
    assert cy


def test_outcomes_of_another_kind_of_touchpoint_say_nothing(office: Office) -> None:
    office.field("age")
    for name, kind, outcome in (
        ("Ann", "call", "no_answer"), ("Bob", "call", "resolved"), ("Cy", "visit", "no_answer"),
    ):  # fmt: skip
        who = office.customer(name, custom={"age": 40})
        with office.write() as session:
            draft = Draft(
                channel="phone", kind=kind, customer_id=who, outcome=outcome,
                occurred_at=office.now - timedelta(days=5),
            )  # fmt: skip
            record(session, draft, now=office.now)
    outcome = {"by": "touchpoint", "kind": "call", "bad": ["no_answer"], "good": ["resolved"]}
    options = CardOptions().load({"characteristics": [{"key": "custom.age"}], "outcome": outcome})

    with office.write() as session:
        found = cases_of(session, options, office.now)

    assert sorted(found.bad) == [False, True]


@pytest.mark.parametrize(
    ("operator", "value", "given", "meets"),
    [
        ("eq", "true", True, True), ("eq", "TRUE", False, False), ("eq", "1", 1.0, True),
        ("ne", "a", "b", True), ("in", "a, b", " B ", True), ("in", "a,b", "c", False),
        ("gt", "3", 3.5, True), ("gte", "3", 3, True), ("lt", "3", 3, False), ("lte", "3", 2, True),
        ("gt", "3", None, None), ("ne", "a", "", None), ("gt", "3", "many", None),
    ],
)  # fmt: skip
def test_a_condition(operator: str, value: str, given: Any, meets: bool | None) -> None:
    assert condition(operator, value)(given) is meets


def test_a_limit_is_a_number() -> None:
    with pytest.raises(CannotFit):
        condition("gt", "many")


def test_the_same_customers_give_the_same_card(borrowers: Office) -> None:
    first = borrowers.card(OPTIONS)
    second = borrowers.card(OPTIONS)

    assert isinstance(first, Version)
    assert second.number == first.number + 1
    assert second.fingerprint == first.fingerprint
    assert second.parameters == first.parameters
