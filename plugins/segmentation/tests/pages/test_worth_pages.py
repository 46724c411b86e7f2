"""The pages of RFM, values, classes and key accounts: what they show, to whom, and what they do."""

import re
from collections.abc import Callable
from urllib.parse import unquote
from uuid import UUID

import pytest
from flask import Flask
from plugins.segmentation.tests.clients import Person, allow, flashes, names
from plugins.segmentation.tests.membership.town import Town
from plugins.segmentation.tests.worth import trading
from werkzeug.test import TestResponse

from guanxi.ids import new_id
from guanxi.platform import Platform
from guanxi.testkit.factories import Factories
from guanxi_segmentation import pipeline, rfm
from guanxi_segmentation.membership import segments
from guanxi_segmentation.portrait import key_flag, standings
from guanxi_segmentation.schemes import domain, treatments
from guanxi_segmentation.schemes.presets import ensure_ready_made
from guanxi_segmentation.schemes.sizes import sizes
from guanxi_segmentation.schemes.sorting import classes_of

PAGES = ("rfm", "values", "schemes", "schemes/ready-made", "key-accounts")
STRANGE = '<script>alert("1")</script>'
THRESHOLDS = {
    "by": "share", "present": "segmentation.net_value", "present_at": "25",
    "potential": "segmentation.rfm_r", "potential_at": "50", "hysteresis": "10",
    "minimum_stay_days": "30",
}  # fmt: skip


@pytest.fixture
def seller(site: Flask, segmentation: Platform, factories: Factories) -> Person:
    """Somebody who sees only their own customers, and may look at segments."""
    allow(factories, "staff", "segmentation.view", "segmentation.manage", "customers.view")
    return Person(site, segmentation.database, factories.user("staff"))


def text(page: str) -> str:
    """What a reader sees of the content of a page."""
    start = page.index('<main class="content')
    content = page[start : page.index("</main>")]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", content))


def condition(what: str, comparison: str, value: str) -> dict[str, str]:
    """One condition as the builder sends it."""
    return {
        "r-match": "all", "r.0-what": what, "r.0-was": what, "r.0-is": comparison,
        "r.0-value": value, "r.0-missing": "no",
    }  # fmt: skip


def test_pages_are_drawn_where_there_is_nobody(admin: Person) -> None:
    for page in PAGES:
        assert admin.get(f"/segmentation/{page}").status_code == 200, page


def test_pages_are_drawn_with_the_ready_made_schemes(admin: Person, town: Town) -> None:
    with town.write() as session:
        ensure_ready_made(session, now=town.now)
        pipeline.refresh(session, None, as_of=town.now)

    for page in (*PAGES, "schemes/tiers"):
        assert admin.get(f"/segmentation/{page}").status_code == 200, page


def test_whoever_may_not_look_is_refused(town: Town, somebody: Callable[..., Person]) -> None:
    trading(town)
    staff = somebody("staff")

    for page in (*PAGES, "schemes/new-scheme", "schemes/tiers/edit"):
        assert staff.get(f"/segmentation/{page}").status_code == 403, page


def test_rfm_shows_cells_classes_and_break_points(town: Town, admin: Person) -> None:
    trading(town)

    page = admin.read("/segmentation/rfm")

    assert "Scored customers 4" in text(page)
    assert "Version 1" in page
    assert "/customers/?segmentation.rfm_r__eq=5&segmentation.rfm_f__eq=" in unquote(page)
    assert "/customers/?segmentation.rfm_class__eq=champions" in unquote(page)
    assert "Score 5 up to" in text(page)


def test_a_cell_leads_to_its_customers(town: Town, admin: Person) -> None:
    trading(town)

    listed = admin.read("/customers/?segmentation.rfm_class__eq=champions")

    assert names(listed) == ["Ann"]


def test_rfm_speaks_chinese(town: Town, admin: Person) -> None:
    trading(town)

    page = text(admin.speaks("zh").read("/segmentation/rfm"))

    assert "冠军客户" in page
    assert "重要价值客户" in page
    assert "Champions" not in page


