"""Pages of risk: what staff see and send, with what is wrong at its field."""

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from plugins.scoring.tests.risk.loans import NAMES, table
from plugins.scoring.tests.risk.office import GRADES, Office

from guanxi.testkit.people import Person
from guanxi_scoring import jobs
from guanxi_scoring.risk import managing
from guanxi_scoring.risk.questionnaire import QUESTIONS

Somebody = Callable[..., Person]
RATING = {"agency": "acme", "grade": "b", "rated_on": "2026-01-01", "source": "letter"}
HOUSE = {"kind": "collateral", "share": "50", "note": "a house in York"}


def test_a_rating_a_mitigation_and_answers_stand_on_the_page_of_the_customer(
    office: Office, somebody: Somebody
) -> None:
    office.agency()
    ann = office.customer("Ann")
    admin, page = somebody(), f"/scoring/customers/{ann}/risk"

    assert admin.send(f"{page}/ratings", RATING).status_code == 302
    assert admin.send(f"{page}/mitigations", HOUSE).status_code == 302
    assert admin.send(f"{page}/answers", {one.key: "c" for one in QUESTIONS}).status_code == 302

    text = admin.read(page)
    assert "0.04" in text
    assert "acme rates B, level 7 of 10: a probability of default of 8%." in text
    assert "a house in York" in text
    assert "Growth" in text
    assert "takes 50% of it away" in text
    chinese = admin.speaks("zh").read(page)
    assert "成长型" in chinese
    assert "风险" in chinese


def test_what_is_wrong_stands_at_its_field_and_what_was_typed_stays(
    office: Office, somebody: Somebody
) -> None:
    office.agency()
    ann = office.customer("Ann")
    admin, page = somebody(), f"/scoring/customers/{ann}/risk"

    for path, form, said in (
        ("ratings", {**RATING, "grade": "Z"}, "acme has these grades: AAA, A, B, D."),
        ("ratings", {**RATING, "rated_on": "soon"}, "Write a day such as 2026-01-31."),
        ("ratings", {**RATING, "rated_on": ""}, "Write a day such as 2026-01-31."),
        ("mitigations", {**HOUSE, "share": "many"}, "above 0 and at most 100 percent"),
        ("mitigations", {**HOUSE, "share": "101"}, "above 0 and at most 100 percent"),
        ("mitigations", {**HOUSE, "kind": "hope"}, "Choose one of these"),
        ("answers", {"horizon": "a"}, "Choose one of the answers."),
    ):
        answer = admin.send(f"{page}/{path}", form)
        assert answer.status_code == 422, (path, form)
        assert said in answer.text, (path, form)


def test_without_consent_the_page_says_so_and_takes_no_rating(
    office: Office, somebody: Somebody
) -> None:
    office.agency()
    ann = office.customer("Ann", consent=False)
    admin, page = somebody(), f"/scoring/customers/{ann}/risk"

    answer = admin.send(f"{page}/ratings", RATING)

    assert "No consent to credit assessment" in admin.read(page)
    assert answer.status_code == 422
    assert "has not agreed to credit assessment" in answer.text


def test_an_expired_rating_is_marked(office: Office, somebody: Somebody) -> None:
    office.agency()
    ann = office.customer("Ann")
    office.rate(ann, "A", on="2020-01-01")

    text = somebody().read(f"/scoring/customers/{ann}/risk")

    assert "expired" in text
    assert "it would be a guess" in text


def test_withdrawing_and_ending_go_by_buttons(office: Office, somebody: Somebody) -> None:
    office.agency()
    ann = office.customer("Ann")
    admin, page = somebody(), f"/scoring/customers/{ann}/risk"
    rating, house = office.rate(ann, "D"), office.mitigate(ann, "0.5")

    admin.send(f"{page}/mitigations/{house}/end")
    standing = office.standing(ann)
    admin.send(f"{page}/ratings/{rating}/withdraw")

    assert standing is not None
    assert standing.coefficient == 1
    assert office.standing(ann) is None
    text = admin.read(page)
    assert "withdrawn" in text
    assert "ended" in text


