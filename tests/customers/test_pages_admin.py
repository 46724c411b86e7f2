"""Merging, duplicates, tags and custom fields in the browser."""

from datetime import date

from sqlalchemy import select, text
from sqlalchemy.orm import Session
from tests.customers.conftest import Make, Write
from tests.touchpoints.conftest import Browser, browser

from guanxi.customers.domain.custom_fields import all_fields
from guanxi.customers.domain.matching import find_changed
from guanxi.customers.domain.suggestions import open_suggestions
from guanxi.customers.domain.tagging import all_tags
from guanxi.customers.models import Customer, CustomerMerge
from guanxi.testkit.fixtures import NOW

__all__ = ["browser"]
BORN = date(1984, 5, 17)


def test_two_are_compared_merged_and_parted_again(
    browser: Browser, make: Make, session: Session
) -> None:
    kept, merged = make("Ann Lee", city="Leeds"), make("Anne Lee", city="York", postcode="YO1")
    found = browser.get(f"/customers/{kept}/merge?q=anne").text
    assert f"/customers/{kept}/merge/{merged}" in found
    page = browser.get(f"/customers/{kept}/merge/{merged}").text
    assert "Leeds" in page
    assert "YO1" in page

    browser.send(f"/customers/{kept}/merge/{merged}", {"choice.city": "merged"})
    assert session.get_one(Customer, kept).city == "York"
    merge_id = session.scalars(select(CustomerMerge.id)).one()
    assert "Take back" in browser.get(f"/customers/{kept}").text
    answer = browser.send(f"/customers/merges/{merge_id}/undo")

    assert answer.location == f"/customers/{merged}"
    session.expire_all()
    assert session.get_one(Customer, kept).city == "Leeds"


def test_swapping_keeps_the_other(browser: Browser, make: Make) -> None:
    one, other = make("Ann"), make("Anne")

    answer = browser.get(f"/customers/{one}/merge/{other}?swap=1")

    assert answer.location == f"/customers/{other}/merge/{one}"


def test_a_merge_that_cannot_be_is_told(browser: Browser, make: Make) -> None:
    person, acme = make("Ann"), make("Acme", kind="organisation")

    answer = browser.send(f"/customers/{person}/merge/{acme}")

    assert answer.status_code == 422
    assert "cannot be one customer" in answer.text


def test_duplicates_are_shown_with_reasons_and_dismissed(
    browser: Browser, make: Make, write: Write, session: Session
) -> None:
    one, other = make("Katherine Johnson", birthday=BORN), make("Kathrine Johnson", birthday=BORN)
    with write() as tx:
        find_changed(tx, now=NOW)

    page = browser.get("/customers/duplicates").text
    browser.send("/customers/duplicates/dismiss", {"one_id": str(one), "other_id": str(other)})

    assert "Birthday: the same" in page
    assert "Given name: the same but for a slip" in page
    assert open_suggestions(session, limit=10) == []
    assert "No duplicates found" in browser.get("/customers/duplicates").text


def test_the_search_for_duplicates_is_queued(browser: Browser, session: Session) -> None:
    browser.send("/customers/duplicates/find")

    queued = session.execute(text("SELECT task_name FROM procrastinate_jobs")).scalars().all()
    assert queued == ["customers.find_duplicates"]


def test_tags_are_coloured_renamed_and_deleted(
    browser: Browser, make: Make, session: Session
) -> None:
    made = make("Ann", tags=("VIP", "old"))

    browser.send("/customers/tags", {"name": "VIP", "colour": "red"})
    browser.send("/customers/tags/rename", {"name": "VIP", "new_name": "vip"})
    browser.send("/customers/tags/delete", {"name": "old"})
    refused = browser.send("/customers/tags/delete", {"name": "nothing"})

    assert [(tag.name, tag.colour) for tag in all_tags(session)] == [("vip", "red")]
    assert session.get_one(Customer, made).tags == ["vip"]
    assert refused.status_code == 302
    assert "There is no tag nothing" in browser.get("/customers/tags").text


def test_a_custom_field_is_made_and_archived(browser: Browser, session: Session) -> None:
    titles = {"title_en": "Size", "title_zh": "尺码", "applies_to": "both"}
    wrong = browser.send("/customers/fields/new", {**titles, "key": "Size!", "type": "text"})
    made = browser.send(
        "/customers/fields/new", {**titles, "key": "size", "type": "choice", "choices": "S\r\nM"}
    )
    browser.send(
        "/customers/fields/size", {**titles, "choices": "S\nM\nL", "archived": "1", "position": "3"}
    )

    assert wrong.status_code == 422
    assert made.status_code == 302
    (field,) = all_fields(session)
    assert (field.choices, field.archived, field.position) == (["S", "M", "L"], True, 3)
    assert "Size" in browser.get("/customers/fields").text
