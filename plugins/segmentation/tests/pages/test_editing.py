"""Making and changing segments with the form; the parts that it draws anew."""

from collections.abc import Callable

from plugins.segmentation.tests.clients import Person, allow, fields
from plugins.segmentation.tests.membership.town import Town, bought, lives_in, rule

from guanxi.testkit.factories import Factories
from guanxi_segmentation.membership import segments
from guanxi_segmentation.models import Segment
from guanxi_segmentation.ready import READY

NEW = "/segmentation/segments/new"
BUILDER = "/segmentation/segments/builder"
PREVIEW = "/segmentation/segments/preview"
CITY = [
    ("r-match", "all"),
    ("r.0-what", "attribute:customers.city"),
    ("r.0-was", "attribute:customers.city"),
    ("r.0-is", "eq"),
    ("r.0-value", "York"),
    ("r.0-missing", "no"),
]
STRANGE = '"><img src=x onerror=alert(1)>'


def stored(town: Town, key: str) -> Segment:
    with town.platform.database.read() as session:
        return segments.get(session, key)


def test_every_template_can_be_taken_as_it_is(town: Town, admin: Person) -> None:
    assert all(one.title.en in admin.read("/segmentation/segments/ready") for one in READY)

    for one in READY:
        sent = fields(admin.get(f"{NEW}?ready={one.key}").text)
        checks = [("r.0-kind", "purchase")] if one.key == "regulars" else []
        answer = admin.send(NEW, [*sent, *checks])
        assert answer.status_code == 302, (one.key, answer.text)

    town.run("build", town.now)
    assert stored(town, "regular_buyers").rule == rule(
        {**bought(2, within="P90D"), "touchpoints": {"kind": ["purchase"]}}
    )


def test_a_segment_is_made_with_the_form(town: Town, admin: Person) -> None:
    ann = town.person("Ann", city="York")

    answer = admin.send(NEW, [("title_zh", "约克客户"), ("announce", "1"), *CITY])
    town.run("build", town.now)

    assert answer.location == "/segmentation/segments/yue_ke_ke_hu"
    assert town.members("yue_ke_ke_hu") == {ann}
    assert stored(town, "yue_ke_ke_hu").rule == rule(lives_in("York"))
    assert stored(town, "yue_ke_ke_hu").title_en == "约克客户"


def test_what_is_wrong_stands_at_its_condition_and_nothing_is_lost(
    town: Town, admin: Person
) -> None:
    wrong = [("r.1-what", "attribute:customers.revenue"), ("r.1-is", "gte"), ("r.1-value", "lots")]

    answer = admin.send(NEW, [("title_en", STRANGE), *CITY, *wrong])

    assert answer.status_code == 422
    place = answer.text.index('id="r-1-note"')
    assert "A number is needed here, not lots." in answer.text[place : place + 400]
    assert 'href="#r-1"' in answer.text
    assert 'value="York"' in answer.text
    assert STRANGE not in answer.text
    assert town.platform is not None


def test_incomplete_conditions_and_titles_are_asked_for(town: Town, admin: Person) -> None:
    empty = admin.send(NEW, [("title_en", "A"), ("r-match", "all"), ("r.0-what", "")])
    untitled = admin.send(NEW, CITY)
    taken = [admin.send(NEW, [("title_en", "A"), ("key", "a"), *CITY]) for _ in range(2)][1]

    assert empty.status_code == 422
    assert "Choose what the condition is about." in empty.text
    assert untitled.status_code == 422
    assert "Give it a title." in untitled.text
    assert taken.status_code == 409
    assert "There is a segment a already." in taken.text


def test_a_change_that_somebody_else_was_faster_with_is_refused(town: Town, admin: Person) -> None:
    town.built("yorkers", lives_in("York"))
    path = "/segmentation/segments/yorkers/edit"
    sent = fields(admin.get(path).text)
    with town.write() as session:
        segments.change(session, "yorkers", {"title_en": "Others"}, now=town.now)

    answer = admin.send(
        path, [pair for pair in sent if pair[0] != "title_en"] + [("title_en", "x")]
    )

    assert answer.status_code == 412
    assert "Somebody changed this segment since you read it." in answer.text
    assert stored(town, "yorkers").title_en == "Others"


