"""From an anonymous answer nothing leads to a person or to an exact time, in whatever table."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from plugins.surveys.tests.answering.making import TWO_PAGES, Browser, Writing, count, way
from sqlalchemy import text
from sqlalchemy.orm import Session

from guanxi.clock import utc_now
from guanxi.sdk import Invalid, Refused
from guanxi.testkit.clients import ApiClient
from guanxi.testkit.factories import Factories
from guanxi.testkit.people import allow
from guanxi_surveys.answering.addresses import personal_token
from guanxi_surveys.answering.amending import amend
from guanxi_surveys.answering.beginning import begin
from guanxi_surveys.answering.finishing import submit
from guanxi_surveys.answering.outcomes import AlreadyAnswered
from guanxi_surveys.models import Answer

Ask = Callable[..., Any]
Browsers = Callable[[str], Browser]
_OURS = """
    SELECT table_name, column_name, data_type FROM information_schema.columns
    WHERE table_schema = 'public' AND (table_name LIKE 'surveys\\_%'
        OR table_name IN ('events', 'audit_entries', 'touchpoints', 'web_sessions', 'rewards'))
    ORDER BY table_name, ordinal_position
"""


def everything(session: Session) -> dict[str, str]:
    """Return the whole content of each table that could give somebody away, as text."""
    tables: dict[str, None] = dict.fromkeys(row[0] for row in session.execute(text(_OURS)))
    return {
        name: "\n".join(session.scalars(text(f'SELECT t::text FROM "{name}" t')))
        for name in tables
        if name not in ("surveys_surveys", "surveys_versions", "surveys_questions")
    }


def test_nothing_leads_from_an_answer_to_its_person_or_its_time(
    ask: Ask, browser: Browsers, writing: Writing, customer: UUID, app: Flask
) -> None:
    asked = ask(TWO_PAGES, identity="anonymous")
    invitation = uuid4()
    with app.app_context():
        token = personal_token(invitation, asked.id, customer, utc_now() + timedelta(days=1))
    with writing() as session:
        before = everything(session)
    somebody = browser(f"/surveys/i/{token}")
    somebody.open()
    somebody.send(q0="3")
    submission = somebody.hidden("submission")
    somebody.send(q1="secret words", q3="1")
    assert "Thank you" in somebody.page

    with writing() as session:
        answer = session.query(Answer).one()
        held = everything(session)

    assert answer.values == {"score": 3, "why": "secret words", "again": "no"}
    for table, content in held.items():
        new = content.removeprefix(before[table])
        for trace in (str(customer), str(invitation), submission, token):
            assert trace not in new, table
        if table not in ("surveys_answers", "surveys_spent"):
            assert content == before[table], table
    assert answer.id.version == 4
    for at in (answer.begun_at, answer.finished_at):
        assert at is not None
        assert (at.minute, at.second, at.microsecond) == (0, 0, 0)
    gone = (answer.submission, answer.customer_id, answer.invitation_id, answer.staff_id,
            answer.about_id, answer.method, answer.attributes)  # fmt: skip
    assert gone == (None, None, None, None, None, None, {})


def test_no_column_of_a_used_submission_is_found_beside_an_answer(
    ask: Ask, writing: Writing, now: datetime
) -> None:
    asked = ask(identity="anonymous")
    with writing() as session:
        submit(session, asked, {"score": 9}, now=now, **way())

    with writing() as session:
        spent = session.execute(text("SELECT encode(mark, 'hex') FROM surveys_spent")).scalars()
        answers = session.scalars(text("SELECT t::text FROM surveys_answers t")).one()
        assert [mark for mark in spent if mark in answers] == []
        assert count(session, "events", "kind LIKE 'surveys%' AND kind <> 'surveys.X'") == 0


def test_a_repeat_is_answered_and_nothing_is_doubled(
    ask: Ask, writing: Writing, now: datetime
) -> None:
    asked, once = ask(identity="anonymous"), way()
    with writing() as session:
        first = submit(session, asked, {"score": 9}, now=now, **once)

    with writing() as session:
        again = submit(session, asked, {"score": 2}, now=now, **once)

    assert (first.answer_id, first.repeated) == (None, False)
    assert (again.answer_id, again.repeated, again.state) == (None, True, "finished")
    with writing() as session:
        assert count(session, "surveys_answers") == 1


def test_an_invitation_is_used_up_though_nothing_says_by_which_answer(
    ask: Ask, writing: Writing, customer: UUID, now: datetime
) -> None:
    asked, invitation = ask(identity="anonymous"), uuid4()
    invited = {"customer_id": customer, "invitation_id": invitation, "channel": "email"}
    with writing() as session:
        submit(session, asked, {"score": 9}, now=now, **way(**invited))

    with pytest.raises(AlreadyAnswered), writing() as session:
        begin(session, asked, now=now, **way(**invited))
    with writing() as session:
        assert submit(session, asked, {"score": 1}, now=now, **way(**invited)).repeated
        assert count(session, "surveys_answers") == 1


def test_staff_cannot_answer_it_for_somebody(
    ask: Ask, writing: Writing, customer: UUID, now: datetime
) -> None:
    asked = ask(identity="anonymous")

    with pytest.raises(Invalid), writing() as session:
        submit(session, asked, {"score": 9}, now=now, **way(channel="staff", customer_id=customer))


def test_it_cannot_be_corrected(ask: Ask, writing: Writing, now: datetime) -> None:
    asked = ask(identity="anonymous")
    with writing() as session:
        submit(session, asked, {"score": 9}, now=now, **way())
        answer = session.query(Answer).one()

        with pytest.raises(Refused):
            amend(session, answer, {"score": 1}, reason="slip", now=now)


def test_few_anonymous_answers_are_not_shown_one_by_one(
    ask: Ask, writing: Writing, app: Flask, factories: Factories, now: datetime
) -> None:
    asked = ask(identity="anonymous")
    allow(factories, "staff", "surveys.view", "surveys.results")
    api = ApiClient(app, factories.token("staff"))
    seen = []

    for _answer in range(5):
        with writing() as session:
            submit(session, asked, {"score": 9}, now=now, **way())
        seen.append(len(api.get("/surveys/answers?survey=visit").json["items"]))

    assert seen == [0, 0, 0, 0, 5]


def test_a_key_of_a_program_keeps_no_id_of_an_answer(
    ask: Ask, writing: Writing, app: Flask, factories: Factories
) -> None:
    ask(identity="anonymous")
    allow(factories, "staff", "surveys.view", "surveys.answer")
    api = ApiClient(app, factories.token("staff"))
    body = {"survey": "visit", "submission": str(uuid4()), "values": {"score": 9}}

    first = api.post("/surveys/answers", body, **{"Idempotency-Key": "one"})
    again = api.post("/surveys/answers", body, **{"Idempotency-Key": "one"})

    assert (first.status_code, first.json["id"]) == (201, None)
    assert again.json == first.json
    with writing() as session:
        answer_id = str(session.query(Answer.id).scalar())
        kept = session.scalars(text("SELECT t::text FROM idempotent_answers t")).all()
        assert len(kept) == 1
        assert answer_id not in kept[0]
