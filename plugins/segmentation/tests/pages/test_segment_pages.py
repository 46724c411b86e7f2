"""Segments in the web: the list, one segment, its members, and what is done with it."""

import re
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import unquote
from uuid import UUID

from flask import Flask
from plugins.segmentation.tests.clients import Person, allow, fields, flashes, names
from plugins.segmentation.tests.membership.town import Town, bought, lives_in, rule
from sqlalchemy import select, update

from guanxi.access.models import Role
from guanxi.exports.models import Export
from guanxi.ids import new_id
from guanxi.platform import Platform
from guanxi.testkit.clients import ApiClient
from guanxi.testkit.factories import Factories
from guanxi_segmentation.membership import pins, segments
from guanxi_segmentation.membership.drafts import SegmentDraft
from guanxi_segmentation.models import Membership, Segment

DAY = timedelta(days=1)
STRANGE = '<script>alert("1")</script>'


def test_the_list_tells_title_members_and_state(town: Town, admin: Person) -> None:
    town.person("Ann", city="York")
    town.built("yorkers", lives_in("York"))
    town.segment("later", lives_in("Bath"))

    page = admin.read("/segmentation/")

    assert page.index(">Later<") < page.index(">Yorkers<")
    assert "Being built" in page
    assert "Up to date" in page


def test_an_empty_list_says_what_to_do_next(admin: Person) -> None:
    page = admin.read("/segmentation/")

    assert "No segments yet" in page
    assert "/segmentation/segments/ready" in page


def test_the_list_is_searched_and_filtered(town: Town, admin: Person) -> None:
    town.built("yorkers", lives_in("York"))
    town.segment("guests", None)
    town.segment("old", lives_in("Ely"))
    with town.write() as session:
        segments.archive(session, "old", now=town.now)
    wanted = {
        "q=york": ["yorkers"],
        "by=hand": ["guests"],
        "by=rule": ["yorkers"],
        "q=x": [],
        "state=archived": ["old"],
        "from=7": [],
        "from=-7": ["yorkers", "guests"],
    }

    pages = {query: admin.read(f"/segmentation/?{query}") for query in wanted}

    shown = {
        query: [key for key in ("yorkers", "guests", "old") if f"/segments/{key}" in page]
        for query, page in pages.items()
    }
    assert shown == wanted


def test_the_list_is_sorted_by_pinyin_by_size_and_by_the_last_change(
    town: Town, admin: Person
) -> None:
    town.person("Ann", city="York")
    town.built("yorkers", lives_in("York"))
    with town.write() as session:
        for key, title in (("b", "北京"), ("a", "安徽"), ("c", "Cairo")):
            draft = SegmentDraft(title, title, key, rule=rule(lives_in(key)))
            segments.create(session, draft, now=town.now)
    with town.write(town.now + DAY) as session:
        segments.change(session, "b", {"description": "x"}, now=town.now + DAY)
    admin.speaks("zh")

    pages = {sort: admin.read(f"/segmentation/?sort={sort}") for sort in ("", "members", "changed")}

    shown = {
        sort: re.findall(r'href="/segmentation/segments/(\w+)">[^<]', page)
        for sort, page in pages.items()
    }
    assert shown == {
        "": ["a", "b", "c", "yorkers"],
        "members": ["yorkers", "a", "b", "c"],
        "changed": ["b", "a", "c", "yorkers"],
    }
    assert "4 个细分" in pages[""]


def test_a_segment_shows_its_members_with_the_usual_columns(town: Town, admin: Person) -> None:
    town.person("Ann", city="York")
    town.person("Bo", city="Bath")
    town.built("yorkers", lives_in("York"))

    page = admin.read("/segmentation/segments/yorkers")

    assert names(page) == ["Ann"]
    assert "City is York" in page or "York" in page
    assert "segmentation.segments__has=yorkers" in page
    assert "In it since" in page


def test_members_come_page_by_page(town: Town, admin: Person) -> None:
    for number in range(53):
        town.person(f"Person {number:02}", city="York")
    town.built("yorkers", lives_in("York"))

    first = admin.read("/segmentation/segments/yorkers")
    link = first[first.index('rel="next" href="') + 17 :].split('"')[0]
    second = admin.read(unquote(link))

    assert len(names(first)) == 50
    assert names(second) == ["Person 50", "Person 51", "Person 52"]


