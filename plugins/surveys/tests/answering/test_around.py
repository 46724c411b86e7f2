"""Around answers: corrections, attributes, expiry, a person's data, API, commands, staff."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from plugins.surveys.tests.answering.making import (
    TWO_PAGES,
    Writing,
    count,
    make_customer,
    way,
)
from sqlalchemy import select

from guanxi.platform import Platform
from guanxi.sdk import customers
from guanxi.testkit.clients import ApiClient
from guanxi.testkit.factories import Factories
from guanxi.testkit.people import Person, allow
from guanxi_surveys import parts
from guanxi_surveys.answering.beginning import begin
from guanxi_surveys.answering.expiring import expire
from guanxi_surveys.answering.finishing import submit
from guanxi_surveys.answering.measuring import measure
from guanxi_surveys.models import Amendment, Answer

Ask = Callable[..., Any]


@pytest.fixture
def api(app: Flask, factories: Factories) -> ApiClient:
    """A program that may do everything with surveys."""
    allow(
        factories, "owner", *(f"surveys.{one}" for one in ("view", "answer", "results", "manage"))
    )
    return ApiClient(app, factories.token("owner"))


def test_gap_and_shares_are_of_their_scales() -> None:
    measures = {
        "easy": {"measure": "ces", "scale": [7, 1]},
        "good": {"measure": "csat", "scale": [1, 5]},
        "grid": {"measure": "csat", "scale": [1, 5]},
        "before": {"measure": "expected", "scale": [1, 5], "pair": "speed"},
        "after": {"measure": "experienced", "scale": [1, 5], "pair": "speed"},
        "score": {"measure": "nps", "scale": [0, 10]},
    }
    values = {"easy": 1, "good": 5, "grid": {"a": 1, "b": 3}, "before": 5, "after": 2, "score": "8"}

    found = measure(measures, values)

    assert (found.nps, found.ces, found.csat, found.gap) == (8, 1.0, 0.5, -0.75)


def test_a_correction_stands_beside_the_answer(
    ask: Ask, api: ApiClient, writing: Writing, customer: UUID, now: datetime
) -> None:
    asked = ask()
    with writing() as session:
        done = submit(session, asked, {"score": 3}, now=now, **way(customer_id=customer))
    path = f"/surveys/answers/{done.answer_id}"

    made = api.post(f"{path}/amendments", {"values": {"score": 8}, "reason": "a slip of the pen"})
    wrong = api.post(f"{path}/amendments", {"values": {"score": 80}, "reason": "x"})
    same = api.post(f"{path}/amendments", {"values": {"score": 8}, "reason": "x"})

    assert (made.status_code, wrong.status_code, same.status_code) == (201, 422, 422)
    shown = api.get(path).json
    assert (shown["values"], shown["nps"]) == ({"score": 3}, 3)
    assert [(one["values"], one["nps"]) for one in shown["amendments"]] == [({"score": 8}, 8)]


def test_the_api_takes_an_answer_once(ask: Ask, api: ApiClient, customer: UUID) -> None:
    ask()
    body = {"survey": "visit", "submission": str(uuid4()), "values": {"score": 9},
            "customer_id": str(customer)}  # fmt: skip

    first, again = api.post("/surveys/answers", body), api.post("/surveys/answers", body)

    assert (first.status_code, again.status_code) == (201, 200)
    assert (again.json["id"], again.json["repeated"]) == (first.json["id"], True)
    listed = api.get("/surveys/answers?survey=visit&limit=1").json
    assert [one["id"] for one in listed["items"]] == [first.json["id"]]


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"values": {"score": 99}}, 422), ({"values": {"words": "a\u0000b", "score": 1}}, 422),
        ({"values": {"words": "x" * 900_000, "score": 1}}, 422), ({"survey": "gone"}, 404),
        ({"survey": "a\u0000"}, 422), ({"customer_id": str(uuid4())}, 404),
        ({"about_id": str(uuid4())}, 201), ({"channel": "pigeon"}, 422),
        ({"submission": "1"}, 422), ({"values": [1]}, 422), ({"method": "pigeon"}, 201),
    ],
)  # fmt: skip
def test_the_api_says_what_is_wrong(
    ask: Ask, api: ApiClient, change: dict[str, Any], status: int
) -> None:
    ask()
    body = {"survey": "visit", "submission": str(uuid4()), "values": {"score": 9}}

    assert api.post("/surveys/answers", {**body, **change}).status_code == status


def test_an_answer_is_begun_and_finished_by_the_api(ask: Ask, api: ApiClient) -> None:
    ask(TWO_PAGES)
    body = {"survey": "visit", "submission": str(uuid4())}

    begun = api.post("/surveys/answers", {**body, "values": {"score": 9}, "finish": False})
    done = api.post("/surveys/answers", {**body, "values": {"again": "yes"}})

    assert (begun.json["state"], done.json["state"]) == ("begun", "finished")
    shown = api.get(f"/surveys/answers/{done.json['id']}").json
    assert shown["values"] == {"score": 9, "again": "yes"}


def test_who_sees_no_customer_sees_no_answer_of_theirs(
    ask: Ask, writing: Writing, customer: UUID, app: Flask, factories: Factories
) -> None:
    asked = ask()
    allow(factories, "staff", "surveys.view")
    with writing() as session:
        done = submit(session, asked, {"score": 3}, now=factories.now, **way(customer_id=customer))
    api = ApiClient(app, factories.token("staff"))

    assert api.get("/surveys/answers?survey=visit").json["items"] == []
    assert api.get(f"/surveys/answers/{done.answer_id}").status_code == 404


def test_attributes_tell_the_last_scores(
    ask: Ask, surveys: Platform, writing: Writing, customer: UUID, now: datetime
) -> None:
    asked = ask()
    keys = ["surveys.nps_last", "surveys.nps_group", "surveys.last_answered_at"]
    for day, score in enumerate((2, 9, 7)):
        at = now - timedelta(days=day)
        with writing(at) as session:
            submit(session, asked, {"score": score}, now=at, **way(customer_id=customer))
    with writing() as session:
        submit(session, asked, {"score": 10}, now=now, **way(customer_id=customer, trial=True))

    with writing() as session:
        row = session.execute(customers.selection(session, keys)).one()

    assert tuple(row) == (customer, 2, "detractor", now)


def test_an_answer_that_is_not_resumed_ends(ask: Ask, writing: Writing, now: datetime) -> None:
    asked = ask(options={"resume_days": 7})
    with writing() as session:
        old = begin(session, asked, now=now - timedelta(days=8), **way())
        young = begin(session, asked, now=now - timedelta(days=6), **way())

    with writing() as session:
        assert expire(session, now) == {"expired": 1}
        states = {one.id: one.state for one in session.scalars(select(Answer))}

    assert states == {old.id: "expired", young.id: "begun"}


def test_a_persons_answers_are_handed_out_and_forgotten(
    ask: Ask, writing: Writing, customer: UUID, now: datetime
) -> None:
    asked = ask()
    with writing() as session:
        values = {"score": 3, "words": "I am Ada, call me"}
        submit(session, asked, values, now=now, **way(customer_id=customer))
    with writing() as session:
        told = parts.export(session, customer)
        parts.erase(session, customer)
    with writing() as session:
        left = session.scalars(select(Answer)).one()

    assert told is not None
    assert [one["values"] for one in told["answers"]] == [values]
    assert (left.customer_id, left.values, left.nps) == (None, {"score": 3}, 3)
    assert left.submission is None


def test_a_merge_moves_answers_and_is_undone(
    ask: Ask, writing: Writing, customer: UUID, now: datetime
) -> None:
    asked, other = ask(), make_customer(writing, "Bob")
    with writing() as session:
        submit(session, asked, {"score": 3}, now=now, **way(customer_id=customer))
        submit(session, asked, {"score": 9}, now=now, **way(customer_id=other))

    with writing() as session:
        undo = parts.merge(session, other, customer, now=now)
        together = count(session, "surveys_answers", f"customer_id = '{other}'")
        parts.unmerge(session, other, customer, json.loads(json.dumps(undo)), now=now)
        owners = {one.nps: one.customer_id for one in session.scalars(select(Answer))}

    assert together == 2
    assert owners == {3: customer, 9: other}


def test_commands_take_list_show_and_correct(
    ask: Ask, guanxi: Callable[..., str], writing: Writing, customer: UUID
) -> None:
    ask()
    once = uuid4()
    send = ("answers", "submit", "visit", "--submission", once, "--customer", customer, "--json")

    first = json.loads(guanxi(*send, given='{"score": 3}'))
    again = json.loads(guanxi(*send, given='{"score": 4}'))
    guanxi("answers", "amend", first["id"], "--reason", "a slip", given='{"score": 5}')
    shown = json.loads(guanxi("answers", "show", first["id"]))

    assert (again["id"], again["repeated"]) == (first["id"], True)
    assert [one["values"] for one in shown["amendments"]] == [{"score": 5}]
    assert guanxi("answers", "list", "visit").startswith(first["id"])
    assert guanxi("answers", "expire") == "0 ended.\n"


def test_staff_answer_with_a_customer_and_read_it(
    ask: Ask, app: Flask, factories: Factories, writing: Writing, customer: UUID
) -> None:
    asked = ask()
    allow(factories, "owner", *(f"surveys.{one}" for one in ("view", "answer", "manage")))
    staff = Person(app, factories.database, factories.user("owner"))
    address = f"/surveys/{asked.id}/answer?customer={customer}"

    page = staff.read(address)
    form = {"submission": str(uuid4()), "page": "0", "drawn": "0,1", "language": "en"}
    staff.send(address, {**form, "method": "phone", "q0": "9", "q1": "by phone"})
    with writing() as session:
        found = session.scalars(select(Answer)).one()

    assert "Ada" in page
    assert (found.channel, found.method, found.staff_id) == ("staff", "phone", staff.user_id)
    assert "by phone" in staff.read(f"/surveys/answers/{found.id}")
    assert "NPS 9" in staff.read(f"/surveys/{asked.id}/answers")
    assert "NPS 9" in staff.read(f"/customers/{customer}")
    corrected = {"reason": "misheard", "drawn": "0,1", "q0": "8", "q1": "by phone"}
    staff.send(f"/surveys/answers/{found.id}/amend", corrected)
    assert "misheard" in staff.read(f"/surveys/answers/{found.id}")
    with writing() as session:
        assert session.scalars(select(Amendment.measured)).one()["nps"] == 8


def test_a_trial_of_staff_counts_nowhere(
    ask: Ask, app: Flask, surveys: Platform, factories: Factories, writing: Writing
) -> None:
    asked = ask(public_key=None)
    allow(factories, "owner", "surveys.view")
    staff = Person(app, surveys.database, factories.user("owner"))
    form = {"submission": str(uuid4()), "page": "0", "drawn": "0,1", "language": "en", "q0": "9"}

    sent = staff.send(f"/surveys/{asked.id}/try", form)

    assert "Thank you" in sent.text
    with writing() as session:
        assert count(session, "surveys_answers", "trial") == 1
        assert count(session, "touchpoints") == 0
