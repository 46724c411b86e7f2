"""A person's data about risk: exported, erased, merged, taken apart again."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from plugins.scoring.tests.risk.office import Office
from sqlalchemy import func, select

from guanxi.customers.domain.merging import merge_customers
from guanxi.customers.domain.unmerging import unmerge_customers
from guanxi.db import Actor
from guanxi.plugins.lifecycle import disable
from guanxi_scoring.models import (
    AppetiteAnswers,
    CardScore,
    Mitigation,
    Rating,
    RiskChange,
    RiskStanding,
)
from guanxi_scoring.risk import appetite, customer_data
from guanxi_scoring.risk.questionnaire import QUESTIONS

TABLES: tuple[Any, ...] = (
    Rating, AppetiteAnswers, Mitigation, RiskChange, RiskStanding, CardScore,
)  # fmt: skip


def rows(office: Office, customer_id: UUID) -> list[int]:
    with office.write() as session:
        return [
            session.scalars(
                select(func.count()).select_from(one).where(one.customer_id == customer_id)
            ).one()
            for one in TABLES
        ]


def with_everything(office: Office, name: str, grade: str, share: str) -> UUID:
    made = office.customer(name)
    office.rate(made, grade)
    office.mitigate(made, share)
    with office.write() as session:
        chosen = {one.key: "b" for one in QUESTIONS}
        appetite.record_answers(session, made, chosen, now=office.now)
    return made


def test_export_tells_everything_and_erase_leaves_nothing(office: Office, now: datetime) -> None:
    office.agency()
    ann = with_everything(office, "Ann", "B", "0.5")
    bob = with_everything(office, "Bob", "A", "0.1")

    with office.write() as session:
        told = customer_data.export(session, ann)
        customer_data.erase(session, ann)

    assert told is not None
    assert {name: len(part) for name, part in told.items()} == {
        "ratings": 1, "answers": 1, "mitigations": 1, "changes": 2, "standing": 1,
    }  # fmt: skip
    assert told["ratings"][0]["grade"] == "B"
    assert rows(office, ann) == [0] * 6
    assert rows(office, bob) == [1, 1, 1, 2, 1, 0]
    with office.write() as session:
        assert customer_data.export(session, ann) is None


def test_merged_the_records_of_both_count_and_apart_each_has_their_own(office: Office) -> None:
    office.agency()
    office.agency("other")
    ann = with_everything(office, "Ann", "A", "0.5")
    bob = with_everything(office, "Bob", "D", "0.2")
    office.rate(bob, "B", agency="other", on="2025-12-01")
    before = [stand(office, one) for one in (ann, bob)]

    with office.write() as session:
        merge = merge_customers(session, ann, bob, now=office.now)
        merge_id = merge.id
    merged = office.standing(ann)

    assert merged is not None
    # the rating of the same agency and day that was there stays, the other agency's came along
    assert (merged.grade, merged.coefficient) == ("A", Decimal("0.005") * Decimal("0.4"))
    assert rows(office, bob) == [1, 0, 0, 0, 0, 0]
    with office.write() as session:
        unmerge_customers(session, merge_id, now=office.now)
    office.deliver()
    assert [stand(office, one) for one in (ann, bob)] == before


def stand(office: Office, customer_id: UUID) -> tuple[Any, ...]:
    found = office.standing(customer_id)
    assert found is not None
    return (found.coefficient, found.inherent, found.grade, found.appetite, found.factors)


def test_a_merge_follows_also_while_scoring_is_switched_off(office: Office) -> None:
    office.agency()
    ann, bob = office.customer("Ann"), with_everything(office, "Bob", "D", "0.2")
    disable(
        office.platform.database,
        office.platform.host,
        "scoring",
        actor=Actor("system", "test"),
        now=office.now,
    )
    office.refresh()

    with office.write() as session:
        merge_customers(session, ann, bob, now=office.now)

    assert rows(office, ann)[:4] == [1, 1, 1, 3]
    assert rows(office, bob)[:4] == [0, 0, 0, 0]
