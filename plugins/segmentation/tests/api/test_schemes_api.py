"""Schemes through the API: tried before they are saved, changed by what was seen, looked back."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from plugins.segmentation.tests.membership.town import DAY, Town, lives_in, rule
from plugins.segmentation.tests.worth import OPTIONS, trading
from sqlalchemy import event, update

from guanxi.testkit.clients import ApiClient
from guanxi.testkit.factories import Factories
from guanxi.testkit.people import allow
from guanxi_segmentation.models import Membership
from guanxi_segmentation.schemas.schemes import EXAMPLE
from guanxi_segmentation.schemes.domain import create_scheme
from guanxi_segmentation.schemes.drafts import ClassDraft, SchemeDraft
from guanxi_segmentation.schemes.presets import ensure_ready_made

BASE = "/segmentation"
TRY = f"{BASE}/scheme-preview"
Program = Callable[..., ApiClient]
BY_CITY = [
    {"key": "york", "title_en": "York", "rule": rule(lives_in("York"))},
    {"key": "north", "title_en": "North", "rule": rule(
        {"op": "or", "args": [lives_in("York"), lives_in("Leeds")]})},
    {"key": "rest", "title_en": "Rest"},
]  # fmt: skip


@pytest.fixture
def north(town: Town) -> dict[str, UUID]:
    """A town of people in two cities, and one who lives nowhere; their ids by name."""
    cities = {"Ann": "York", "Bo": "Leeds", "Cy": "Leeds", "Di": None}
    return {name: town.person(name, city=city) for name, city in cities.items()}


def saved(api: ApiClient, **more: Any) -> Any:
    body = {"key": "by_city", "title_en": "By city", "kind": "rules", "classes": BY_CITY, **more}
    return api.post(f"{BASE}/schemes", body)


def test_tiers_are_tried(town: Town, api: ApiClient) -> None:
    trading(town)

    found = api.post(TRY, {"scheme": "tiers", "options": {"present_at": "100"}}).json

    assert sum(found["counts"]) == 4
    assert found["counts"] != api.post(TRY, {"scheme": "tiers"}).json["counts"]
    assert found["present"] is not None


def test_classes_by_rules_are_tried_in_their_order(api: ApiClient, north: dict[str, UUID]) -> None:
    new = api.post(TRY, {"kind": "rules", "classes": BY_CITY})
    assert saved(api).status_code == 201
    stored = api.post(TRY, {"scheme": "by_city"})
    turned = api.post(TRY, {"scheme": "by_city", "classes": [*BY_CITY[1::-1], BY_CITY[2]]})

    assert new.json == {
        "counts": [1, 2, 1], "present": None, "potential": None, "held_from_now": False,
    }  # fmt: skip
    assert stored.json == new.json
    assert turned.json["counts"] == [3, 0, 1]


def test_how_long_something_has_been_so_is_tried_as_it_would_be_saved(
    town: Town, api: ApiClient, north: dict[str, UUID]
) -> None:
    lasting = rule({"held": lives_in("York"), "for": "P1D"})
    classes = [{**BY_CITY[0], "rule": lasting}, *BY_CITY[1:]]

    new = api.post(TRY, {"kind": "rules", "classes": classes}).json
    town.built("lasting", lasting["where"])
    with town.write() as session:
        session.execute(update(Membership).values(entered_at=town.now - 3 * DAY))
    known = api.post(TRY, {"kind": "rules", "classes": classes}).json

    assert (new["counts"], new["held_from_now"]) == ([0, 3, 1], True)
    assert (known["counts"], known["held_from_now"]) == ([1, 2, 1], False)


def test_a_class_that_leads_back_to_its_scheme_is_not_tried(api: ApiClient) -> None:
    assert saved(api).status_code == 201
    here = {"attribute": "segmentation.class_by_city", "is": "known"}
    assert api.post(f"{BASE}/segments", {"title_en": "Here", "rule": rule(here)}).status_code == 201
    classes = [{**BY_CITY[0], "rule": rule({"segment": "here", "is": "member"})}, BY_CITY[2]]

    refused = api.post(TRY, {"scheme": "by_city", "classes": classes})

    assert refused.status_code == 409
    assert "leads back to itself" in refused.text


def test_a_mapping_is_tried_by_the_classes_that_it_follows(town: Town, api: ApiClient) -> None:
    trading(town)
    mapping = {"core": "key", "important": "key", "potential": "general", "general": "general"}

    found = api.post(TRY, {"scheme": "four", "options": {"map": mapping}})
    as_it_is = api.post(TRY, {"scheme": "four"})

    limits = {"present": None, "potential": None}
    assert found.json == {"counts": [1, 0, 0, 3], **limits, "held_from_now": False}
    assert as_it_is.json["counts"] == [1, 0, 1, 2]


def test_what_is_tried_is_counted_within_sight(
    town: Town, program: Program, factories: Factories
) -> None:
    allow(factories, "staff", "segmentation.view", "segmentation.manage")
    li = factories.user("staff")
    town.person("Mine", city="York", owner_id=li)
    town.person("Other", city="York")

    found = program("staff", user_id=li).post(TRY, {"kind": "rules", "classes": BY_CITY})

    assert found.json["counts"] == [1, 0, 0]


@pytest.mark.parametrize(
    "body",
    [
        {"kind": "rules"}, {"kind": "rules", "classes": BY_CITY[:1]}, {"kind": "mapped"},
        {"kind": "rules", "options": {"a": 1}, "classes": BY_CITY},
        {"scheme": "tiers", "kind": "rules"}, {"scheme": "four", "options": {"map": {}}},
        {"scheme": "four", "options": {"of": "four"}}, {"scheme": "four", "options": {"by": "x"}},
    ],
)  # fmt: skip
def test_what_cannot_be_tried_is_refused(town: Town, api: ApiClient, body: Any) -> None:
    with town.write() as session:
        ensure_ready_made(session, now=town.now)

    assert api.post(TRY, body).status_code == 422


def test_a_change_of_a_class_sets_its_treatment_with_history(town: Town, api: ApiClient) -> None:
    treated = [{**BY_CITY[0], "treatment": {"cadence_days": 7}}, *BY_CITY[1:]]
    saved(api, classes=treated)

    classes = [{**BY_CITY[0], "treatment": {"offer_band": "A"}}, *BY_CITY[1:]]
    changed = api.patch(f"{BASE}/schemes/by_city", {"classes": classes}).json["classes"][0]
    kept = api.patch(f"{BASE}/schemes/by_city", {"classes": BY_CITY}).json["classes"][0]

    told = ("cadence_days", "offer_band")
    assert [changed["treatment"][name] for name in told] == [7, "A"]
    assert kept["treatment"] == changed["treatment"]
    history = api.get(f"{BASE}/schemes/by_city/classes/york/treatments").json["items"]
    assert [[one[name] for name in told] for one in history] == [[7, "A"], [7, None]]


def test_options_that_are_not_sent_stay(town: Town, api: ApiClient) -> None:
    trading(town)

    options = api.patch(f"{BASE}/schemes/tiers", {"options": {"hysteresis": 5}}).json["options"]

    assert (options["hysteresis"], options["present_at"]) == ("5", OPTIONS["present_at"])
    assert options["potential"] == OPTIONS["potential"]


STEPS = (
    ("PUT", "schemes/four/classes/key/treatment", {"cadence_days": 5}),
    ("POST", "schemes/four/primary", None),
    ("POST", "schemes/four/archive", None),
    ("POST", "schemes/four/restore", None),
)


def test_each_step_heeds_if_match_and_makes_a_version(town: Town, api: ApiClient) -> None:
    with town.write() as session:
        ensure_ready_made(session, now=town.now)
    assert saved(api).status_code == 201

    for method, path, body in STEPS:
        seen = api.get(f"{BASE}/schemes/four").headers["ETag"]
        wrong = api.request(method, f"{BASE}/{path}", body, If_Match='"999"')
        done = api.request(method, f"{BASE}/{path}", body, If_Match=seen)
        late = api.request(method, f"{BASE}/{path}", body, If_Match=seen)
        assert (wrong.status_code, done.status_code, late.status_code) == (412, 200, 412), path
        now = api.get(f"{BASE}/schemes/four")
        assert done.headers["ETag"] == now.headers["ETag"] != seen, path
        if now.json["is_primary"]:
            api.post(f"{BASE}/schemes/by_city/primary")


def test_who_is_no_longer_primary_has_another_version(town: Town, api: ApiClient) -> None:
    with town.write() as session:
        ensure_ready_made(session, now=town.now)
    seen = api.get(f"{BASE}/schemes/tiers").headers["ETag"]

    api.post(f"{BASE}/schemes/four/primary")

    again = api.get(f"{BASE}/schemes/tiers", If_None_Match=seen)
    assert (again.status_code, again.json["is_primary"]) == (200, False)


def test_counts_are_sent_anew_although_the_version_is_the_same(
    town: Town, api: ApiClient, north: dict[str, UUID]
) -> None:
    town.segment("yorkers", lives_in("York"))
    saved(api)
    paths = {f"{BASE}/segments/yorkers": "members", f"{BASE}/schemes/by_city": "classes"}
    seen = {path: api.get(path) for path in paths}

    town.refresh()
    town.run("build", town.now)
    town.run("rebuild", town.now)

    for path, name in paths.items():
        again = api.get(path, If_None_Match=seen[path].headers["ETag"])
        assert again.status_code == 200, path
        assert again.headers["ETag"] == seen[path].headers["ETag"]
        assert again.json[name] != seen[path].json[name]


def test_a_treatment_as_it_is_makes_no_version(town: Town, api: ApiClient) -> None:
    with town.write() as session:
        ensure_ready_made(session, now=town.now)
    path = f"{BASE}/schemes/tiers/classes/core/treatment"

    first, second = (api.put(path, {"cadence_days": 3}).headers["ETag"] for _ in range(2))

    assert first == second


def test_a_channel_that_is_none_is_refused_with_those_that_are(town: Town, api: ApiClient) -> None:
    with town.write() as session:
        ensure_ready_made(session, now=town.now)

    answer = api.put(
        f"{BASE}/schemes/tiers/classes/core/treatment", {"preferred_channel": "pigeon"}
    )

    assert answer.status_code == 422
    assert list(answer.json["errors"]) == ["preferred_channel"]
    assert "pigeon" in answer.json["title"]
    assert "email" in answer.json["title"]


def test_a_scheme_is_not_restored_before_the_one_that_it_follows(
    town: Town, api: ApiClient
) -> None:
    with town.write() as session:
        ensure_ready_made(session, now=town.now)
    saved(api)
    api.post(f"{BASE}/schemes/by_city/primary")
    for key in ("four", "tiers"):
        assert api.post(f"{BASE}/schemes/{key}/archive").status_code == 200

    refused = api.post(f"{BASE}/schemes/four/restore")
    restored = [api.post(f"{BASE}/schemes/{key}/restore").status_code for key in ("tiers", "four")]

    assert refused.status_code == 409
    assert "tiers" in refused.json["title"]
    assert restored == [200, 200]


def test_a_scheme_whose_mapping_does_not_fit_any_more_is_not_restored(
    town: Town, api: ApiClient
) -> None:
    saved(api)
    mapping = {"york": "near", "north": "near", "rest": "far"}
    near = [{"key": key, "title_en": key} for key in ("near", "far")]
    options = {"of": "by_city", "map": mapping}
    assert saved(api, key="near", kind="mapped", classes=near, options=options).status_code == 201
    api.post(f"{BASE}/schemes/near/archive")
    api.patch(f"{BASE}/schemes/by_city", {"classes": BY_CITY[1:]})

    refused = api.post(f"{BASE}/schemes/near/restore")
    mended = {"options": {"map": {"north": "near", "rest": "far"}}}

    assert (refused.status_code, list(refused.json["errors"])) == (422, ["map"])
    assert api.patch(f"{BASE}/schemes/near", mended).status_code == 200
    assert api.post(f"{BASE}/schemes/near/restore").status_code == 200


def test_classes_and_members_as_of_a_past_instant(
    town: Town, api: ApiClient, north: dict[str, UUID]
) -> None:
    with town.write() as session:
        classes = [ClassDraft(one["key"], one["title_en"], rule=one.get("rule")) for one in BY_CITY]
        draft = SchemeDraft("by_city", "By city", "rules", classes)
        create_scheme(session, draft, now=town.now)
    town.refresh()
    town.run("rebuild", town.now)
    later = town.now + timedelta(days=2)
    town.change(north["Ann"], city="Leeds")
    town.run("rebuild", later)

    def members(key: str, at: str = "") -> set[str]:
        page = api.get(f"{BASE}/schemes/by_city/classes/{key}/members{at}")
        return {one["customer_id"] for one in page.json["items"]}

    before, after = (
        "?at=" + at.isoformat().replace("+", "%2B") for at in (later - timedelta(days=1), later)
    )
    ids = {name: str(one) for name, one in north.items()}
    assert members("york", before) == {ids["Ann"]}
    assert (members("york", after), members("york")) == (set(), set())
    assert members("north") == {ids["Ann"], ids["Bo"], ids["Cy"]}
    of_ann = f"{BASE}/customers/{ids['Ann']}/classes"
    found = [
        [one["class"] for one in api.get(f"{of_ann}{at}").json["items"]]
        for at in (before, after, "")
    ]
    assert found == [["york"], ["north"], ["north", "york"]]


def test_members_of_a_class_come_page_by_page_and_within_sight(
    town: Town, api: ApiClient, program: Program, factories: Factories
) -> None:
    allow(factories, "staff", "segmentation.view")
    li = factories.user("staff")
    mine = town.person("Mine", city="York", owner_id=li)
    ids = sorted([str(mine), *(str(town.person(f"P{n}", city="York")) for n in range(2))])
    saved(api)
    town.refresh()
    town.run("rebuild", town.now)
    path = f"{BASE}/schemes/by_city/classes/york/members"

    first = api.get(f"{path}?limit=2").json
    rest = api.get(f"{path}?limit=2&cursor={first['next']}").json
    seen = program("staff", user_id=li).get(path).json["items"]

    assert [one["customer_id"] for one in (*first["items"], *rest["items"])] == ids
    assert rest["next"] is None
    assert [one["customer_id"] for one in seen] == [str(mine)]
    assert api.get(f"{BASE}/schemes/by_city/classes/nobody/members").status_code == 404


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "x", "2026-01-01"])
def test_an_instant_outside_of_the_calendar_is_refused(
    town: Town, api: ApiClient, north: dict[str, UUID], at: str
) -> None:
    saved(api)
    town.segment("list", None)

    paths = (
        "schemes/by_city/classes/york/members", f"customers/{north['Ann']}/classes",
        "segments/list/members",
    )  # fmt: skip
    assert [api.get(f"{BASE}/{path}?at={at}").status_code for path in paths] == [422] * 3


def test_movement_at_the_ends_of_the_calendar_is_refused(town: Town, api: ApiClient) -> None:
    town.segment("list", None)

    for day in ("0001-01-01", "9999-12-31"):
        path = f"{BASE}/segments/list/movement?first={day}&last={day}"
        assert api.get(path).status_code == 422, day


def test_the_list_of_schemes_takes_as_many_statements_for_many_as_for_one(
    town: Town, api: ApiClient
) -> None:
    def statements() -> int:
        seen: list[str] = []

        def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            seen.append(statement)

        engine = town.platform.database.engine
        event.listen(engine, "before_cursor_execute", note)
        try:
            assert api.get(f"{BASE}/schemes").status_code == 200
        finally:
            event.remove(engine, "before_cursor_execute", note)
        return len([one for one in seen if "segmentation_" in one])

    with town.write() as session:
        ensure_ready_made(session, now=town.now)
    statements()
    one = statements()
    for number in range(3):
        assert api.post(f"{BASE}/schemes", {**EXAMPLE, "key": f"s{number}"}).status_code == 201
    statements()

    assert statements() == one
