"""The REST API of touchpoints, as a program uses it."""

from uuid import uuid4

import pytest
from sqlalchemy import func, select
from tests.touchpoints.conftest import new_customer

from guanxi.testkit.clients import ApiClient
from guanxi.touchpoints.models import Touchpoint

CALL = {"channel": "phone", "kind": "call", "occurred_at": "2025-05-01T10:00:00+02:00"}
PURCHASE = {
    "channel": "store",
    "kind": "purchase",
    "occurred_at": "2025-05-01T10:00:00Z",
    "currency": "GBP",
    "lines": [
        {"product": "mug", "quantity": "2", "unit_price": "4.50"},
        {"product": "plate", "description": "blue", "quantity": 1, "unit_price": 12},
    ],
}


def test_recorded_purchase_is_answered_with_all_there_is_to_know(api, customer):
    body = {**PURCHASE, "customer_id": str(customer), "source": "shop", "external_id": "A1"}

    answer = api.post("/touchpoints", body)

    assert answer.status_code == 201
    assert answer.json["amount"] == "21.0000"
    assert answer.json["occurred_at"] == "2025-05-01T10:00:00Z"
    assert answer.json["lines"][1] == {
        "product": "plate",
        "description": "blue",
        "quantity": "1",
        "unit_price": "12",
    }
    assert answer.headers["ETag"] == '"1"'
    again = api.get(answer.headers["Location"].removeprefix("/api/v1"))
    assert again.json.keys() == answer.json.keys()
    assert again.json["id"] == answer.json["id"]


def test_repeated_call_is_answered_with_200_and_the_first(api, session, customer):
    body = {**PURCHASE, "customer_id": str(customer), "source": "shop", "external_id": "A1"}
    first = api.post("/touchpoints", body)

    again = api.post("/touchpoints", body)

    assert (again.status_code, again.json["id"]) == (200, first.json["id"])
    assert session.scalar(select(func.count()).select_from(Touchpoint)) == 1


def test_repeated_call_with_other_contents_is_a_conflict(api, customer):
    body = {**CALL, "customer_id": str(customer), "external_id": "A1"}
    api.post("/touchpoints", body)

    answer = api.post("/touchpoints", {**body, "channel": "email"})

    assert (answer.status_code, answer.json["code"]) == (409, "different_touchpoint")
    assert "(channel)" in answer.json["title"]


def test_local_time_is_read_in_the_zone_that_is_sent_along(api):
    local = {**CALL, "occurred_at": "2025-07-01T12:00:00"}

    refused = api.post("/touchpoints", local)
    taken = api.post("/touchpoints", {**local, "time_zone": "Asia/Shanghai"})

    assert (refused.status_code, list(refused.json["errors"])) == (422, ["occurred_at"])
    assert taken.json["occurred_at"] == "2025-07-01T04:00:00Z"


@pytest.mark.parametrize(
    "change",
    [
        {"channel": "pigeon"},
        {"kind": ["call"]},
        {"kind": "seance"},
        {"direction": "up"},
        {"occurred_at": "yesterday"},
        {"occurred_at": 12},
        {"customer_id": "Ada"},
        {"customer_id": str(uuid4())},
        {"staff_id": str(uuid4())},
        {"amount": "12", "currency": "GBP"},
        {"subject": "x\u0000y"},
        {"subject": "x" * 301},
        {"subject": "two\nlines"},
        {"note": 5},
        {"surprise": True},
        {"lines": "mug"},
        {"time_zone": "Mars/Olympus"},
    ],
    ids="-".join,
)
def test_bad_input_is_refused_with_a_sentence(api, session, change):
    answer = api.post("/touchpoints", {**CALL, "occurred_at": "2025-07-01T12:00:00", **change})

    assert answer.status_code in (400, 422)
    assert answer.json["title"]
    assert session.scalar(select(func.count()).select_from(Touchpoint)) == 0


@pytest.mark.parametrize("number", [True, "1e3", "NaN", "1_0", "", " 1", None, [], "0.00001"])
def test_number_is_a_plain_decimal(api, number):
    line = {"product": "mug", "quantity": number, "unit_price": "1"}

    assert api.post("/touchpoints", {**PURCHASE, "lines": [line]}).status_code == 422


