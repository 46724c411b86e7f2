"""The REST API of customers: create, read, change, list, search, and what is refused how."""

from typing import Any
from uuid import uuid4

import pytest
from flask import Flask

from guanxi.testkit.clients import ApiClient
from guanxi.testkit.factories import Factories

NAME = {"name": "张三", "identities": [{"kind": "email", "value": "San@Example.com"}]}


def create(api: ApiClient, **values: Any) -> dict[str, Any]:
    """Create a customer and return the answer's body."""
    answer = api.post("/customers", values or NAME)
    assert answer.status_code == 201, answer.json
    body: dict[str, Any] = answer.json
    return body


def test_a_created_customer_can_be_read_at_its_location(api: ApiClient) -> None:
    answer = api.post("/customers", {**NAME, "tags": ["vip"], "birthday": "1984-05-17"})

    assert answer.status_code == 201
    assert answer.headers["ETag"] == '"1"'
    read = api.get(answer.headers["Location"].removeprefix("/api/v1"))
    assert read.json == answer.json
    assert read.headers["ETag"] == '"1"'
    body = answer.json
    assert (body["name"], body["family_name"], body["given_name"]) == ("张三", "张", "三")
    assert (body["tags"], body["birthday"], body["status"]) == (["vip"], "1984-05-17", "active")
    assert [one["value"] for one in body["identities"]] == ["san@example.com"]


def test_a_taken_identity_is_refused_with_its_holder(api: ApiClient) -> None:
    first = create(api)

    answer = api.post("/customers", {"name": "X", "identities": NAME["identities"]})

    assert answer.status_code == 409
    assert answer.json["code"] == "identity_taken"
    assert first["id"] in answer.json["title"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": 7}, "name"),
        ({"name": "a\x00b"}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"name": "A", "shoe_size": 43}, "shoe_size"),
        ({"name": "A", "id": str(uuid4())}, "id"),
        ({"name": "A", "status": "closed"}, "status"),
        ({"name": "A", "kind": "robot"}, "kind"),
        ({"name": "A", "birthday": "yesterday"}, "birthday"),
        ({"name": "A", "owner_id": "me"}, "owner_id"),
        ({"name": "A", "tags": "vip"}, "tags"),
        ({"name": "A", "custom": []}, "custom"),
        ({"name": "A", "identities": [{"kind": "email"}]}, "identities"),
    ],
)
def test_a_body_that_does_not_do_is_refused_by_field(
    api: ApiClient, body: dict[str, Any], field: str
) -> None:
    answer = api.post("/customers", body)

    assert answer.status_code == 422
    assert field in answer.json["errors"].get("json", answer.json["errors"])


def test_half_a_surrogate_is_refused_in_a_sentence(api: ApiClient, app: Flask) -> None:
    answer = app.test_client().post(
        "/api/v1/customers",
        data=b'{"name": "\\ud800"}',
        headers={"Authorization": f"Bearer {api.token}", "Content-Type": "application/json"},
    )

    assert answer.status_code in (400, 422)


def test_a_patch_changes_only_what_it_names_and_only_what_was_seen(api: ApiClient) -> None:
    made = create(api, name="Ann Lee", city="Leeds", country="GB")
    path = f"/customers/{made['id']}"

    changed = api.patch(path, {"city": "York"}, If_Match='"1"')
    late = api.patch(path, {"city": "Hull"}, If_Match='"1"')

    assert (changed.status_code, changed.headers["ETag"]) == (200, '"2"')
    assert (changed.json["city"], changed.json["country"]) == ("York", "GB")
    assert late.status_code == 412
    assert api.get(path).json["city"] == "York"


def test_the_same_idempotency_key_creates_once(api: ApiClient) -> None:
    first = api.post("/customers", NAME, Idempotency_Key="k1")
    again = api.post("/customers", NAME, Idempotency_Key="k1")

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json == first.json
    assert again.headers["Idempotent-Replayed"] == "true"