def test_rfm_of_a_seller_is_of_their_own_customers(
    town: Town, seller: Person, admin: Person
) -> None:
    trading(town, Bo=seller.user_id)

    assert "Scored customers 1" in text(seller.read("/segmentation/rfm"))
    assert "Scored customers 4" in text(admin.read("/segmentation/rfm"))


def test_the_convention_is_switched_and_everybody_scored_anew(town: Town, admin: Person) -> None:
    trading(town)

    answer = admin.send("/segmentation/rfm/convention", {"convention": "fixed"})
    town.refresh()
    told = admin.read("/segmentation/rfm")
    town.run("recut", town.now)

    assert answer.status_code == 302
    assert "The settings changed since these scores were made" in told
    page = text(admin.read("/segmentation/rfm"))
    assert "Version 2" in page
    assert "Scores by Fixed thresholds" in page
    assert "Moved at the last cut" in page
    assert admin.send("/segmentation/rfm/convention", {"convention": STRANGE}).status_code == 422


def test_the_numbers_of_an_older_version_of_the_break_points_can_be_opened(
    town: Town, admin: Person, configure: Callable[..., None]
) -> None:
    trading(town)
    before = text(admin.read("/segmentation/rfm/cuts/1"))
    configure(rfm_convention="fixed", eight_split="values", eight_amount="321")
    town.run("recut", town.now)

    listed = admin.read("/segmentation/rfm/cuts")
    first = text(admin.read("/segmentation/rfm/cuts/1"))
    second = text(admin.read("/segmentation/rfm/cuts/2"))

    assert listed.index("/rfm/cuts/2") < listed.index("/rfm/cuts/1")
    assert "/segmentation/rfm/cuts/1" in admin.read("/segmentation/rfm")
    assert "in force" in before
    assert "in force" not in first
    assert "Scores by Quintiles" in first
    assert "Score 2 169 – 240 2 £23.00 – £65.00" in first
    assert "Score 5 up to 30 from 10 above £1,000.00" in second
    assert "much from £321.00" in second
    assert "settings changed" in second
    assert [
        admin.get(f"/segmentation/rfm/cuts/{number}").status_code
        for number in ("0", "3", "9" * 30, "x")
    ] == [404] * 4
    assert "Version 1" in text(admin.read("/segmentation/rfm/cuts?before=2"))
    assert "No break points so far" in text(admin.read("/segmentation/rfm/cuts?before=1"))


def test_the_fixed_thresholds_are_a_click_away_for_those_who_may_set_them(
    town: Town, admin: Person, seller: Person
) -> None:
    trading(town)
    link = "/settings/segmentation#field-rfm_fixed_days"

    assert link in admin.read("/segmentation/rfm")
    assert 'id="field-rfm_fixed_days"' in admin.read("/settings/segmentation")
    assert link not in seller.read("/segmentation/rfm")


def test_a_cut_is_asked_for_once(town: Town, admin: Person) -> None:
    trading(town)

    admin.send("/segmentation/rfm/cut")
    said = flashes(admin.read("/segmentation/rfm"))
    admin.send("/segmentation/rfm/cut")

    assert said == ["New break points are being cut. Look again in a moment."]
    assert flashes(admin.read("/segmentation/rfm")) == ["A cut waits already."]


def test_both_values_stand_apart_and_sum_up(town: Town, admin: Person) -> None:
    """Ann 1500, Bo 200, Cy 30, Di 10; nobody set a margin or costs."""
    trading(town)

    page = text(admin.read("/segmentation/values"))

    total, net = page.index("Total value What"), page.index("Net value The balance")
    assert total < page.index("Observed value £1,740.00") < net
    assert "Expected future value No app tells it now" in page
    assert "Total value Unknown, as the future is; known is the observed value. unknown" in page
    assert page.index("Net value £1,740.00") > net
    assert "Service value unknown" in page
    assert "Core 1 25%" in page
    assert "2026-" in page


def test_values_of_a_seller_are_of_their_own_customers(town: Town, seller: Person) -> None:
    trading(town, Bo=seller.user_id)

    page = text(seller.read("/segmentation/values"))

    assert "Observed value £200.00" in page
    assert "1,740" not in page
    assert "Who came back" not in page


