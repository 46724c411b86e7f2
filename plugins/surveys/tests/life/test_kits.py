"""What kits ask next follows from what was answered, as the one walker of questionnaires says."""

from datetime import datetime
from typing import Any

import pytest

from guanxi_surveys.kits import KITS, find_kit
from guanxi_surveys.questionnaire import read, walk


def walked(kit: str, now: datetime, **values: Any) -> Any:
    """Walk a kit with these answers."""
    questionnaire = read(find_kit(kit).definition)
    return walk(questionnaire, values, language="en", seed="1", now=now)


@pytest.mark.parametrize(
    ("score", "asked"),
    [(0, "reason_detractor"), (6, "reason_detractor"), (7, "reason_passive"),
     (8, "reason_passive"), (9, "reason_promoter"), (10, "reason_promoter")],
)  # fmt: skip
def test_each_group_of_nps_is_asked_why_in_its_own_words(
    now: datetime, score: int, asked: str
) -> None:
    shown = set(walked("nps", now, nps=score).shown)

    reasons = {name for name in shown if name.startswith("reason")}
    assert reasons == {asked}
    assert ("may_contact" in shown) == (score <= 6)


def test_nobody_is_asked_why_before_there_is_a_score(now: datetime) -> None:
    assert set(walked("nps", now).shown) == {"nps"}


@pytest.mark.parametrize(("csat", "problem"), [(1, True), (2, True), (3, False), (5, False)])
def test_only_who_is_unhappy_with_a_purchase_is_asked_what_went_wrong(
    now: datetime, csat: int, problem: bool
) -> None:
    assert ("problem" in walked("post_purchase", now, csat=csat).shown) == problem


def test_what_is_not_solved_has_to_be_said(now: datetime) -> None:
    open_case = walked("post_service", now, solved=False, ces=4, csat=4)
    solved = walked("post_service", now, solved=True, ces=6, csat=5)

    assert "open_issue" in open_case.errors
    assert solved.errors == {}
    assert "open_issue" not in solved.shown


def risk(now: datetime, *points: int) -> Any:
    """Walk the interview of somebody who invests, with these points."""
    names = ("horizon", "knowledge", "income", "share", "fall", "aim")
    answers = dict(zip(names, points, strict=True))
    return walked("needs", now, needs=["invest"], **answers).values


@pytest.mark.parametrize(
    ("points", "total", "found"),
    [((1, 1, 1, 1, 1, 1), 6, "C1"), ((2, 2, 2, 2, 1, 1), 10, "C1"), ((2, 2, 2, 2, 2, 1), 11, "C2"),
     ((3, 3, 3, 2, 2, 2), 15, "C2"), ((3, 3, 3, 3, 2, 2), 16, "C3"), ((4, 4, 3, 3, 3, 3), 20, "C3"),
     ((4, 4, 4, 3, 3, 3), 21, "C4"), ((5, 4, 4, 4, 4, 4), 25, "C4"), ((5, 5, 4, 4, 4, 4), 26, "C5"),
     ((5, 5, 5, 5, 5, 5), 30, "C5")],
)  # fmt: skip
def test_risk_appetite_is_five_equal_parts_of_its_points(
    now: datetime, points: tuple[int, ...], total: int, found: str
) -> None:
    values = risk(now, *points)

    assert (values["risk_points"], values["risk_class"]) == (total, found)


def test_who_only_wants_credit_is_not_asked_about_risk(now: datetime) -> None:
    credit = walked("needs", now, needs=["credit"])

    assert {"credit_purpose", "credit_amount"} <= set(credit.shown)
    assert "fall" not in credit.shown
    assert not credit.values.get("risk_class")


def test_both_levels_of_each_aspect_are_asked_on_one_scale() -> None:
    kit = find_kit("relationship")
    pairs: dict[str, set[str]] = {}
    for one in kit.measures.values():
        if "pair" in one:
            pairs.setdefault(one["pair"], set()).add(one["measure"])
            assert one["scale"] == [1, 5]

    assert len(pairs) == 5
    assert all(found == {"expected", "experienced"} for found in pairs.values())


def test_kits_say_where_they_come_from_and_which_effort_score_it_is() -> None:
    assert all(kit.source and kit.about.en and kit.about.zh for kit in KITS)
    assert "CES 2.0" in find_kit("ces").title["en"]
    assert "7 is best" in find_kit("ces").about.en
    assert [kit.key for kit in KITS if kit.identity == "anonymous"] == ["employee_nps"]