def test_the_list_is_filtered_sorted_and_paged_by_attributes(api: ApiClient) -> None:
    for name, city in (("Cid", "York"), ("Ann", "York"), ("Bob", "York"), ("Dan", "Hull")):
        create(api, name=name, city=city)

    path = "/customers?customers.city__eq=York&sort=customers.name&limit=2&columns=customers.city"
    first = api.get(path).json
    rest = api.get(f"{path}&cursor={first['next']}").json

    assert [one["name"] for one in first["items"]] == ["Ann", "Bob"]
    assert [one["name"] for one in rest["items"]] == ["Cid"]
    assert rest["next"] is None
    assert first["items"][0]["attributes"] == {"customers.city": "York"}


@pytest.mark.parametrize(
    "query",
    [
        "sort=customers.shoe_size",
        "customers.password__eq=x",
        "customers.city__like=x",
        "customers.created_at__gt=yesterday",
        "columns=nothing",
        "cursor=abc",
        "limit=0",
        "limit=many",
    ],
)
def test_what_no_attribute_explains_is_refused(api: ApiClient, query: str) -> None:
    assert api.get(f"/customers?{query}").status_code == 422


def test_the_search_finds_by_pinyin(api: ApiClient) -> None:
    made = create(api)

    (hit,) = api.get("/customers/search?q=zhangsan").json["items"]

    assert (hit["id"], hit["name"], hit["detail"]) == (made["id"], "张三", "san@example.com")


def test_a_bulk_call_answers_for_each_item(api: ApiClient) -> None:
    held = create(api)
    items = [{"name": "A"}, {"name": 7}, "no object", NAME, {"name": ""}]

    answer = api.post("/customers/bulk", {"items": items})

    assert answer.status_code == 200
    results = answer.json["results"]
    assert [one["status"] for one in results] == [201, 422, 422, 409, 422]
    assert results[3]["customer_id"] == held["id"]


def test_a_bulk_upsert_changes_the_known(api: ApiClient) -> None:
    held = create(api)
    items = [{**NAME, "city": "北京"}, {"name": "New"}]

    answer = api.post("/customers/bulk", {"mode": "upsert", "items": items})

    outcomes = [(one["status"], one["outcome"]) for one in answer.json["results"]]
    assert outcomes == [(200, "changed"), (201, "created")]
    assert api.get(f"/customers/{held['id']}").json["city"] == "北京"


def test_a_bulk_call_of_too_many_is_refused(api: ApiClient) -> None:
    assert api.post("/customers/bulk", {"items": [{"name": "A"}] * 1001}).status_code == 422
    assert api.post("/customers/bulk", {"items": []}).status_code == 422


def test_identities_are_added_replaced_and_removed(api: ApiClient) -> None:
    made = create(api)
    path = f"/customers/{made['id']}/identities"

    added = api.post(path, {"kind": "social", "source": "weibo", "value": "@San"})
    phone = next(one for one in added.json["identities"] if one["kind"] == "social")
    proved = api.patch(f"{path}/{phone['id']}", {"verified": True})
    removed = api.delete(f"{path}/{phone['id']}")
    replaced = api.put(
        path, {"identities": [{"kind": "external", "source": "erp", "value": "17"}]}, If_Match='"4"'
    )

    assert [one["verified"] for one in proved.json["identities"]] == [False, True]
    assert [one["kind"] for one in removed.json["identities"]] == ["email"]
    assert [one["value"] for one in replaced.json["identities"]] == ["17"]


def test_consents_are_noted_and_decide_whether_one_may_write(api: ApiClient) -> None:
    made = create(api)
    path = f"/customers/{made['id']}"
    ask = f"{path}/may-contact?channel=email&purpose=marketing"
    assert api.get(ask).json["reason"] == "no_consent"

    decision = {"channel": "email", "purpose": "marketing", "given": True, "evidence": "form"}
    noted = api.post(f"{path}/consents", {"decisions": [decision]})

    assert noted.status_code == 201
    assert [one["evidence"] for one in api.get(f"{path}/consents").json["items"]] == ["form"]
    assert api.get(ask).json["allowed"] is True
    assert api.post(f"{path}/close", {"reason": "Moved"}).json["status"] == "closed"
    assert api.get(ask).json["reason"] == "closed"
    reopened = api.post(f"{path}/reopen", {"occasion": "contact", "note": "Called"})
    assert reopened.json["status"] == "active"