def test_a_scheme_shows_sizes_thresholds_and_treatment(town: Town, admin: Person) -> None:
    trading(town)

    page = text(admin.read("/segmentation/schemes/tiers"))

    assert "Core 1 25%" in page
    assert "the 25% with the most" in page
    assert "Personal adviser" in page
    assert "Tiers" in text(admin.read("/segmentation/schemes"))


def test_the_sizes_are_foreseen_before_anything_is_saved(town: Town, admin: Person) -> None:
    trading(town)
    everybody = {"own_key": "tiers", **THRESHOLDS, "present_at": "100", "minimum_stay_days": "0"}

    shown = admin.send("/segmentation/schemes/preview-sizes", everybody, htmx=True)

    assert shown.status_code == 200
    assert re.findall(r'parts-text">(\d+)', shown.text) == ["2", "2", "0", "0"]
    with town.platform.database.read() as session:
        scheme = domain.get_scheme(session, "tiers")
        assert [size.customers for size in sizes(session, scheme)] == [1, 0, 1, 2]


def test_the_sizes_of_a_mapping_are_foreseen_as_well(town: Town, admin: Person) -> None:
    trading(town)
    form = {
        "own_key": "four", "of": "no_such", "map-core": "general", "map-important": "key",
        "map-potential": "general", "map-general": "secondary",
    }  # fmt: skip

    shown = admin.send("/segmentation/schemes/preview-sizes", form, htmx=True)
    wrong = admin.send(
        "/segmentation/schemes/preview-sizes", {**form, "map-core": STRANGE}, htmx=True
    )

    assert shown.status_code == 200
    assert re.findall(r'parts-text">(\d+)', shown.text) == ["0", "2", "0", "2"]
    assert "High present value" not in shown.text
    assert (wrong.status_code, "form-error" in wrong.text) == (200, True)
    assert 'id="foreseen"' in admin.read("/segmentation/schemes/four/edit")


def test_the_sizes_of_a_new_scheme_after_another_are_foreseen(town: Town, admin: Person) -> None:
    trading(town)
    preview = "/segmentation/schemes/preview-sizes"
    form = {"kind": "mapped", "of": "tiers", "lines": "Best\nMiddle | 中\nRest"}

    shown = admin.send(preview, form, htmx=True)
    few = admin.send(preview, {**form, "lines": "Best"}, htmx=True)
    nothing = admin.send(preview, {**form, "of": ""}, htmx=True)

    assert re.findall(r'parts-text">(\d+)', shown.text) == ["1", "0", "3"]
    assert [name for name in ("Best", "Middle", "Rest") if name not in shown.text] == []
    assert [answer.text.count("form-error") for answer in (shown, few, nothing)] == [0, 1, 1]
    page = admin.read("/segmentation/schemes/new-scheme?kind=mapped")
    assert 'id="foreseen"' in page
    assert 'id="foreseen"' not in admin.read("/segmentation/schemes/new-scheme?kind=rules")
    with town.platform.database.read() as session:
        assert [one.key for one in domain.list_schemes(session)] == ["tiers", "four"]


WRONG = (
        ("present", STRANGE), ("present", "segmentation.tier"), ("present_at", "many"),
        ("present_at", "101"), ("hysteresis", "-1"), ("minimum_stay_days", "1.5"),
        ("by", STRANGE), ("minimum_stay_days", "9" * 30),
)  # fmt: skip


def test_a_wrong_threshold_is_told_in_the_preview_and_refused(town: Town, admin: Person) -> None:
    trading(town)

    for name, value in WRONG:
        form = {"own_key": "tiers", **THRESHOLDS, name: value}
        shown = admin.send("/segmentation/schemes/preview-sizes", form, htmx=True)
        saved = save(admin, "/segmentation/schemes/tiers/edit", {**form, "title_en": "Tiers"})
        assert shown.status_code == 200, name
        assert "form-error" in shown.text, name
        assert saved.status_code == 422, name
        assert STRANGE not in shown.text + saved.text, name