def test_body_that_is_no_object_is_refused(api):
    assert api.post("/touchpoints", [CALL]).status_code == 422


def test_list_is_paged_newest_first(api, customer):
    days = ["2025-05-03", "2025-05-01", "2025-05-02"]
    for day in days:
        api.post(
            "/touchpoints",
            {**CALL, "customer_id": str(customer), "occurred_at": f"{day}T10:00:00Z"},
        )

    first = api.get(f"/touchpoints?customer_id={customer}&limit=2").json
    rest = api.get(f"/touchpoints?customer_id={customer}&limit=2&cursor={first['next']}").json

    shown = [item["occurred_at"][:10] for item in (*first["items"], *rest["items"])]
    assert shown == sorted(days, reverse=True)
    assert rest["next"] is None


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("kind=call", 1),
        ("kind=visit", 0),
        ("channel=store", 1),
        ("since=2025-05-01T08:00:01Z", 1),
        ("until=2025-05-01T08:00:00Z", 0),
        ("state=voided", 0),
        ("direction=in", 2),
    ],
)
def test_list_is_filtered(api, query, count):
    api.post("/touchpoints", CALL)
    api.post("/touchpoints", PURCHASE)

    assert len(api.get(f"/touchpoints?{query}").json["items"]) == count


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=1000",
        "limit=2.0",
        "cursor=nonsense",
        "cursor=WzEsMl0",
        "sort=note",
        "since=now",
        "customer_id=1",
    ],
)
def test_query_that_makes_no_sense_is_refused(api, query):
    assert api.get(f"/touchpoints?{query}").status_code == 422


def test_amendment_honours_if_match(api):
    made = api.post("/touchpoints", CALL).json

    fresh = api.patch(f"/touchpoints/{made['id']}", {"note": "asked"}, If_Match='"1"')
    stale = api.patch(f"/touchpoints/{made['id']}", {"note": "told"}, If_Match='"1"')

    assert (fresh.status_code, fresh.json["note"], fresh.headers["ETag"]) == (200, "asked", '"2"')
    assert stale.status_code == 412


def test_lines_can_be_amended(api):
    made = api.post("/touchpoints", PURCHASE).json
    lines = [{"product": "mug", "quantity": "3", "unit_price": "4.50"}]

    answer = api.patch(f"/touchpoints/{made['id']}", {"lines": lines, "reason": "miscounted"})

    assert answer.json["amount"] == "13.5000"
    assert len(answer.json["lines"]) == 1


def test_voiding_needs_a_reason_and_works_once(api):
    made = api.post("/touchpoints", CALL).json
    path = f"/touchpoints/{made['id']}/void"

    assert api.post(path, {}).status_code == 422
    assert api.post(path, {"reason": "test"}).json["state"] == "voided"
    assert api.post(path, {"reason": "test"}).status_code == 409


def test_unassigned_purchases_are_assigned_by_id_and_by_hint(api, customer):
    made = api.post("/touchpoints", PURCHASE).json["id"]
    for _ in range(2):
        api.post("/touchpoints", {**PURCHASE, "customer_hint": "17850"})
    target = {"customer_id": str(customer)}

    by_id = api.post("/touchpoints/assign", {**target, "touchpoint_ids": [made]})
    by_hint = api.post("/touchpoints/assign", {**target, "customer_hint": "17850"})
    neither = api.post("/touchpoints/assign", target)

    assert (by_id.json, by_hint.json) == ({"assigned": 1}, {"assigned": 2})
    assert neither.status_code == 422


def test_bulk_answers_for_each_item(api, session, customer):
    good = {**PURCHASE, "customer_id": str(customer), "source": "shop", "external_id": "1"}
    items = [good, {**CALL, "kind": 7}, good, {**good, "channel": "email"}, None, CALL]

    answer = api.post("/touchpoints/bulk", {"items": items})

    results = answer.json["results"]
    assert [result["status"] for result in results] == [201, 422, 200, 409, 422, 201]
    assert results[0]["id"] == results[2]["id"]
    assert list(results[1]["errors"]) == ["kind"]
    assert session.scalar(select(func.count()).select_from(Touchpoint)) == 2


