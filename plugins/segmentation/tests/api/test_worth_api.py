"""The API of RFM, values, schemes, key accounts: the same figures as the pages, the same rules."""

from collections.abc import Callable
from decimal import Decimal
from uuid import UUID

from plugins.segmentation.tests.membership.town import Town, lives_in, rule
from plugins.segmentation.tests.worth import OPTIONS, trading

from guanxi.ids import new_id
from guanxi.testkit.clients import ApiClient
from guanxi.testkit.factories import Factories
from guanxi.testkit.people import allow
from guanxi_segmentation.schemas.schemes import EXAMPLE

Program = Callable[..., ApiClient]
BASE = "/segmentation"
STRANGE = "'; DROP TABLE customers; --<script>"


def seller(program: Program, factories: Factories) -> tuple[ApiClient, UUID]:
    """A program of somebody who sees only their own customers, and who they are."""
    allow(factories, "staff", "segmentation.view", "segmentation.manage", "customers.view")
    user = factories.user("staff")
    return program("staff", user_id=user), user


def test_rfm_tells_cells_classes_and_cut(town: Town, api: ApiClient) -> None:
    ids = trading(town)

    found = api.get(f"{BASE}/rfm").json
    scores = api.get(f"{BASE}/customers/{ids['Ann']}/rfm").json

    assert sum(cell["customers"] for cell in found["cells"]) == 4
    assert len(found["cells"]) == 25
    assert sum(one["customers"] for one in found["segments"]) == 4
    assert found["cut"]["version"] == 1
    assert (scores["segment"], scores["monetary"]) == ("champions", "1500.0000")
    assert [one["version"] for one in api.get(f"{BASE}/rfm/cuts").json["items"]] == [1]


def test_a_cut_is_queued_once(town: Town, api: ApiClient) -> None:
    trading(town)

    assert api.post(f"{BASE}/rfm/cuts").json == {"queued": True}
    assert api.post(f"{BASE}/rfm/cuts").json == {"queued": False}


def test_total_and_net_value_are_two_things(town: Town, api: ApiClient) -> None:
    ids = trading(town)

    found = api.get(f"{BASE}/values").json
    of_ann = api.get(f"{BASE}/customers/{ids['Ann']}/value").json
    by_class = api.get(f"{BASE}/values/classes/tiers").json["items"]

    assert Decimal(found["total_value"]["observed"]) == 1740
    assert (found["total_value"]["expected"], found["total_value"]["total"]) == (None, None)
    assert Decimal(found["net_value"]["net"]) == 1740
    assert of_ann["total_value"]["amount"] is None
    assert Decimal(of_ann["total_value"]["parts"][0]["amount"]) == 1500
    assert {one["key"]: one["value"] for one in of_ann["scores"]}["emotional"] is None
    assert [(one["key"], Decimal(one["observed"])) for one in by_class] == [
        ("core", 1500), ("potential", 200), ("general", 40),
    ]  # fmt: skip
    assert sum(one["customers"] for one in api.get(f"{BASE}/values/cohorts").json["items"]) == 4


def test_a_seller_gets_the_figures_of_their_own_customers(
    town: Town, program: Program, factories: Factories
) -> None:
    mine, user = seller(program, factories)
    ids = trading(town, Bo=user)

    assert sum(c["customers"] for c in mine.get(f"{BASE}/rfm").json["cells"]) == 1
    assert mine.get(f"{BASE}/rfm").json["moves"] is None
    assert Decimal(mine.get(f"{BASE}/values").json["total_value"]["observed"]) == 200
    assert mine.get(f"{BASE}/values/cohorts").status_code == 403
    assert [c["customers"] for c in mine.get(f"{BASE}/schemes/tiers").json["classes"]] == [
        0, 0, 1, 0,
    ]  # fmt: skip
    tried = mine.post(f"{BASE}/scheme-preview", {"scheme": "tiers", "options": OPTIONS}).json
    assert sum(tried["counts"]) == 1
    for path in ("rfm", "value", "classes"):
        assert mine.get(f"{BASE}/customers/{ids['Ann']}/{path}").status_code == 404
        assert mine.get(f"{BASE}/customers/{ids['Bo']}/{path}").status_code == 200