def version(admin: Person, path: str) -> str:
    """The version that a form shows."""
    found = re.search(r'name="version" value="(\d+)"', admin.read(path))
    assert found is not None
    return found[1]


def save(admin: Person, path: str, form: dict[str, str]) -> TestResponse:
    """Send a form as it is now, with these values."""
    return admin.send(path, {"version": version(admin, path), **form})


@pytest.mark.parametrize("seen", ["", "x", "-1", "9" * 5000])
def test_a_form_that_does_not_say_what_was_seen_changes_nothing(
    town: Town, admin: Person, seen: str
) -> None:
    trading(town)
    town.segment("list", None)
    forms = {
        "schemes/tiers/edit": {**THRESHOLDS, "title_en": STRANGE},
        "schemes/tiers/classes/core": {"title_en": STRANGE, "cadence_days": "1"},
        "segments/list/edit": {"title_en": STRANGE},
    }

    for path, form in forms.items():
        answer = admin.send(f"/segmentation/{path}", {**form, "version": seen})
        assert answer.status_code == 412, path
        assert "does not say which version it shows" in answer.text
    with town.platform.database.read() as session:
        scheme = domain.get_scheme(session, "tiers")
        core = treatments.get_class(session, scheme, "core")
        titles = [scheme.title_en, core.title_en, segments.get(session, "list").title_en]
    assert titles == ["Tiers", "Core", "List"]


def test_thresholds_are_changed_unless_somebody_was_faster(town: Town, admin: Person) -> None:
    trading(town)
    seen = version(admin, "/segmentation/schemes/tiers/edit")
    form = {**THRESHOLDS, "title_en": "Levels", "version": seen, "class-core-en": "Heart"}

    first = save(admin, "/segmentation/schemes/tiers/edit", form)
    second = save(admin, "/segmentation/schemes/tiers/edit", {**form, "title_en": "Late"})

    assert (first.status_code, second.status_code) == (302, 412)
    page = text(admin.read("/segmentation/schemes/tiers"))
    assert "Levels" in page
    assert "Heart" in page


def test_the_mapping_between_the_schemes_is_edited(town: Town, admin: Person) -> None:
    trading(town)
    form = {
        "title_en": "Four", "map-core": "key", "map-important": "key",
        "map-potential": "general", "map-general": "general",
    }  # fmt: skip

    answer = save(admin, "/segmentation/schemes/four/edit", form)

    assert answer.status_code == 302, answer.text[-1500:]
    town.refresh()
    town.run("rebuild", town.now)
    with town.platform.database.read() as session:
        scheme = domain.get_scheme(session, "four")
        assert [size.customers for size in sizes(session, scheme)] == [1, 0, 0, 3]
    refused = save(admin, "/segmentation/schemes/four/edit", {**form, "map-core": STRANGE})
    assert refused.status_code == 422
    assert STRANGE not in refused.text


def test_a_treatment_is_changed_for_the_whole_class_and_the_old_one_kept(
    town: Town, admin: Person
) -> None:
    trading(town)
    form = {
        "title_en": "Core", "title_zh": "核心客户", "service_level": STRANGE, "offer_band": "A+",
        "cadence_days": "7", "preferred_channel": "phone", "looked_after_by": "",
    }  # fmt: skip

    answer = save(admin, "/segmentation/schemes/tiers/classes/core", form)

    assert answer.status_code == 302, answer.text[-1500:]
    page = admin.get("/segmentation/schemes/tiers").text
    assert "every 7 days" in page
    assert "Personal adviser" in page
    assert "&lt;script&gt;" in page
    assert STRANGE not in page
    with town.platform.database.read() as session:
        member = treatments.get_class(session, domain.get_scheme(session, "tiers"), "core")
        now, before = treatments.treatment_history(session, member)
        assert (now.cadence_days, now.looked_after_by) == (7, None)
        assert before.service_level == "Personal adviser"


def test_a_cadence_that_is_none_is_told_at_its_field(town: Town, admin: Person) -> None:
    trading(town)
    form = {"title_en": "Core", "cadence_days": "soon"}

    answer = save(admin, "/segmentation/schemes/tiers/classes/core", form)

    assert answer.status_code == 422
    assert 'id="field-cadence_days-error"' in answer.text