def test_people_join_and_leave_organisations(api: ApiClient) -> None:
    person, acme = create(api), create(api, kind="organisation", name="Acme")

    joined = api.post(
        f"/customers/{person['id']}/memberships", {"organisation_id": acme["id"], "role": "Buyer"}
    )
    (member,) = api.get(f"/customers/{acme['id']}/memberships").json["items"]
    left = api.delete(f"/memberships/{member['membership_id']}")

    assert joined.status_code == 201
    assert (member["name"], member["role"]) == ("张三", "Buyer")
    assert left.status_code == 204
    assert api.get(f"/customers/{person['id']}/memberships").json["items"] == []


def test_a_merge_is_made_and_taken_back(api: ApiClient) -> None:
    kept, merged = create(api), create(api, name="San Zhang", city="York")

    made = api.post(
        f"/customers/{kept['id']}/merge",
        {"merged_id": merged["id"], "choices": {"name": "merged"}},
    )
    through_old_id = api.get(f"/customers/{merged['id']}")
    (listed,) = api.get(f"/customers/{kept['id']}/merges").json["items"]
    undone = api.post(f"/customer-merges/{listed['id']}/undo")

    assert made.status_code == 201
    assert through_old_id.json["id"] == kept["id"]
    assert (through_old_id.json["name"], through_old_id.json["city"]) == ("San Zhang", "York")
    assert undone.json["undone_at"] is not None
    assert api.get(f"/customers/{merged['id']}").json["id"] == merged["id"]
    assert api.get(f"/customers/{kept['id']}").json["name"] == "张三"


def test_duplicates_are_found_on_demand_and_dismissed(api: ApiClient) -> None:
    draft = {"name": "Katherine Johnson", "birthday": "1984-05-17"}
    first, second = create(api, **draft), create(api, **draft)
    api.post(f"/customers/{first['id']}/find-duplicates")

    found = api.post(f"/customers/{second['id']}/find-duplicates").json["items"]
    similar = api.post("/customers/similar", draft).json["items"]
    (pair,) = api.get("/customer-duplicates").json["items"]
    dismissed = api.post(
        "/customer-duplicates/dismiss", {"one_id": first["id"], "other_id": second["id"]}
    )

    assert len(found) == 1
    assert {one["id"] for one in similar} == {first["id"], second["id"]}
    assert {pair["one"]["id"], pair["other"]["id"]} == {first["id"], second["id"]}
    assert dismissed.status_code == 204
    assert api.get("/customer-duplicates").json["items"] == []


def test_tags_and_owner_are_changed_for_many(api: ApiClient, factories: Factories) -> None:
    ids = [create(api, name=name, tags=["old"])["id"] for name in ("A", "B")]
    owner = str(factories.user("staff"))

    tagged = api.post(
        "/customers/tag", {"customer_ids": [*ids, str(uuid4())], "add": ["new"], "remove": ["old"]}
    )
    assigned = api.post("/customers/assign", {"customer_ids": ids, "owner_id": owner})
    again = api.post("/customers/assign", {"customer_ids": ids, "owner_id": owner})

    assert (tagged.json, assigned.json, again.json) == (
        {"changed": 2},
        {"changed": 2},
        {"changed": 0},
    )
    after = api.get(f"/customers/{ids[0]}").json
    assert (after["tags"], after["owner_id"]) == (["new"], owner)


def test_the_admin_tidies_tags(api: ApiClient) -> None:
    create(api, name="A", tags=["VIP"])

    coloured = api.put("/tags", {"name": "VIP", "colour": "red"})
    renamed = api.post("/tags/rename", {"name": "VIP", "new_name": "vip"})
    listed = api.get("/tags").json["items"]
    deleted = api.post("/tags/delete", {"name": "vip"})

    assert coloured.status_code == 204
    assert (renamed.json, deleted.json) == ({"changed": 1}, {"changed": 1})
    assert listed == [{"name": "vip", "colour": "red"}]


