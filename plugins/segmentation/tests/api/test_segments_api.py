"""Segments through the REST API."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from plugins.segmentation.tests.membership.town import Town, bought, lives_in, rule

from guanxi.testkit.clients import ApiClient
from guanxi.testkit.factories import Factories
from guanxi.testkit.people import allow

START = "/segmentation/segments"
Program = Callable[..., ApiClient]


def made(api: ApiClient, key: str = "yorkers", where: Any = None, **more: Any) -> Any:
    """Make a segment and return the answer."""
    body = {"title_en": key.title(), "key": key, "rule": rule(where or lives_in("York")), **more}
    return api.post(START, body)


def test_a_segment_is_made_shown_and_listed(town: Town, api: ApiClient) -> None:
    town.person("Ann", city="York")

    answer = made(api, title_zh="约克")
    town.run("build", town.now)

    assert answer.status_code == 201
    assert answer.headers["Location"] == "/api/v1/segmentation/segments/yorkers"
    assert answer.json["building"] is True
    shown = api.get(f"{START}/yorkers")
    assert shown.headers["ETag"] == '"1"'
    assert shown.json["members"] == 1
    assert shown.json["building"] is False
    assert shown.json["rule"] == rule(lives_in("York"))
    assert [one["key"] for one in api.get(START).json["items"]] == ["yorkers"]


def test_a_key_sent_twice_makes_one_segment(town: Town, api: ApiClient) -> None:
    body = {"title_en": "Yorkers", "rule": rule(lives_in("York"))}

    first = api.post(START, body, Idempotency_Key="a")
    second = api.post(START, body, Idempotency_Key="a")
    other = api.post(START, {**body, "title_en": "Others"}, Idempotency_Key="a")

    assert first.json == second.json
    assert other.status_code == 422
    assert len(api.get(START).json["items"]) == 1


def test_a_change_heeds_if_match(town: Town, api: ApiClient) -> None:
    made(api)

    changed = api.patch(f"{START}/yorkers", {"title_en": "York"}, If_Match='"1"')
    late = api.patch(f"{START}/yorkers", {"title_en": "Yorkers"}, If_Match='"1"')

    assert changed.headers["ETag"] == '"2"'
    assert changed.json["title_en"] == "York"
    assert (late.status_code, late.json["code"]) == (412, "precondition_failed")


def test_a_rule_that_cannot_be_is_refused_with_its_place(town: Town, api: ApiClient) -> None:
    slip = {"attribute": "customers.citi", "is": "known"}

    answer = made(api, where={"op": "and", "args": [lives_in("York"), slip]})

    assert answer.status_code == 422
    assert answer.json["code"] == "unknown_attribute"
    assert list(answer.json["errors"]) == ["where.args[1].attribute"]
    assert "customers.city" in answer.json["title"]


def test_hostile_bodies_are_refused(town: Town, api: ApiClient) -> None:
    bodies = [
        {"title_en": "A", "rule": {"v": 1, "where": lives_in("\x00")}},
        {"title_en": "A", "rule": []},
        {"title_en": "A", "rule": {"v": 1}},
        {"title_en": "A", "rule": rule({"attribute": "'; DROP TABLE", "is": "known"})},
        {"title_en": "\x00", "rule": rule(lives_in("York"))},
        {"title_en": "A" * 5000},
        {"title_en": "A", "key": "../x"},
        {"title_en": "A", "key": "held_1"},
        {"title_en": "A", "announce": "yes"},
        {"title_en": "A", "no_such": 1},
        {},
        {"title_en": None},
    ]

    assert [api.post(START, body).status_code for body in bodies] == [422] * len(bodies)
    assert api.get(START).json["items"] == []


def test_a_tree_of_depth_ten_thousand_is_refused(town: Town, api: ApiClient) -> None:
    text = (
        '{"op":"not","args":[' * 10_000 + '{"bucket":{"salt":"x","from":0,"to":1}}' + "]}" * 10_000
    )
    client = api._client
    answer = client.post(
        "/api/v1/segmentation/preview",
        data='{"rule":{"v":1,"where":' + text + "}}",
        headers={"Authorization": f"Bearer {api.token}", "Content-Type": "application/json"},
    )

    assert answer.status_code in (400, 422)
    assert answer.content_type == "application/problem+json"


def test_a_rule_is_tried_without_being_stored(town: Town, api: ApiClient) -> None:
    ann = town.person("Ann", city="York")
    town.person("Bo", city="Bath")

    answer = api.post("/segmentation/preview", {"rule": rule(lives_in("York"))})

    assert answer.json["count"] == 1
    assert answer.json["samples"] == [{"customer_id": str(ann), "name": "Ann"}]
    assert "York" in answer.json["sentence"]
    assert api.get(START).json["items"] == []


def test_archive_restore_copy_delete(town: Town, api: ApiClient) -> None:
    made(api)
    made(api, "others", {"segment": "yorkers", "is": "not_member"})

    refused = api.post(f"{START}/yorkers/archive")
    uses = api.get(f"{START}/yorkers/uses").json["items"]
    archived = api.post(f"{START}/others/archive")
    restored = api.post(f"{START}/others/restore", If_Match=archived.headers["ETag"])
    copied = api.post(f"{START}/others/copy", {"title_en": "More"})
    gone = [api.delete(f"{START}/{key}").status_code for key in ("more", "others", "yorkers")]

    assert (refused.status_code, refused.json["code"]) == (409, "conflict")
    assert [one["key"] for one in uses] == ["others"]
    assert archived.json["state"] == "archived"
    assert restored.json["state"] == "active"
    assert copied.status_code == 201
    assert gone == [204, 204, 204]
    assert api.get(f"{START}/yorkers").status_code == 404


def test_members_come_page_by_page_and_as_of_an_instant(town: Town, api: ApiClient) -> None:
    ids = sorted(str(town.person(f"P{number}", city="York")) for number in range(5))
    town.built("yorkers", lives_in("York"))

    found: list[str] = []
    place = ""
    for _ in range(3):
        page = api.get(f"{START}/yorkers/members?limit=2{place}").json
        found += [one["customer_id"] for one in page["items"]]
        place = f"&cursor={page['next']}"
    before = (town.now - timedelta(days=1)).isoformat().replace("+", "%2B")

    assert found == ids
    assert page["next"] is None
    assert api.get(f"{START}/yorkers/members?at={before}").json["items"] == []
    after = (town.now + timedelta(days=1)).isoformat().replace("+", "%2B")
    assert len(api.get(f"{START}/yorkers/members?at={after}").json["items"]) == 5


def test_places_and_instants_that_are_none_are_refused(town: Town, api: ApiClient) -> None:
    made(api)
    queries = ["cursor=x", "cursor=WyJ4Il0", "limit=0", "limit=999", "at=yesterday",
               "at=2026-01-31T09:00:00", "no_such=1"]  # fmt: skip

    found = [api.get(f"{START}/yorkers/members?{query}").status_code for query in queries]

    assert found == [422] * len(queries)


def test_why_is_told_condition_by_condition(town: Town, api: ApiClient) -> None:
    ann = town.person("Ann", city="York")
    town.buy(ann, town.now)
    town.built("buyers", {"op": "and", "args": [lives_in("York"), bought(2, within=None)]})

    told = api.get(f"{START}/buyers/customers/{ann}").json

    assert (told["member"], told["fits"], told["pin"], told["stay"]) == (False, False, None, None)
    assert told["tree"]["match"] == "all"
    parts = told["tree"]["parts"]
    assert [part["holds"] for part in parts] == [True, False]
    assert [part["value"] for part in parts] == ["York", 1]


def test_decisions_by_hand(town: Town, api: ApiClient) -> None:
    ann, bo = town.person("Ann", city="York"), town.person("Bo")
    town.built("yorkers", lives_in("York"))

    out = api.put(f"{START}/yorkers/pins/{ann}", {"included": False, "reason": "moved"})
    listed = api.post(f"{START}/yorkers/pins/list", {"words": [str(bo), "x@example.com"]})

    assert out.json["reason"] == "moved"
    assert listed.json == {"added": 1, "already": 0, "unknown": ["x@example.com"]}
    assert town.members("yorkers") == {bo}
    first = api.get(f"{START}/yorkers/pins?limit=1").json
    rest = api.get(f"{START}/yorkers/pins?limit=1&cursor={first['next']}").json
    assert [first["items"][0]["customer_id"], rest["items"][0]["customer_id"]] == sorted(
        map(str, (ann, bo))
    )
    assert api.delete(f"{START}/yorkers/pins/{ann}").status_code == 204
    assert town.members("yorkers") == {ann, bo}


def test_history_of_a_customer_and_of_a_segment(town: Town, api: ApiClient) -> None:
    ann = town.person("Ann", city="York")
    town.built("yorkers", lives_in("York"))

    stays = api.get(f"/segmentation/customers/{ann}/stays").json["items"]
    day = town.now.date()
    days = api.get(f"{START}/yorkers/movement?first={day}&last={day}").json["items"]

    assert [(one["segment"], one["entered_cause"], one["left_at"]) for one in stays] == [
        ("yorkers", "built", None)
    ]
    assert days == [{"day": str(day), "entered": 1, "left": 0, "size": 1}]
    for query in (f"first={day}&last=2020-01-01", "first=2020-01-01&last=2026-01-01", "first=x"):
        assert api.get(f"{START}/yorkers/movement?{query}").status_code == 422


def test_versions_of_the_rule(town: Town, api: ApiClient) -> None:
    made(api)
    api.patch(f"{START}/yorkers", {"rule": rule(lives_in("Bath"))})

    found = api.get(f"{START}/yorkers/rules").json["items"]

    assert [one["version"] for one in found] == [2, 1]
    assert "Bath" in found[0]["sentence"]


def test_a_rebuild_is_queued_once(town: Town, api: ApiClient) -> None:
    assert api.post("/segmentation/rebuild").status_code == 202


def test_strangers_are_not_found(town: Town, api: ApiClient) -> None:
    made(api)
    nobody = UUID(int=0)
    of_none = ("", "/members", "/pins", "/rules", "/uses", f"/customers/{nobody}")
    paths = [f"{START}/no_such{path}" for path in of_none]
    paths += [f"{START}/%00/members", f"{START}/yorkers/customers/{nobody}"]
    paths.append(f"/segmentation/customers/{nobody}/stays")

    assert [api.get(path).status_code for path in paths] == [404] * len(paths)
    assert api.put(f"{START}/yorkers/pins/{nobody}", {"included": True}).status_code == 404
    assert api.delete(f"{START}/no_such").status_code == 404


def test_staff_see_only_their_own_customers(
    town: Town, program: Program, factories: Factories
) -> None:
    allow(factories, "staff", "segmentation.view", "segmentation.manage")
    li = factories.user("staff")
    api = program("staff", user_id=li)
    mine = town.person("Mine", city="York", owner_id=li)
    other = town.person("Other", city="York")
    town.built("yorkers", lives_in("York"))

    assert api.get(f"{START}/yorkers").json["members"] == 1
    members = api.get(f"{START}/yorkers/members").json["items"]
    assert [one["customer_id"] for one in members] == [str(mine)]
    tried = api.post("/segmentation/preview", {"rule": rule(lives_in("York"))}).json
    assert (tried["count"], [one["name"] for one in tried["samples"]]) == (1, ["Mine"])
    assert api.get(f"{START}/yorkers/customers/{other}").status_code == 404
    assert api.get(f"/segmentation/customers/{other}/stays").status_code == 404
    assert api.put(f"{START}/yorkers/pins/{other}", {"included": False}).status_code == 404
    listed = api.post(f"{START}/yorkers/pins/list", {"words": [str(other)]}).json
    assert listed["unknown"] == [str(other)]
    day = town.now.date()
    days = api.get(f"{START}/yorkers/movement?first={day}&last={day}").json["items"]
    assert days[0]["size"] == 1


def test_a_segment_made_by_staff_holds_everybody_whom_its_rule_fits(
    town: Town, program: Program, factories: Factories
) -> None:
    allow(factories, "staff", "segmentation.view", "segmentation.manage")
    mine = town.person("Mine", city="York")
    api = program("staff")

    made(api)
    town.run("build", town.now)

    assert town.members("yorkers") == {mine}
    assert api.get(f"{START}/yorkers").json["members"] == 0


def test_sensitive_fields_are_no_conditions_for_those_who_may_not_see_them(
    town: Town, program: Program, factories: Factories, api: ApiClient
) -> None:
    field = {"key": "illness", "type": "text", "title_en": "Illness", "title_zh": "病史",
             "sensitive": True}  # fmt: skip
    assert api.post("/custom-fields", field).status_code == 201
    town.refresh()
    ann = town.person("Ann", custom={"illness": "flu"})
    where = {"attribute": "custom.illness", "is": "eq", "value": "flu", "missing": False}
    allow(factories, "viewer", "segmentation.view", "segmentation.manage")
    viewer = program("viewer")
    made(api, "ill", where)

    assert made(viewer, "mine", where).status_code == 422
    assert viewer.post("/segmentation/preview", {"rule": rule(where)}).status_code == 422
    assert viewer.patch(f"{START}/ill", {"rule": rule(where)}).status_code == 422
    tree = viewer.get(f"{START}/ill/customers/{ann}").json["tree"]
    assert (tree["value"], tree["hidden"]) == (None, True)
    assert api.get(f"{START}/ill/customers/{ann}").json["tree"]["value"] == "flu"


def test_segments_filter_lists_and_exports(town: Town, api: ApiClient) -> None:
    town.person("Ann", city="York")
    town.person("Bo", city="Bath")
    town.built("yorkers", lives_in("York"))
    query = "segmentation.segments__has=yorkers&columns=segmentation.segments"

    listed = api.get(f"/customers?{query}").json["items"]
    file = api.get(f"/exports/customers.csv?{query}").text

    assert [one["name"] for one in listed] == ["Ann"]
    assert listed[0]["attributes"] == {"segmentation.segments": ["yorkers"]}
    assert file.splitlines()[1:] == [f"{listed[0]['id']},yorkers"]


def test_operations_are_in_the_document_with_their_permissions(api: ApiClient) -> None:
    paths = api.get("/openapi.json").json["paths"]

    ours = {path: found for path, found in paths.items() if "/segmentation/segments" in path}
    assert len(ours) >= 12
    make = next(found for path, found in ours.items() if path.endswith("/segments"))["post"]
    assert make["security"] == [{"token": ["segmentation.manage", "customers.view"]}]