def test_another_scheme_becomes_primary_and_the_first_goes_to_the_archive(
    town: Town, admin: Person
) -> None:
    trading(town)

    assert admin.send("/segmentation/schemes/tiers/archive").status_code == 409
    assert admin.send("/segmentation/schemes/four/primary").status_code == 302
    assert admin.send("/segmentation/schemes/tiers/primary").status_code == 302
    assert admin.send("/segmentation/schemes/four/archive").status_code == 302
    assert "Four classes" not in text(admin.read("/segmentation/schemes"))
    assert "Four classes" in text(admin.read("/segmentation/schemes?state=archived"))
    assert admin.send("/segmentation/schemes/four/restore").status_code == 302
    assert "Four classes" in text(admin.read("/segmentation/schemes"))


def test_a_scheme_by_rules_is_made_and_its_classes_filled(town: Town, admin: Person) -> None:
    trading(town)
    lines = "big | Big | 大\nsmall | Small | 小"
    made = admin.send(
        "/segmentation/schemes/new-scheme",
        {"kind": "rules", "key": "size", "title_en": "Size", "lines": lines},
    )
    big = {
        "title_en": "Big", **condition("attribute:segmentation.observed_value", "gte", "100"),
    }  # fmt: skip
    assert made.status_code == 302, made.text[-1500:]
    form = admin.read("/segmentation/schemes/size/classes/big")
    assert 'id="conditions"' in form

    filled = save(admin, "/segmentation/schemes/size/classes/big", big)

    assert filled.status_code == 302, text(filled.text)[:1500]
    town.refresh()
    town.run("build", town.now)
    town.run("rebuild", town.now)
    with town.platform.database.read() as session:
        scheme = domain.get_scheme(session, "size")
        assert [size.customers for size in sizes(session, scheme)] == [2, 2]


def test_a_class_is_added_moved_and_removed(town: Town, admin: Person) -> None:
    trading(town)
    lines = "big | Big\nmiddle | Middle\nsmall | Small"
    admin.send(
        "/segmentation/schemes/new-scheme",
        {"kind": "rules", "key": "size", "title_en": "Size", "lines": lines},
    )

    def keys() -> list[str]:
        with town.platform.database.read() as session:
            return [s.member.key for s in sizes(session, domain.get_scheme(session, "size"))]

    admin.send("/segmentation/schemes/size/classes/middle/move", {"to": "up"})
    assert keys() == ["middle", "big", "small"]
    admin.send("/segmentation/schemes/size/classes/big/remove")
    assert keys() == ["middle", "small"]
    assert admin.send("/segmentation/schemes/size/classes/small/remove").status_code == 409
    york = condition("attribute:customers.city", "eq", "York")
    tiny = {"key": "tiny", "title_en": "Tiny", **york}
    added = save(admin, "/segmentation/schemes/size/new-class", tiny)
    assert added.status_code == 302, text(added.text)[:1500]
    assert keys() == ["middle", "tiny", "small"]


FORMS = (
    {"kind": "rules", "key": "x y", "title_en": "X", "lines": "a | A\nb | B"},
    {"kind": "rules", "key": "x", "title_en": "", "lines": "a | A\nb | B"},
    {"kind": "rules", "key": "x", "title_en": "X", "lines": "a|b|c|d\ne"},
    {"kind": "rules", "key": "x", "title_en": "X", "lines": ""},
    {"kind": "mapped", "key": "x", "title_en": "X", "lines": "a | A", "of": "nothing"},
    {"kind": "mapped", "key": "x", "title_en": "X", "lines": "a | A"},
    {"kind": "mapped", "key": "x", "title_en": STRANGE, "lines": "a|b|c|d", "of": "tiers"},
    {"kind": STRANGE, "key": "tiers", "title_en": "X", **THRESHOLDS},
)


def test_what_is_no_scheme_is_refused_with_the_form_again(town: Town, admin: Person) -> None:
    trading(town)

    for form in FORMS:
        answer = admin.send("/segmentation/schemes/new-scheme", form)
        assert answer.status_code in (409, 422), form
        assert 'id="scheme-form"' in answer.text, form
        assert STRANGE not in answer.text, form