def test_agencies_are_made_and_changed(office: Office, somebody: Somebody) -> None:
    admin = somebody()
    form = {
        "key": "acme",
        "title_en": "Acme",
        "title_zh": "顶点",
        "grades": GRADES,
        "valid_days": "90",
    }

    assert admin.send("/scoring/risk/new-agency", form).status_code == 302
    assert admin.send("/scoring/risk/new-agency", form).status_code == 409
    wrong = admin.send("/scoring/risk/new-agency", {**form, "key": "b", "grades": "AAA"})
    assert "is not written as grade | level | percent" in wrong.text
    page = admin.read("/scoring/risk/agencies/acme")
    assert "B | 7 | 8" in page
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version is not None
    changed = {**form, "version": version[1], "valid_days": "30"}
    assert admin.send("/scoring/risk/agencies/acme", changed).status_code == 302
    late = admin.send("/scoring/risk/agencies/acme", changed)
    assert late.status_code == 412
    assert "30 days" in admin.read("/scoring/risk")


def test_a_scorecard_is_made_of_a_file_and_shows_its_bins(
    office: Office, somebody: Somebody
) -> None:
    admin = somebody()
    lines = [",".join((*NAMES, "class")), *(",".join(row) for row in table())]
    sent = admin.send(
        "/scoring/risk/cases",
        {"file": (BytesIO("\n".join(lines).encode()), "loans.csv"), "title": "Loans of 1994"},
    )
    assert sent.status_code == 302
    new = sent.headers["Location"]
    assert "Loans of 1994" in admin.read(new)
    file = new.rsplit("=", 1)[1]
    form: dict[str, Any] = {
        "key": "loans", "title_en": "Loans", "file": file, "by": "column", "column": "class",
        "bad_words": "2",
        "details": "duration | number | rising\nage | | any", "pdo": "20", "base_score": "600",
        "base_odds": "50", "holdout": "0.3", "least_iv": "0.02", "seed": "2", "as_of": "now",
        "reasons_against": "neutral",
    }  # fmt: skip
    chosen = [("characteristics", name) for name in ("status", "duration", "age")]
    wrong = admin.send("/scoring/risk/new-scorecard", [*{**form, "pdo": "many"}.items(), *chosen])
    assert wrong.status_code == 422
    assert admin.send("/scoring/risk/new-scorecard", [*form.items(), *chosen]).status_code == 302
    assert "A fit waits" in admin.read("/scoring/risk/scorecards/loans")
    with office.write() as session:
        jobs.fit(session, office.now)
        options = managing.get_card(session, "loans").options

    text = admin.read("/scoring/risk/scorecards/loans")

    assert [one["trend"] for one in options["characteristics"]] == ["monotone", "rising", "any"]
    assert options["characteristics"][1]["type"] == "number"
    assert "Weight of evidence" in text
    assert "A14" in text
    assert "Gini" in text
    assert "Too few customers are scored" in text
    edit = admin.read("/scoring/risk/scorecards/loans/edit")
    assert "duration | number | rising" in edit
    version = re.search(r'name="version" value="(\d+)"', edit)
    assert version is not None
    renamed = {**form, "version": version[1], "title_en": "Other loans"}
    changed = [*renamed.items(), *chosen]
    assert admin.send("/scoring/risk/scorecards/loans/edit", changed).status_code == 302
    assert admin.send("/scoring/risk/scorecards/loans/edit", changed).status_code == 412
    assert "Other loans" in admin.read("/scoring/risk")
    assert admin.send("/scoring/risk/scorecards/loans/fit").status_code == 302
    assert "学习" in admin.speaks("zh").read("/scoring/risk/scorecards/loans")