def test_bulk_is_bounded(api):
    assert api.post("/touchpoints/bulk", {"items": [CALL] * 1001}).status_code == 422


def test_idempotency_key_replays_the_answer(api, session):
    first = api.post("/touchpoints", CALL, Idempotency_Key="k1")
    again = api.post("/touchpoints", CALL, Idempotency_Key="k1")

    assert (again.status_code, again.json) == (201, first.json)
    assert session.scalar(select(func.count()).select_from(Touchpoint)) == 1


def test_others_touchpoints_are_not_found(app, write, factories, api):
    me, colleague = factories.user("staff"), factories.user("staff")
    theirs = new_customer(write, "Theirs", colleague)
    made = api.post("/touchpoints", {**CALL, "customer_id": str(theirs)}).json["id"]
    mine = ApiClient(app, factories.token(user_id=me))

    assert mine.get(f"/touchpoints/{made}").status_code == 404
    assert mine.get("/touchpoints").json["items"] == []
    assert mine.patch(f"/touchpoints/{made}", {"note": "x"}).status_code == 404
    assert mine.post(f"/touchpoints/{made}/void", {"reason": "x"}).status_code == 404
    refused = mine.post("/touchpoints", {**CALL, "customer_id": str(theirs)})
    assert refused.status_code == 422


def test_reader_may_not_record(app, factories):
    viewer = ApiClient(app, factories.token("viewer"))

    assert viewer.post("/touchpoints", CALL).status_code == 403
    assert viewer.get("/touchpoints").status_code == 200


def test_channels_are_added_renamed_and_archived(api):
    fair = {"key": "trade_fair", "title_en": "Trade fair", "title_zh": "展会"}

    assert api.post("/channels", fair).status_code == 201
    assert api.post("/channels", fair).status_code == 409
    changed = api.patch("/channels/trade_fair", {"title_en": "Fair", "archived": True}).json
    assert changed == {**fair, "title_en": "Fair", "archived": True}
    assert changed in api.get("/channels").json["items"]
    assert api.patch("/channels/nowhere", {"archived": True}).status_code == 404


def test_kinds_and_outcomes_have_lists_of_their_own(api):
    outcome = {"key": "won", "title_en": "Won", "title_zh": "成交", "success": True}

    assert api.post("/touchpoint-outcomes", outcome).json["success"] is True
    assert api.patch("/touchpoint-outcomes/won", {"success": None}).json["success"] is None
    assert api.patch("/touchpoint-outcomes/won", {"success": 1}).status_code == 422
    assert api.patch("/touchpoint-kinds/call", {"title_zh": "电话"}).json["title_zh"] == "电话"


def test_only_admins_change_the_lists(app, factories):
    staff = ApiClient(app, factories.token("staff"))

    assert staff.get("/channels").status_code == 200
    assert staff.patch("/channels/store", {"archived": True}).status_code == 403


def test_contacts_are_planned_and_cancelled(api, customer):
    plan = {"customer_id": str(customer), "due_on": "2026-12-01", "channel": "phone"}

    made = api.post("/planned-contacts", plan).json
    listed = api.get(f"/planned-contacts?customer_id={customer}").json["items"]

    assert listed == [made]
    assert api.post(f"/planned-contacts/{made['id']}/cancel").status_code == 204
    assert api.post(f"/planned-contacts/{made['id']}/cancel").status_code == 409


def test_effectiveness_is_counted(api, customer):
    out = {**CALL, "customer_id": str(customer), "direction": "out", "outcome": "agreed"}
    api.post("/touchpoints", out)
    days = "since=2025-05-01T00:00:00Z&until=2025-05-02T00:00:00Z"

    (row,) = api.get(f"/touchpoints/effectiveness?{days}").json["items"]

    assert (row["group"], row["contacts"], row["success_rate"]) == ("phone", 1, 1.0)
