"""The customer's page, the forms and the small changes, as a person at a browser meets them."""

import re
from html import unescape
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import event, select
from sqlalchemy.orm import Session
from tests.customers.conftest import Make, Write
from tests.touchpoints.conftest import Browser, browser

from guanxi import audit
from guanxi.customers.domain.custom_fields import create_field
from guanxi.customers.domain.lookup import find_by_identity, identities_of
from guanxi.customers.domain.matching import find_changed
from guanxi.customers.domain.memberships import add_member, people_of
from guanxi.customers.models import Customer, CustomerConsent
from guanxi.db import Database
from guanxi.ids import new_id
from guanxi.platform import Platform
from guanxi.privacy.domain.erasing import erase_person
from guanxi.testkit.factories import Factories
from guanxi.testkit.fixtures import NOW

__all__ = ["browser"]
FORM = {"kind": "person", "family_name": "张", "given_name": "三", "name_order": "eastern"}
QUERIES = 15


def only(session: Session) -> Customer:
    """Return the one customer there is."""
    return session.scalars(select(Customer)).one()


def hidden(page: str, name: str) -> str:
    """Return the value of a hidden input."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found is not None, name
    return unescape(found[1])


def test_the_form_creates_a_customer_and_leads_to_the_page(
    browser: Browser, session: Session
) -> None:
    answer = browser.send(
        "/customers/new",
        {**FORM, "email": "San@example.com", "tags": "vip，新客户", "birthday": "1984-05-17"},
    )

    made = only(session)
    assert (answer.status_code, answer.location) == (302, f"/customers/{made.id}")
    assert (made.display_name, made.tags) == ("张三", ["vip", "新客户"])
    page = browser.get(answer.location).text
    assert "张三" in page
    assert "San@example.com" in page


def test_the_form_comes_back_with_what_is_wrong_and_what_was_typed(
    browser: Browser, session: Session
) -> None:
    answer = browser.send("/customers/new", {**FORM, "email": "nonsense", "city": "York"})

    assert answer.status_code == 422
    assert "This is no e-mail address." in answer.text
    assert 'value="York"' in answer.text
    assert session.scalars(select(Customer)).all() == []


def test_somebody_who_seems_to_be_there_is_shown_first(
    browser: Browser, make: Make, write: Write, session: Session
) -> None:
    known = make("张三", phone="+8613800138000")
    with write() as tx:
        find_changed(tx, now=NOW)
    same = {**FORM, "email": "other@example.com"}

    asked = browser.send("/customers/new", same)
    insisted = browser.send("/customers/new", {**same, "anyway": "1"})

    assert asked.status_code == 409
    assert f"/customers/{known}" in asked.text
    assert insisted.status_code == 302
    assert len(session.scalars(select(Customer)).all()) == 2


def test_saving_keeps_what_somebody_else_changed_in_other_fields(
    browser: Browser, make: Make, session: Session
) -> None:
    made = make("张三", city="Leeds", note="Tea")
    was = hidden(browser.get(f"/customers/{made}/edit").text, "was")
    first = {**FORM, "was": was, "city": "York", "note": "Tea"}
    second = {**FORM, "was": was, "city": "Leeds", "note": "Coffee"}

    answers = [browser.send(f"/customers/{made}/edit", form) for form in (first, second)]

    assert [answer.status_code for answer in answers] == [302, 302]
    customer = only(session)
    assert (customer.city, customer.note) == ("York", "Coffee")


def test_saving_what_somebody_else_changed_shows_both_values(
    browser: Browser, make: Make, session: Session
) -> None:
    made = make("张三", city="Leeds")
    path = f"/customers/{made}/edit"
    was = hidden(browser.get(path).text, "was")
    browser.send(path, {**FORM, "was": was, "city": "York"})

    contested = browser.send(path, {**FORM, "was": was, "city": "Hull"})
    again = browser.send(path, {**FORM, "was": hidden(contested.text, "was"), "city": "Hull"})

    assert contested.status_code == 409
    assert "“York”" in contested.text
    assert 'value="Hull"' in contested.text
    assert again.status_code == 302
    assert only(session).city == "Hull"


def test_custom_fields_are_in_the_form_by_their_type(
    browser: Browser, write: Write, session: Session
) -> None:
    with write() as tx:
        create_field(tx, "vip", "boolean", {"title_en": "Important", "title_zh": "重要"})
        sizes = {"title_en": "Sizes", "title_zh": "尺码", "choices": ["S", "M"]}
        create_field(tx, "sizes", "choices", sizes)
    assert "Important" in browser.get("/customers/new").text

    browser.send("/customers/new", {**FORM, "custom.vip": "1", "custom.sizes": ["S", "M"]})

    assert only(session).custom == {"vip": True, "sizes": ["S", "M"]}


@pytest.fixture
def colleague(app: Flask, database: Database, factories: Factories) -> tuple[Browser, UUID]:
    """A colleague at a browser who sees only their own customers, and their id."""
    user = factories.user("staff")
    return Browser(app, database, user), user


def test_a_sensitive_field_is_masked_and_survives_the_form_of_who_may_not_see_it(
    colleague: tuple[Browser, UUID], make: Make, write: Write, session: Session
) -> None:
    with write() as tx:
        titles = {"title_en": "Income", "title_zh": "收入", "sensitive": True}
        create_field(tx, "income", "money", titles)
    staff, user = colleague
    made = make("张三", owner_id=user, custom={"income": "98765"})

    shown = staff.get(f"/customers/{made}").text
    form = staff.get(f"/customers/{made}/edit").text
    staff.send(f"/customers/{made}/edit", {**FORM, "was": hidden(form, "was"), "city": "York"})

    assert "98765" not in shown + form + staff.get(f"/customers/{made}/history").text
    assert "••••" in shown
    customer = only(session)
    assert (customer.city, customer.custom) == ("York", {"income": "98765"})


def test_small_changes_are_made_on_the_page(browser: Browser, make: Make, session: Session) -> None:
    made = make("张三")
    path = f"/customers/{made}"

    browser.send(f"{path}/identities", {"kind": "phone", "value": "+44 20 7946 0018"})
    browser.send(f"{path}/consent", {"channel": "email", "purpose": "marketing", "given": "1"})
    browser.send(f"{path}/close", {"reason": "Moved away"})

    assert find_by_identity(session, "phone", "", "+442079460018") == made
    assert session.scalars(select(CustomerConsent.given)).all() == [True]
    page = browser.get(path).text
    assert "Moved away" in page
    assert only(session).status == "closed"
    browser.send(f"{path}/reopen", {"occasion": "contact", "note": "Called"})
    session.expire_all()
    assert only(session).status == "active"


def test_a_small_change_that_fails_says_so_on_the_page_and_leaves_nothing(
    browser: Browser, make: Make, session: Session
) -> None:
    make("Ann", email="ann@example.com")
    made = make("张三")

    answer = browser.send(
        f"/customers/{made}/identities", {"kind": "email", "value": "ann@example.com"}
    )

    assert answer.status_code == 409
    assert "belongs to another customer already" in answer.text
    assert "张三" in answer.text
    assert identities_of(session, [made])[made] == []


def test_an_identity_is_checked_and_removed(browser: Browser, make: Make, session: Session) -> None:
    made = make("张三", email="san@example.com")
    (one,) = identities_of(session, [made])[made]
    path = f"/customers/{made}/identities/{one.id}"

    browser.send(f"{path}/verified", {"verified": "1"})
    session.expire_all()
    assert identities_of(session, [made])[made][0].verified

    browser.send(f"{path}/remove")
    assert identities_of(session, [made])[made] == []


def test_a_person_joins_an_organisation_found_by_name(
    browser: Browser, make: Make, session: Session
) -> None:
    person, acme = make("张三"), make("Acme Tools", kind="organisation")
    make("Acme the person")

    page = browser.get(f"/customers/{person}?member=acme").text
    answer = browser.send(f"/customers/{person}/members", {"other_id": str(acme), "role": "Buyer"})

    assert f'value="{acme}"' in page
    assert "Acme the person" not in page
    assert answer.status_code == 302
    (member,) = people_of(session, acme)
    assert (member.customer_id, member.role) == (person, "Buyer")
    browser.send(f"/customers/{acme}/members/{member.membership_id}/remove")
    assert people_of(session, acme) == []


def test_the_address_of_a_merged_customer_leads_to_the_one_it_became(
    browser: Browser, make: Make
) -> None:
    kept, merged = make("张三"), make("San Zhang")

    answer = browser.send(f"/customers/{kept}/merge/{merged}", {"choice.name": "merged"})

    assert answer.location == f"/customers/{kept}"
    assert browser.get(f"/customers/{merged}").location == f"/customers/{kept}"
    assert "San Zhang" in browser.get(f"/customers/{kept}").text


def test_the_page_takes_a_bounded_number_of_queries(
    browser: Browser, platform: Platform, make: Make, write: Write
) -> None:
    person = make("张三", email="a@example.com", phone="+8613800138000", tags=("vip",))
    for number in range(5):
        acme = make(f"Acme {number}", kind="organisation")
        with write() as tx:
            add_member(tx, person, acme, None, now=NOW)
    browser.get(f"/customers/{person}")
    seen: list[str] = []

    def note(_c: object, _cur: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(platform.database.engine, "before_cursor_execute", note)
    browser.get(f"/customers/{person}")

    assert len(seen) <= QUERIES, "\n".join(seen)


@pytest.mark.parametrize("path", ["", "/edit", "/history", "/consents", "/merge", "/merge/{other}"])
def test_pages_of_a_customer_out_of_sight_are_not_there(
    app: Flask, database: Database, factories: Factories, make: Make, path: str
) -> None:
    hidden_one, other = make("张三"), make("李四")
    lead = Browser(app, database, factories.user("team_lead"))

    answer = lead.get(f"/customers/{hidden_one}{path.format(other=other)}")

    assert answer.status_code == 404
    assert "张三" not in answer.text


def test_an_erased_customer_has_a_page_without_a_name(
    browser: Browser, make: Make, write: Write
) -> None:
    made = make("张三")
    with write() as tx:
        erase_person(tx, made, now=NOW)

    page = browser.get(f"/customers/{made}")

    assert page.status_code == 200
    assert "Erased customer" in page.text
    assert "张三" not in page.text


def test_the_history_tells_of_a_copy_of_the_data_without_its_number(
    browser: Browser, make: Make, write: Write
) -> None:
    made: UUID = make("张三")
    request = new_id()
    with write() as tx:
        after = {"request": request}
        audit.record(tx, "privacy.export_requested", ("customer", made), after=after)

    page = browser.get(f"/customers/{made}/history").text

    assert "Copy of the data asked for" in page
    assert str(request) not in page


def test_the_history_tells_who_set_which_value(browser: Browser, make: Make) -> None:
    made: UUID = make("张三", city="Leeds")
    form = browser.get(f"/customers/{made}/edit").text
    browser.send(f"/customers/{made}/edit", {**FORM, "was": hidden(form, "was"), "city": "York"})

    page = browser.get(f"/customers/{made}/history").text

    assert "Leeds" in page
    assert "York" in page
    assert "Grace" in page