def test_a_scorecard_may_go_by_outcomes_of_one_kind_of_touchpoint(
    office: Office, somebody: Somebody
) -> None:
    office.field("salary")
    admin = somebody()
    form: dict[str, Any] = {
        "key": "calls", "title_en": "Calls", "by": "touchpoint", "kind": "call",
        "bad": "no_answer", "good": "agreed", "pdo": "20", "base_score": "600", "base_odds": "50",
        "holdout": "0.3", "least_iv": "0.02", "seed": "2", "as_of": "now",
        "reasons_against": "neutral",
    }  # fmt: skip

    offered = admin.read("/scoring/risk/new-scorecard")
    made = admin.send(
        "/scoring/risk/new-scorecard", [*form.items(), ("characteristics", "custom.salary")]
    )

    assert 'value="call"' in offered
    assert made.status_code == 302
    with office.write() as session:
        outcome = managing.get_card(session, "calls").options["outcome"]
    assert (outcome["by"], outcome["kind"]) == ("touchpoint", "call")
    edit = admin.read("/scoring/risk/scorecards/calls/edit")
    assert 'value="call" selected' in edit
    assert "接触类型" in admin.speaks("zh").read("/scoring/risk/scorecards/calls/edit")


def test_who_may_only_look_sees_no_buttons_and_sends_nothing(
    office: Office, somebody: Somebody
) -> None:
    office.agency()
    ann = office.customer("Ann")
    office.rate(ann, "B")
    viewer = somebody("staff", "customers.view", "scoring.view", "scoring.risk")
    office.change(ann, owner_id=viewer.user_id)

    text = viewer.read(f"/scoring/customers/{ann}/risk")

    assert "Withdraw" not in text
    assert "New scorecard" not in viewer.read("/scoring/risk")
    assert viewer.send(f"/scoring/customers/{ann}/risk/ratings", RATING).status_code == 403


def test_who_may_not_see_risk_finds_no_trace_of_it(office: Office, somebody: Somebody) -> None:
    office.agency("secretive")
    ann = office.customer("Ann")
    office.rate(ann, "B", agency="secretive")
    staff = somebody("staff", "customers.view", "scoring.view")
    office.change(ann, owner_id=staff.user_id)

    assert staff.get(f"/scoring/customers/{ann}/risk").status_code == 403
    assert staff.get("/scoring/risk").status_code == 403
    for path in (f"/scoring/customers/{ann}", f"/customers/{ann}", "/scoring/"):
        assert "secretive" not in staff.read(path)
        assert "Risk" not in staff.read(path)


def test_a_customer_out_of_sight_is_not_there(office: Office, somebody: Somebody) -> None:
    office.agency()
    other = office.customer("Other")
    rating = office.rate(other, "D")
    staff = somebody("staff", "customers.view", "scoring.view", "scoring.risk", "scoring.assess")

    page = f"/scoring/customers/{other}/risk"

    assert staff.get(page).status_code == 404
    assert staff.send(f"{page}/ratings", RATING).status_code == 404
    assert staff.send(f"{page}/ratings/{rating}/withdraw").status_code == 404
    assert office.standing(other) is not None
    assert 'stat-value">1' not in staff.read("/scoring/risk")


def test_the_panel_explains_risk_to_who_may_see_it(office: Office, somebody: Somebody) -> None:
    office.agency()
    ann = office.customer("Ann")
    office.rate(ann, "B")

    text = somebody().read(f"/scoring/customers/{ann}")

    assert "Risk coefficient" in text
    assert "acme rates B, level 7 of 10" in text


def test_where_nothing_is_known_the_page_says_what_to_do_first(
    office: Office, somebody: Somebody
) -> None:
    admin = somebody()
    viewer = somebody("staff", "customers.view", "scoring.view", "scoring.risk")

    empty, looked_at = admin.read("/scoring/risk"), viewer.read("/scoring/risk")
    chinese = admin.speaks("zh").read("/scoring/risk")
    office.agency()

    assert "Nothing is known about risk yet" in empty
    assert "add the agency" in empty
    assert "who has the permission to record ratings" in looked_at
    assert "尚无任何风险信息" in chinese
    assert "Nothing is known about risk yet" not in admin.speaks("en").read("/scoring/risk")


@pytest.mark.parametrize(
    "path", ["/scoring/risk", "/scoring/risk/new-scorecard", "/scoring/risk/new-agency"]
)
def test_empty_pages_say_what_to_do(site: Flask, somebody: Somebody, path: str) -> None:
    assert "Scorecard" in somebody().read(path) or "agency" in somebody().read(path)