def test_members_of_a_past_day_are_those_at_its_end(town: Town, admin: Person) -> None:
    ann = town.person("Ann", city="York", at=town.now - 9 * DAY)
    town.built("yorkers", lives_in("York"))
    with town.write() as session:
        session.execute(update(Membership).values(entered_at=town.now - 9 * DAY))
    town.change(ann, city="Bath")
    town.deliver()

    now = admin.read("/segmentation/segments/yorkers")
    day = (town.now - 3 * DAY).date()
    past = admin.read(f"/segmentation/segments/yorkers?on={day}")
    before = admin.read(f"/segmentation/segments/yorkers?on={(town.now - 20 * DAY).date()}")

    assert [names(page) for page in (now, past, before)] == [[], ["Ann"], []]
    assert "1 member at the end of" in past


def test_a_day_that_cannot_be_shows_the_present(town: Town, admin: Person) -> None:
    town.person("Ann", city="York")
    town.built("yorkers", lives_in("York"))

    for text in ("", "yesterday", "9999-12-31", "0001-01-01", STRANGE):
        assert names(admin.read(f"/segmentation/segments/yorkers?on={text}")) == ["Ann"]


def test_the_history_is_a_chart_and_a_table(town: Town, admin: Person) -> None:
    town.person("Ann", city="York")
    town.built("yorkers", lives_in("York"))

    page = admin.read("/segmentation/segments/yorkers/history?days=30")

    assert "data-chart=" in page
    assert "Show as a table" in page
    assert admin.get("/segmentation/segments/yorkers/history?days=x").status_code == 200


def test_versions_and_users_of_a_segment_are_told(town: Town, admin: Person) -> None:
    town.built("yorkers", lives_in("York"))
    town.built("others", {"segment": "yorkers", "is": "not_member"})
    with town.write() as session:
        changes = {"rule": rule(lives_in("Bath"))}
        segments.change(session, "yorkers", changes, now=town.now)

    page = admin.read("/segmentation/segments/yorkers/rule")

    assert page.index("Version 2") < page.index("Version 1")
    assert "/segmentation/segments/others" in page


def test_what_is_used_cannot_be_archived_and_says_by_what(town: Town, admin: Person) -> None:
    town.built("yorkers", lives_in("York"))
    town.built("others", {"segment": "yorkers", "is": "not_member"})

    for action in ("archive", "delete"):
        answer = admin.send(f"/segmentation/segments/yorkers/{action}")
        assert answer.location == "/segmentation/segments/yorkers/rule"
        assert "Others (others)" in flashes(admin.read(answer.location))[0]


def test_archive_restore_copy_and_delete(town: Town, admin: Person) -> None:
    town.person("Ann", city="York")
    town.built("yorkers", lives_in("York"))

    admin.send("/segmentation/segments/yorkers/archive")
    assert "Archived" in admin.read("/segmentation/segments/yorkers")
    admin.send("/segmentation/segments/yorkers/restore")
    town.run("build", town.now)
    assert names(admin.read("/segmentation/segments/yorkers")) == ["Ann"]
    copied = admin.send("/segmentation/segments/yorkers/copy")
    assert "Yorkers (copy)" in admin.read(copied.location)
    admin.send("/segmentation/segments/yorkers/delete")
    assert admin.get("/segmentation/segments/yorkers").status_code == 404


def test_a_problem_is_told_in_plain_words(town: Town, admin: Person) -> None:
    town.built("yorkers", lives_in("York"))
    with town.write() as session:
        found = segments.get(session, "yorkers")
        found.problem = {"message": "There is no segment %(key)s.", "values": {"key": STRANGE}}

    page = admin.get("/segmentation/segments/yorkers").text

    assert "There is no segment &lt;script&gt;" in page
    assert "keeps the members" in page
    assert "Needs attention" in admin.read("/segmentation/")


def test_why_tells_each_condition_with_its_value(town: Town, admin: Person) -> None:
    ann = town.person("Ann", city="York")
    town.buy(ann, town.now - 3 * DAY)
    town.built("buyers", {"op": "and", "args": [lives_in("York"), bought(2, within=None)]})

    page = admin.read(f"/segmentation/segments/buyers/why/{ann}")

    assert "is not in the segment" in page
    assert "Value: York" in page
    assert "Value: 1" in page
    assert "Was never in it." in page