def test_a_changed_rule_is_a_new_version(town: Town, admin: Person) -> None:
    town.built("yorkers", lives_in("York"))
    path = "/segmentation/segments/yorkers/edit"
    sent = [("r.0-value", "Bath") if n == "r.0-value" else (n, v)
            for n, v in fields(admin.get(path).text)]  # fmt: skip

    assert admin.send(path, sent).status_code == 302
    assert stored(town, "yorkers").rule == rule(lives_in("Bath"))
    assert stored(town, "yorkers").rule_version == 2


def test_a_list_is_made_by_hand(town: Town, admin: Person) -> None:
    assert "Conditions" not in admin.read(f"{NEW}?by=hand")

    answer = admin.send(NEW, {"title_en": "Guests", "by": "hand"})

    assert answer.location == "/segmentation/segments/guests/adjustments"
    assert stored(town, "guests").kind == "static"


def test_buttons_redraw_the_conditions(admin: Person) -> None:
    added = admin.send(BUILDER, [*CITY, ("act", "add:r")], htmx=True)
    chosen = [("r.0-what", "touchpoints:last"), ("r-match", "none")]
    measured = admin.send(BUILDER, chosen, htmx=True)
    strange = admin.send(BUILDER, [*CITY, ("act", "burn:r.9.9")], htmx=True)

    assert added.headers["HX-Trigger-After-Settle"] == "rule-changed"
    assert 'name="r.1-what"' in added.text
    assert 'value="York"' in added.text
    assert "<html" not in added.text
    assert 'value="older_than"' in measured.text
    assert 'value="none" selected' in measured.text
    assert 'name="r.0-value"' in strange.text


def test_without_a_script_a_button_brings_the_whole_page(admin: Person) -> None:
    page = admin.send(BUILDER, [("title_en", "Mine"), *CITY, ("act", "add:r")])

    assert page.status_code == 200
    assert "<html" in page.text
    assert 'value="Mine"' in page.text
    assert 'name="r.1-what"' in page.text


def test_the_preview_counts_samples_and_says_the_rule_in_words(town: Town, admin: Person) -> None:
    town.person("Ann", city="York")
    town.person("Bo", city="Bath")

    page = admin.send(PREVIEW, CITY, htmx=True).text

    assert ">Ann</a>" in page
    assert ">Bo</a>" not in page
    assert '<p class="preview-count" role="status">1 ' in page
    assert "York" in page


def test_the_preview_tells_what_is_missing_and_what_is_wrong(town: Town, admin: Person) -> None:
    missing = admin.send(PREVIEW, [("r-match", "all"), ("r.0-what", "")], htmx=True).text
    wrong = admin.send(PREVIEW, [*CITY[:3], ("r.0-is", "in"), ("r.0-lines", "x" * 300)], htmx=True)
    strange = admin.send(PREVIEW, [*CITY[:4], ("r.0-value", STRANGE)], htmx=True)

    assert "1 condition is not complete yet." in missing
    assert "form-error" in wrong.text
    assert 'id="r-0-note"' in wrong.text
    assert strange.status_code == 200
    assert STRANGE not in strange.text


def test_staff_count_only_their_own_customers(
    town: Town, somebody: Callable[..., Person], factories: Factories
) -> None:
    allow(factories, "staff", "segmentation.view", "segmentation.manage")
    li = somebody("staff")
    town.person("Mine", city="York", owner_id=li.user_id)
    town.person("Other", city="York")

    page = li.send(PREVIEW, CITY, htmx=True).text

    assert ">Mine</a>" in page
    assert "Other" not in page
    assert 'role="status">1 ' in page


def test_a_segment_in_use_by_itself_is_not_offered(town: Town, admin: Person) -> None:
    town.built("yorkers", lives_in("York"))
    form = [("own_key", "yorkers"), ("r-match", "all"), ("r.0-what", "segment")]

    assert 'value="yorkers"' not in admin.send(BUILDER, form, htmx=True).text
    assert 'value="yorkers"' in admin.send(BUILDER, form[1:], htmx=True).text


def test_a_hundred_groups_in_each_other_are_cut_off(admin: Person) -> None:
    deep = [("r" + ".0" * depth + "-match", "all") for depth in range(100)]

    assert admin.send(BUILDER, deep, htmx=True).status_code == 200
    assert admin.send(NEW, [("title_en", "A"), *deep]).status_code == 422