def test_key_accounts_are_listed_decided_and_forgotten(
    town: Town, api: ApiClient, program: Program, factories: Factories
) -> None:
    mine, user = seller(program, factories)
    ids = trading(town, Bo=user)
    decision = {"is_key": True, "reason": STRANGE}

    assert mine.put(f"{BASE}/key-accounts/{ids['Ann']}", decision).status_code == 404
    assert mine.put(f"{BASE}/key-accounts/{ids['Bo']}", decision).json["reason"] == STRANGE
    listed = api.get(f"{BASE}/key-accounts").json["items"]
    assert {one["customer_id"]: one["by"] for one in listed} == {
        str(ids["Ann"]): "rule", str(ids["Bo"]): "hand",
    }  # fmt: skip
    assert [o["customer_id"] for o in mine.get(f"{BASE}/key-accounts").json["items"]] == [
        str(ids["Bo"])
    ]
    assert api.delete(f"{BASE}/key-accounts/{ids['Bo']}").status_code == 204
    assert api.get(f"{BASE}/key-accounts/{ids['Bo']}").json["is_key"] is False
    assert api.put(f"{BASE}/key-accounts/{new_id()}", decision).status_code == 404
    assert api.put(f"{BASE}/key-accounts/{ids['Bo']}", {"is_key": True}).status_code == 422


def test_key_accounts_come_page_by_page(town: Town, api: ApiClient) -> None:
    ids = trading(town)
    for name in ("Bo", "Cy"):
        api.put(f"{BASE}/key-accounts/{ids[name]}", {"is_key": True, "reason": "Why not"})

    seen, cursor = [], ""
    while cursor is not None:
        more = f"&cursor={cursor}" if cursor else ""
        page = api.get(f"{BASE}/key-accounts?limit=1{more}").json
        seen += [one["customer_id"] for one in page["items"]]
        cursor = page["next"]

    assert seen == sorted(str(ids[name]) for name in ("Ann", "Bo", "Cy"))
    assert api.get(f"{BASE}/key-accounts?cursor=nonsense").status_code == 422


def test_a_scheme_is_made_changed_and_put_away(town: Town, api: ApiClient) -> None:
    trading(town)

    made = api.post(f"{BASE}/schemes", dict(EXAMPLE))
    assert made.status_code == 201, made.text
    etag = api.get(f"{BASE}/schemes/by_country").headers["ETag"]
    changed = api.patch(f"{BASE}/schemes/by_country", {"title_en": STRANGE}, If_Match=etag)
    late = api.patch(f"{BASE}/schemes/by_country", {"title_en": "Late"}, If_Match=etag)

    assert (changed.json["title_en"], late.status_code) == (STRANGE, 412)
    assert api.post(f"{BASE}/schemes", dict(EXAMPLE)).status_code == 409
    assert api.post(f"{BASE}/schemes/by_country/primary").json["is_primary"] is True
    assert api.post(f"{BASE}/schemes/by_country/archive").status_code == 409
    api.post(f"{BASE}/schemes/tiers/primary")
    assert api.post(f"{BASE}/schemes/by_country/archive").json["state"] == "archived"
    assert api.post(f"{BASE}/schemes/by_country/restore").json["state"] == "active"


def test_a_scheme_that_cannot_be_is_refused_with_a_sentence(town: Town, api: ApiClient) -> None:
    trading(town)
    one, two = EXAMPLE["classes"]
    wrong = (
        {"key": "a b"},
        {"kind": "mapped", "options": {"of": "nothing", "map": {}}},
        {"classes": [one]},
        {"classes": [{**one, "rule": None}, two]},
        {"classes": [{**one, "rule": rule(lives_in("York")) | {"v": 9}}, two]},
        {"classes": [{**one, "rule": rule({"attribute": STRANGE, "is": "eq", "value": 1})}, two]},
        {"classes": [{**one, "treatment": {"cadence_days": 0}}, two]},
        {"classes": [{**one, "treatment": {STRANGE: 1}}, two]},
        {"title_en": "x" * 1000},
    )

    for change in wrong:
        answer = api.post(f"{BASE}/schemes", {**EXAMPLE, **change})
        assert answer.status_code in (404, 422), (change, answer.text)
    assert len(api.get(f"{BASE}/schemes").json["items"]) == 2