def test_why_asks_for_the_customer(town: Town, admin: Person) -> None:
    ann = town.person("Ann Marsh")
    town.built("yorkers", lives_in("York"))

    page = admin.read("/segmentation/segments/yorkers/why?customer_query=marsh")

    assert f"/segmentation/segments/yorkers/why/{ann}" in page


def test_decisions_by_hand_win_and_are_told_with_their_reason(town: Town, admin: Person) -> None:
    ann, bo = town.person("Ann", city="York"), town.person("Bo", city="Bath")
    town.built("yorkers", lives_in("York"))
    address = "/segmentation/segments/yorkers/adjustments"

    admin.send(address, {"customer_id": ann, "decision": "out", "reason": "moved away"})
    admin.send(address, {"customer_id": bo, "decision": "in", "reason": STRANGE})

    assert town.members("yorkers") == {bo}
    page = admin.read(address)
    assert "moved away" in page
    assert "&lt;script&gt;" in admin.get(address).text
    assert "moved away" in admin.read(f"/segmentation/segments/yorkers/why/{ann}")
    admin.send(f"{address}/{ann}/remove")
    assert town.members("yorkers") == {ann, bo}


def test_a_pasted_list_takes_in_whom_it_names_and_tells_the_rest(town: Town, admin: Person) -> None:
    ann = town.person("Ann")
    bo = town.person("Bo")
    town.segment("guests", None)
    address = "/segmentation/segments/guests/adjustments"

    answer = admin.send(f"{address}/list", {"words": f"{ann}，{bo}\nnobody@example.com\n{STRANGE}"})

    assert town.members("guests") == {ann, bo}
    told = flashes(admin.read(answer.location))
    assert told[0] == "2 customers added."
    assert "nobody@example.com" in told[1]


def test_nothing_ticked_and_nothing_pasted_is_told(town: Town, admin: Person) -> None:
    town.segment("guests", None)
    address = "/segmentation/segments/guests/adjustments"

    assert admin.send(address, {}).status_code == 422
    assert admin.send(f"{address}/list", {"words": " ,\n"}).status_code == 422


def test_a_decision_about_who_is_not_there_comes_back_as_typed(town: Town, admin: Person) -> None:
    ann = town.person("Ann", city="York")
    town.built("yorkers", lives_in("York"))
    typed = [("decision", "out"), ("reason", "moved away"), ("customer_query", "an")]

    for nobody in (STRANGE, str(UUID(int=7))):
        sent = [*typed, ("customer_id", ann), ("customer_id", nobody)]
        answer = admin.send("/segmentation/segments/yorkers/adjustments", sent)
        assert answer.status_code == 422
        assert "One of those you ticked is not there." in answer.text
        assert 'value="moved away"' in answer.text
        assert re.search('value="out"[^>]* checked', answer.text)
        assert f'value="{ann}" checked' in answer.text
        assert STRANGE not in answer.text
    assert town.members("yorkers") == {ann}


def test_search_offers_customers_to_tick(town: Town, admin: Person) -> None:
    ann = town.person("Ann Marsh")

    page = admin.read("/segmentation/segments/customers?customer_query=marsh")

    assert f'value="{ann}"' in page


def test_strange_keys_are_not_found(admin: Person) -> None:
    paths = ("", "/history", "/rule", "/adjustments", "/edit", "/why", f"/why/{UUID(int=0)}")
    for key in ("no_such", "held_x", "%27%3B--", "%00", "x" * 3000):
        for path in paths:
            assert admin.get(f"/segmentation/segments/{key}{path}").status_code == 404


def test_hidden_segments_have_no_page(town: Town, admin: Person) -> None:
    town.built("loyal", {"held": bought(1), "for": "P14D"})
    with town.platform.database.read() as session:
        hidden = session.scalars(select(Segment.key).where(Segment.kind == "held")).one()

    assert admin.get(f"/segmentation/segments/{hidden}").status_code == 404
    assert hidden not in admin.read("/segmentation/")