def test_a_scheme_after_an_unknown_one_comes_back_as_typed(town: Town, admin: Person) -> None:
    trading(town)
    typed = {"kind": "mapped", "title_zh": "四级", "lines": "甲\n乙", "of": "nothing"}

    answer = admin.send("/segmentation/schemes/new-scheme", typed)

    assert answer.status_code == 422
    assert 'id="field-of-error"' in answer.text
    assert "Choose the scheme that this one follows." in answer.text
    assert 'value="四级"' in answer.text
    assert "甲\n乙</textarea>" in answer.text


def test_titles_alone_make_a_scheme_and_its_keys_can_be_read(town: Town, admin: Person) -> None:
    trading(town)
    typed = {"kind": "rules", "title_zh": "门店客户", "lines": "老客户\nNew｜新客户\nNew | 其他"}

    for key in ("men_dian_ke_hu", "men_dian_ke_hu_2"):
        made = admin.send("/segmentation/schemes/new-scheme", typed)
        assert made.location == f"/segmentation/schemes/{key}", text(made.text)[:900]
    with town.platform.database.read() as session:
        scheme = domain.get_scheme(session, "men_dian_ke_hu")
        classes = [(one.key, one.title_en, one.title_zh) for one in classes_of(session, scheme)]
    assert classes == [
        ("lao_ke_hu", "老客户", "老客户"), ("new", "New", "新客户"), ("new_2", "New", "其他"),
    ]  # fmt: skip


def test_new_tiers_have_a_potential_that_tells_customers_apart(town: Town, admin: Person) -> None:
    """No app foretells what customers will bring; how lately they bought stands in."""
    trading(town)

    page = admin.read("/segmentation/schemes/new-scheme")

    assert 'value="segmentation.rfm_r" selected' in page


def test_ready_classifications_are_taken_over(town: Town, admin: Person) -> None:
    answer = admin.send("/segmentation/schemes/ready-made/retail")

    assert answer.status_code == 302
    assert "Buying habits" in text(admin.read("/segmentation/schemes"))
    assert admin.send("/segmentation/schemes/ready-made/retail").status_code == 409
    assert admin.send("/segmentation/schemes/ready-made/nothing").status_code == 404


def test_a_scheme_that_is_none_is_not_found(town: Town, admin: Person) -> None:
    trading(town)

    for path in ("nothing", "nothing/edit", "tiers/classes/nothing", "four/new-class", "..%2f"):
        assert admin.get(f"/segmentation/schemes/{path}").status_code in (404, 409), path


def test_a_key_account_says_why_and_is_decided_by_hand(town: Town, admin: Person) -> None:
    ids = trading(town)
    assert names(admin.read("/segmentation/key-accounts")) == ["Ann"]
    assert "in class Core of Tiers" in text(admin.read("/segmentation/key-accounts"))

    form = [("customer_id", ids["Cy"]), ("decision", "yes"), ("reason", STRANGE)]
    admin.send("/segmentation/key-accounts", form)
    against = {"decision": "no", "reason": "Moves away", "back": "/segmentation/key-accounts"}
    admin.send(f"/segmentation/key-accounts/{ids['Ann']}", against)

    page = admin.get("/segmentation/key-accounts").text
    assert names(page) == ["Cy", "Ann"]
    assert "&lt;script&gt;" in page
    assert "Excluded by hand" in page
    admin.send(f"/segmentation/key-accounts/{ids['Ann']}/forget", {"back": "/"})
    with town.platform.database.read() as session:
        assert key_flag(session, ids["Ann"], "class:tiers/core").is_key