def test_a_sensitive_field_is_neither_shown_nor_written_without_the_permission(
    api: ApiClient, app: Flask, factories: Factories
) -> None:
    field = {"key": "income", "type": "money", "title_en": "Income", "title_zh": "收入"}
    assert api.post("/custom-fields", {**field, "sensitive": True}).status_code == 201
    made = create(api, name="A", custom={"income": 1000})
    integration = ApiClient(app, factories.token("integration"))
    path = f"/customers/{made['id']}"

    assert made["custom"] == {"income": "1000"}
    assert integration.get(path).json["custom"] == {}
    assert integration.get("/customers").json["items"][0]["custom"] == {}
    assert integration.patch(path, {"custom": {"income": 1}}).status_code == 403
    assert integration.post("/customers", {"name": "B", "custom": {"income": 1}}).status_code == 403
    (result,) = integration.post(
        "/customers/bulk", {"items": [{"name": "B", "custom": {"income": 1}}]}
    ).json["results"]
    assert result["status"] == 403
    assert integration.get("/customers?columns=custom.income").status_code == 422


def test_a_custom_field_can_be_listed_filtered_and_archived(api: ApiClient) -> None:
    field = {"key": "size", "type": "choice", "title_en": "Size", "title_zh": "尺码"}
    api.post("/custom-fields", {**field, "choices": ["S", "M"]})
    create(api, name="A", custom={"size": "S"})
    create(api, name="B", custom={"size": "M"})

    found = api.get("/customers?custom.size__eq=M&columns=custom.size").json["items"]
    archived = api.patch("/custom-fields/size", {"archived": True})

    assert [(one["name"], one["attributes"]) for one in found] == [("B", {"custom.size": "M"})]
    assert archived.json["archived"] is True
    assert api.get("/customers?columns=custom.size").status_code == 422


def test_every_type_of_custom_field_can_be_shown_filtered_and_sorted(api: ApiClient) -> None:
    values = {"text": "tea", "number": "12.5", "money": "9.99", "date": "2026-01-31"}
    values |= {"boolean": True, "choice": "a", "choices": ["a", "b"]}  # type: ignore[dict-item]
    for type_ in values:
        field = {"key": f"my_{type_}", "type": type_, "title_en": type_, "title_zh": type_}
        more = {"choices": ["a", "b"]} if type_.startswith("choice") else {}
        assert api.post("/custom-fields", {**field, **more}).status_code == 201
    create(api, name="A", custom={f"my_{type_}": value for type_, value in values.items()})
    create(api, name="B")

    for type_, value in values.items():
        operator, text = ("has", "b") if type_ == "choices" else ("eq", str(value).lower())
        key = f"custom.my_{type_}"
        path = f"/customers?columns={key}&sort=-{key}"
        (found,) = api.get(f"{path}&{key}__{operator}={text}").json["items"]
        everybody = api.get(path).json["items"]
        (without,) = api.get(f"{path}&{key}__missing=true").json["items"]
        assert found["attributes"] == {key: value}
        assert [one["name"] for one in everybody] == ["A", "B"]
        assert without["name"] == "B"


def test_a_customer_out_of_sight_is_not_there(
    api: ApiClient, app: Flask, factories: Factories
) -> None:
    made = create(api)
    staff = ApiClient(app, factories.token("staff"))
    path = f"/customers/{made['id']}"

    assert staff.get(path).status_code == 404
    assert staff.patch(path, {"city": "X"}).status_code == 404
    assert staff.get("/customers").json["items"] == []
    assert staff.get("/customers/search?q=zhangsan").json["items"] == []
    assert staff.get(f"{path}/consents").status_code == 404
    taken = staff.post("/customers", {"name": "Y", "identities": NAME["identities"]})
    assert taken.status_code == 409
    assert made["id"] not in taken.get_data(as_text=True)


def test_without_the_permission_nothing_is_changed(
    api: ApiClient, app: Flask, factories: Factories
) -> None:
    made = create(api)
    viewer = ApiClient(app, factories.token("viewer"))

    assert viewer.get(f"/customers/{made['id']}").status_code == 200
    assert viewer.post("/customers", NAME).status_code == 403
    assert viewer.post(f"/customers/{made['id']}/merge", {}).status_code == 403
    assert viewer.get("/customer-duplicates").status_code == 403