def test_staff_see_only_their_own_customers_everywhere(
    town: Town, somebody: Callable[..., Person], factories: Factories
) -> None:
    allow(factories, "staff", "segmentation.view")
    li = somebody("staff")
    mine = town.person("Mine", city="York", owner_id=li.user_id)
    other = town.person("Other", city="York")
    town.built("yorkers", lives_in("York"))
    with town.write() as session:
        for one in (mine, other):
            pins.pin(session, "yorkers", one, included=True, reason="both", now=town.now)
    start = "/segmentation/segments/yorkers"

    pages = [li.read(start), li.read(f"{start}/adjustments")]

    assert [names(page) for page in pages] == [["Mine"], ["Mine"]]
    assert "Of your customers" in pages[0]
    assert '<dd class="stat-value">1</dd>' in pages[0]
    assert li.get(f"{start}/why/{mine}").status_code == 200
    assert li.get(f"{start}/why/{other}").status_code == 404
    assert "Other" not in li.read(f"{start}/why?customer_query=other")
    assert "Other" not in li.read("/segmentation/segments/customers?customer_query=other")
    history = li.read(f"{start}/history?days=30")
    assert 'data-number="2"' not in history
    assert "1" in li.read("/segmentation/")


def test_whoever_only_looks_cannot_change(
    town: Town, somebody: Callable[..., Person], factories: Factories
) -> None:
    allow(factories, "viewer", "segmentation.view")
    viewer = somebody("viewer")
    town.built("yorkers", lives_in("York"))

    page = viewer.read("/segmentation/segments/yorkers")

    assert "/edit" not in page
    for path in ("edit", "archive", "delete", "copy", "adjustments"):
        assert viewer.send(f"/segmentation/segments/yorkers/{path}").status_code == 403


def test_everything_is_chinese_for_chinese_readers(town: Town, admin: Person) -> None:
    town.person("Ann", city="York")
    town.built("yorkers", lives_in("York"))
    admin.speaks("zh")

    page = admin.read("/segmentation/segments/yorkers")

    assert "成员" in page
    assert "Members" not in page
    assert "所在城市" in page or "城市" in page


def test_the_list_of_customers_is_filtered_by_a_segment_with_its_title(
    town: Town, admin: Person
) -> None:
    town.person("Ann", city="York")
    town.person("Bo", city="Bath")
    town.built("yorkers", lives_in("York"))

    page = admin.read("/customers/?segmentation.segments__has=yorkers")

    assert names(page) == ["Ann"]
    assert "Segments has Yorkers" in page
    form = admin.read("/customers/condition?attribute=segmentation.segments")
    assert '<option value="yorkers"' in form
    assert ">Yorkers</option>" in form


def test_the_form_fills_itself_from_the_segment_and_saves_it_unchanged(
    town: Town, admin: Person
) -> None:
    town.built("buyers", {"op": "or", "args": [lives_in("York"), bought(2)]})

    sent = fields(admin.get("/segmentation/segments/buyers/edit").text)
    answer = admin.send("/segmentation/segments/buyers/edit", sent)

    assert answer.status_code == 302
    with town.platform.database.read() as session:
        assert segments.get(session, "buyers").version == 1


def test_whoever_may_see_no_customers_sees_no_members(
    town: Town, site: Flask, segmentation: Platform, factories: Factories
) -> None:
    town.built("yorkers", lives_in("York"))
    with town.write() as session:
        role = Role(
            id=new_id(), name="blind", title_en="Blind", title_zh="无", customer_scope="all",
            built_in=False, permissions=["segmentation.view", "segmentation.manage"],
        )  # fmt: skip
        session.add(role)
    blind = Person(site, segmentation.database, factories.user("blind"))
    program = ApiClient(site, factories.token("blind"))

    assert blind.get("/segmentation/segments/yorkers").status_code == 403
    assert blind.get("/segmentation/segments/customers?customer_query=a").status_code == 403
    assert program.get("/segmentation/segments/yorkers/members").status_code == 403


def test_members_are_exported_with_the_filter_of_the_segment(town: Town, admin: Person) -> None:
    town.person("Ann", city="York")
    town.built("yorkers", lives_in("York"))
    page = admin.read("/segmentation/segments/yorkers")
    asked = {"what": "customers", "format": "csv", "segmentation.segments__has": "yorkers"}

    assert all(f'name="{name}" value="{value}"' in page for name, value in asked.items())
    assert admin.send("/exports/", asked).location == "/exports/"
    assert "yorkers" in str(exported_arguments(town))


def exported_arguments(town: Town) -> list:
    """Return what the exports that wait were asked with."""
    with town.platform.database.read() as session:
        return list(session.scalars(select(Export.arguments)))