def test_a_treatment_holds_for_the_class_and_its_history_is_kept(
    town: Town, api: ApiClient
) -> None:
    trading(town)
    path = f"{BASE}/schemes/tiers/classes/core"

    made = api.put(f"{path}/treatment", {"cadence_days": 7, "offer_band": None})

    assert (made.json["cadence_days"], made.json["offer_band"]) == (7, None)
    assert made.json["service_level"] == "Personal adviser"
    found = api.get(f"{path}/treatments").json["items"]
    assert [one["cadence_days"] for one in found] == [7, 14]
    assert api.put(f"{path}/treatment", {"cadence_days": "7"}).status_code == 422
    assert api.get(f"{BASE}/schemes/tiers/classes/nothing/treatments").status_code == 404


def test_classes_of_a_customer_and_templates(town: Town, api: ApiClient) -> None:
    ids = trading(town)

    stays = api.get(f"{BASE}/customers/{ids['Ann']}/classes").json["items"]

    assert {one["scheme"]: one["class"] for one in stays} == {"tiers": "core", "four": "key"}
    names = [one["name"] for one in api.get(f"{BASE}/scheme-templates").json["items"]]
    assert names == ["finance", "retail"]
    taken = api.post(f"{BASE}/scheme-templates/retail")
    assert [one["key"] for one in taken.json["items"]] == ["retail"]
    assert api.post(f"{BASE}/scheme-templates/retail").status_code == 409
    assert api.post(f"{BASE}/scheme-templates/nothing").status_code == 404


def test_whoever_may_not_is_refused(town: Town, program: Program) -> None:
    ids = trading(town)
    staff = program("staff")

    for path in ("rfm", "values", "schemes", "key-accounts", f"customers/{ids['Ann']}/value"):
        assert staff.get(f"{BASE}/{path}").status_code == 403, path
    assert staff.post(f"{BASE}/rfm/cuts").status_code == 403
    assert staff.post(f"{BASE}/schemes", dict(EXAMPLE)).status_code == 403


def test_tiers_by_what_one_may_not_see_are_neither_tried_nor_made_nor_read_off(
    town: Town, program: Program, factories: Factories, api: ApiClient
) -> None:
    field = {"key": "credit", "type": "number", "title_en": "Credit", "title_zh": "授信",
             "sensitive": True}  # fmt: skip
    assert api.post("/custom-fields", field).status_code == 201
    town.refresh()
    trading(town)
    allow(factories, "viewer", "segmentation.view", "segmentation.manage")
    viewer = program("viewer")
    options = {**OPTIONS, "present": "custom.credit"}
    draft = {**EXAMPLE, "key": "credit", "kind": "tiers", "options": options, "classes": [
        {"key": key, "title_en": key} for key in ("a", "b", "c", "d")
    ]}  # fmt: skip

    tried = [one.post(f"{BASE}/scheme-preview", {"options": options}) for one in (viewer, api)]
    changed = [one.patch(f"{BASE}/schemes/tiers", {"options": options}) for one in (viewer, api)]
    made = [one.post(f"{BASE}/schemes", draft) for one in (viewer, api)]
    town.refresh()
    town.run("rebuild", town.now)
    cuts = [one.get(f"{BASE}/schemes/tiers").json["cut"] for one in (viewer, api)]

    assert [one.status_code for one in (*tried, *changed, *made)] == [422, 200, 422, 200, 422, 201]
    assert [sorted(cut) for cut in cuts] == [["at", "potential"], ["at", "potential", "present"]]
