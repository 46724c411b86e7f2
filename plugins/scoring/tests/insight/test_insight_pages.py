"""Pages of insight: what one sees, what one may not, forms that are refused, and the PDF."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from plugins.scoring.tests.churn.trade import add_people
from plugins.scoring.tests.insight.test_anomalies import LAST, fill
from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi.app import create_app
from guanxi.platform import Platform
from guanxi.testkit.clients import ApiClient
from guanxi.testkit.factories import Factories
from guanxi.testkit.people import Person, allow
from guanxi_scoring.insight import anomalies
from guanxi_scoring.models import Analysis, BoardReport

Writing = Callable[..., AbstractContextManager[Session]]
WEEK = f"/scoring/insight/weeks/revenue/{LAST.isoformat()}"


@pytest.fixture
def site(scoring: Platform) -> Flask:
    """The application, with scoring enabled."""
    return create_app(scoring)


@pytest.fixture
def admin(site: Flask, scoring: Platform, factories: Factories) -> Person:
    """An admin at a browser."""
    return Person(site, scoring.database, factories.user("admin"))


@pytest.fixture
def seller(site: Flask, scoring: Platform, factories: Factories) -> Person:
    """Somebody who sees their own customers only."""
    allow(factories, "staff", "scoring.view", "scoring.decide")
    return Person(site, scoring.database, factories.user("staff"))


def one(scoring: Platform, model: Any) -> Any:
    with scoring.database.read() as session:
        return session.scalars(select(model)).one()


def test_an_unusual_week_is_seen_explained_and_told_of(
    scoring: Platform, writing: Writing, admin: Person, now: datetime
) -> None:
    with writing() as session:
        fill(session)
        anomalies.find(session, as_of=now)

    assert "Revenue, less returns" in admin.read("/scoring/insight")
    assert "The touchpoints behind it" in admin.read(WEEK)
    stale = admin.send(WEEK, {"state": "explained", "note": "snow", "version": "7"})
    wordless = admin.send(WEEK, {"state": "explained", "note": "", "version": "1"})
    done = admin.send(WEEK, {"state": "explained", "note": "snow", "version": "1"})

    assert (stale.status_code, wordless.status_code, done.status_code) == (412, 422, 302)
    assert "snow" in admin.read("/scoring/insight/weeks?state=explained")
    assert "snow" in admin.read("/scoring/insight/weeks.csv")


def test_a_question_is_asked_with_controls_and_each_number_opens_its_customers(
    scoring: Platform, writing: Writing, admin: Person, now: datetime
) -> None:
    with writing() as session:
        add_people(session, 3, at=now, country="GB")
        add_people(session, 1, at=now, country="FR")
    form = {"title": "By country", "measure": "count", "of": "", "by": "customers.country"}

    wrong = admin.send("/scoring/insight/analyses/new", {**form, "measure": "sum"})
    made = admin.send("/scoring/insight/analyses/new", form)
    page = admin.read(made.location)

    assert (wrong.status_code, made.status_code) == (422, 302)
    assert "customers.country__eq=GB" in page
    listed = admin.read("/customers/?customers.country__eq=GB")
    assert listed.count("/customers/0") >= 3
    assert admin.send(f"{made.location}/run").status_code == 302
    assert one(scoring, Analysis).last_rows == [["GB", 3, "3.0000"], ["FR", 1, "1.0000"]]


def test_who_sees_some_customers_counts_those_and_no_company(
    scoring: Platform, writing: Writing, admin: Person, seller: Person, now: datetime
) -> None:
    with writing() as session:
        add_people(session, 3, at=now, country="GB")
        add_people(session, 2, at=now, country="GB", owner_id=seller.user_id)
        fill(session)
        anomalies.find(session, as_of=now)
    form = {"title": "By country", "measure": "count", "of": "", "by": "customers.country"}
    made = admin.send("/scoring/insight/analyses/new", form)

    seen = seller.read(made.location)
    everybody = admin.read(made.location)

    assert "2 customers: United Kingdom" in seen
    assert "3 customers: United Kingdom" not in seen
    assert "5 customers: United Kingdom" in everybody
    assert seller.get(WEEK).status_code == 403
    assert seller.get("/scoring/insight/reports").status_code == 403
    assert "Revenue, less returns" not in seller.read("/scoring/insight")


def test_a_report_is_frozen_and_read_as_pdf_in_both_languages(
    scoring: Platform, writing: Writing, admin: Person, now: datetime
) -> None:
    with writing() as session:
        fill(session)
        anomalies.find(session, as_of=now)

    bad = admin.send("/scoring/insight/reports", {"title": "Q3", "as_of": "soon"})
    made = admin.send("/scoring/insight/reports", {"title": "Q3", "as_of": ""})
    report = one(scoring, BoardReport)
    url = f"/scoring/insight/reports/{report.id}.pdf"
    first = admin.get(url).data
    with writing() as session:
        add_people(session, 5, at=now)

    assert (bad.status_code, made.status_code) == (422, 302)
    assert report.figures["customers"] == 1
    assert first.startswith(b"%PDF-")
    assert admin.get(url).data == first
    assert "Q3" in admin.read("/scoring/insight/reports")


def test_the_api_tells_the_same(
    scoring: Platform, writing: Writing, site: Flask, factories: Factories, now: datetime
) -> None:
    with writing() as session:
        fill(session)
        anomalies.find(session, as_of=now)
        add_people(session, 2, at=now, country="GB")
    api = ApiClient(site, factories.token("admin"))

    listed = api.get("/scoring/anomalies?limit=1").json
    rest = api.get(f"/scoring/anomalies?cursor={listed['next']}").json
    question = {"measure": "count", "by": "customers.country"}
    kept = api.post("/scoring/analyses", {"title": "C", "definition": question}).json
    rows = api.post(f"/scoring/analyses/{kept['id']}/run", {}).json["rows"]
    report = api.post("/scoring/board/reports", {"title": "Q"}).json

    assert [one["figure"] for one in (*listed["items"], *rest["items"])] == [
        "purchases",
        "revenue",
    ]
    assert rows[0] == {"key": "GB", "customers": 2, "value": "2.0000"}
    assert report["figures"]["customers"] == 3
    assert api.get("/scoring/anomalies/revenue/never").status_code == 404
    assert api.get("/scoring/potentials").json == {"items": [], "next": None}


def test_commands_do_what_pages_do(
    guanxi: Callable[..., str], writing: Writing, tmp_path: Path
) -> None:
    with writing() as session:
        fill(session)

    found = guanxi("board", "find", "--as-of", "2026-11-02T09:30:00Z")
    weeks = guanxi("board", "weeks")
    guanxi("board", "decide", "revenue", LAST.isoformat(), "explained", "--note", "snow")
    kept = guanxi("board", "make", "All", "-", given='{"measure": "count"}').split()[0]
    answer = guanxi("board", "run", kept)
    made = guanxi("board", "report", "Q3").split()[0]

    for language in ("en", "zh"):
        guanxi("board", "pdf", made, tmp_path / f"{language}.pdf", "--language", language)
    english, chinese = ((tmp_path / f"{one}.pdf").read_bytes() for one in ("en", "zh"))

    assert english != chinese
    assert found == "2 weeks are out of the ordinary.\n"
    assert weeks.count(LAST.isoformat()) == 2
    assert "snow" in guanxi("board", "weeks", "--state", "explained")
    assert answer.split()[-1] == "1.0000"
    assert made in guanxi("board", "reports")
    assert guanxi("board", "delete", kept) == "It is gone.\n"