def test_a_decision_about_nobody_or_without_a_reason_comes_back_as_typed(
    town: Town, admin: Person
) -> None:
    ids = trading(town)
    typed = {"customer_query": "mar", "decision": "no", "reason": "Because of Marsh"}

    for form in (
        {**typed},
        {**typed, "customer_id": "no id"},
        {**typed, "customer_id": str(UUID(int=7))},
        {**typed, "customer_id": ids["Cy"], "reason": " "},
    ):
        answer = admin.send("/segmentation/key-accounts", form)
        assert answer.status_code == 422, form
        dialog = answer.text[answer.text.index('id="decide"') :]
        assert " open data-dialog-shown>" in dialog[:120], form
        assert 'value="mar"' in dialog
        assert re.search('value="no"[^>]* checked', dialog), form
        assert "form-error" in dialog, form
        assert ("Because of Marsh" in dialog) == ("Marsh" in form["reason"])
        assert (f'value="{ids["Cy"]}" checked' in dialog) == (form.get("customer_id") == ids["Cy"])
    assert names(admin.read("/segmentation/key-accounts")) == ["Ann"]


def test_a_decision_on_the_page_of_a_customer_comes_back_without_a_reason(
    town: Town, admin: Person
) -> None:
    ids = trading(town)

    answer = admin.send(
        f"/segmentation/key-accounts/{ids['Cy']}", {"decision": "yes", "reason": "\t "}
    )

    assert answer.status_code == 422
    assert "Say why, in at most 500 characters." in answer.text
    assert 'id="key-account" aria-labelledby="key-account-title" open' in answer.text


def test_a_seller_sees_and_decides_about_their_own_customers(town: Town, seller: Person) -> None:
    ids = trading(town, Bo=seller.user_id)

    assert names(seller.read("/segmentation/key-accounts")) == []
    decision = {"decision": "yes", "reason": "Mine"}
    assert seller.send(f"/segmentation/key-accounts/{ids['Ann']}", decision).status_code == 404
    assert seller.send(f"/segmentation/key-accounts/{ids['Bo']}", decision).status_code == 302
    assert names(seller.read("/segmentation/key-accounts")) == ["Bo"]
    assert seller.get(f"/segmentation/customers/{ids['Ann']}").status_code == 404
    assert seller.get(f"/segmentation/customers/{ids['Bo']}").status_code == 200


def test_one_customer_in_full(town: Town, admin: Person) -> None:
    ids = trading(town)

    page = text(admin.read(f"/segmentation/customers/{ids['Ann']}"))

    assert "Purchases 3 × £1,500.00" in page
    assert "Key account" in page
    assert "Champions" in page
    assert "sorted for the first time" in page
    assert admin.get(f"/segmentation/customers/{new_id()}").status_code == 404


def test_the_panel_shows_class_scores_and_both_values(town: Town, admin: Person) -> None:
    ids = trading(town)

    page = text(admin.read(f"/customers/{ids['Ann']}"))

    assert "Value and class" in page
    assert "Personal adviser" in page
    assert "Total value unknown observed £1,500.00, future unknown" in page
    assert "Net value £1,500.00" in page


def test_the_panel_is_for_those_who_may_look(
    town: Town, somebody: Callable[..., Person], factories: Factories
) -> None:
    allow(factories, "staff", "customers.view")
    staff = somebody("staff")
    ids = trading(town, Bo=staff.user_id)

    page = staff.read(f"/customers/{ids['Bo']}")

    assert "Value and class" not in page
    assert "Personal adviser" not in page


def test_the_home_page_counts_classes_within_sight(
    town: Town, admin: Person, seller: Person
) -> None:
    trading(town, Bo=seller.user_id)
    town.deliver()

    assert "Core 1 25%" in text(admin.read("/"))
    mine = text(seller.read("/"))
    assert "Core 0 0%" in mine
    assert "Potential 1 100%" in mine


def test_the_timeline_tells_of_a_change_of_class(town: Town, admin: Person) -> None:
    """Di buys for so much that she becomes the best customer."""
    ids = trading(town)
    town.deliver()
    town.buy(ids["Di"], town.now, "9000")
    later = town.now.replace(hour=23)
    town.run("rebuild", later)
    with town.platform.database.read() as session:
        assert standings(session, ids["Di"])[0].member.key == "core"
        assert rfm.score_of(session, ids["Di"]) is not None

    page = text(admin.read(f"/touchpoints/of/{ids['Di']}"))

    assert "Tiers: now Core" in page
