"""Sets of codes at a browser: made, changed, paused; codes shown or downloaded once, looked up."""

import csv
import io
import re
from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from plugins.loyalty.tests.admin.sheets import changed, errors, fields, value_of
from plugins.loyalty.tests.pages.desk import Desk
from plugins.loyalty.tests.vouchers.shop import Shop, basket
from werkzeug.test import TestResponse

from guanxi.platform import Platform
from guanxi.sdk import new_id
from guanxi.testkit.factories import Factories
from guanxi.testkit.people import Person, allow, flashes
from guanxi_loyalty.models import CodeBatch, CodeSet
from guanxi_loyalty.rewards_jobs import make_codes
from guanxi_loyalty.vouchers.secrecy import NotUsable

LIST = "/loyalty/codes"
NEW = "/loyalty/programmes/club/codes/new"
SET = "/loyalty/programmes/club/codes/ten"
LOOK = "/loyalty/programmes/club/codes/look"
Somebody = Callable[..., Person]
WRONG = (
    ("title_en", "x" * 201),
    ("title_zh", "a\0b"),
    ("kind", "both"),
    ("effect", "magic"),
    ("value", ""),
    ("value", "0"),
    ("value", "100.01"),
    ("value", "12.345"),
    ("value", "ten"),
    ("most", "0"),
    ("most", "-5"),
    ("min_order", "1.001"),
    ("total_limit", "0"),
    ("customer_limit", "1.5"),
    ("code_limit", "9" * 40),
    ("priority", "10001"),
    ("family", "x" * 41),
    ("valid_from", "soon"),
    ("valid_to", "2026-02-30"),
    ("products", "x" * 101),
)


@pytest.fixture
def work(desk: Desk) -> Callable[..., Any]:
    """``work(lambda shop: ...)``: something done at the shop's till."""

    numbers = count()

    def done(what: Callable[[Shop], Any]) -> Any:
        with desk.writing() as session:
            return what(Shop(session, desk.now, _numbers=numbers))

    return done


@pytest.fixture
def ten(work: Callable[..., Any]) -> None:
    """A set of random codes, ten percent off."""
    work(lambda shop: shop.set(None, key="ten"))


def stored(desk: Desk) -> CodeSet:
    """Return the set made last."""
    found: CodeSet = desk.latest(CodeSet)
    return found


def make(admin: Person, count: object, batch: str | None = None, **more: object) -> TestResponse:
    """Ask for codes."""
    form = {"count": count, "length": 16, "batch": batch or new_id().hex, **more}
    return admin.send(f"{SET}/make", form)


def shown(answer: TestResponse) -> list[str]:
    """Return the codes that a page shows."""
    return re.findall(r'data-copy="([A-Z0-9-]+)"', answer.text)


def test_a_set_is_made_with_all_its_terms_and_told_in_both_languages(
    desk: Desk, admin: Person
) -> None:
    sent = changed(
        fields(admin.read(NEW)),
        title_en="Spring", title_zh="春季", effect="amount", value="5", min_order="20", most="4.50",
        products="A1\nA2", categories="tea", total_limit="100", customer_limit="1", family="spring",
        priority="7", alone="1", valid_from="2026-03-01", valid_to="2199-03-31",
    )  # fmt: skip
    sent = changed(sent, **{"except": "A9"})

    answer = admin.send(NEW, sent)

    made = stored(desk)
    page, chinese = admin.read(answer.location), admin.speaks("zh").read(LIST)
    assert (made.key, made.kind, made.value, made.most, made.min_order) == (
        "spring", "bulk", 500, 450, 2000,
    )  # fmt: skip
    assert made.conditions == {"products": ["A1", "A2"], "categories": ["tea"], "except": ["A9"]}
    assert (made.total_limit, made.customer_limit, made.alone) == (100, 1, True)
    assert made.valid_from is not None
    assert made.valid_from.isoformat() == "2026-03-01T00:00:00+00:00"
    assert all(one in page for one in ("Spring", "£5 off, at most £4.50", "A1, A2"))
    assert "春季" in chinese


def test_a_word_for_all_is_made_and_its_symbols_are_shown(desk: Desk, admin: Person) -> None:
    sent = changed(fields(admin.read(NEW)), title_en="Hello", kind="shared", value="10")

    without, taken = (admin.send(NEW, changed(sent, code=one)) for one in ("", "ab"))
    answer = admin.send(NEW, changed(sent, code="welcome"))

    assert (without.status_code, taken.status_code, answer.status_code) == (422, 422, 302)
    page = admin.read(answer.location)
    assert 'data-copy="WELCOME"' in page
    assert page.count("<svg") > page.count('<svg class="icon')
    again = admin.send(NEW, changed(sent, code="WELCOME"))
    assert (again.status_code, value_of(again.text, "code")) == (409, "WELCOME")


def test_wrong_values_are_told_at_their_fields_and_stay_typed(desk: Desk, admin: Person) -> None:
    form = changed(fields(admin.read(NEW)), title_en="Ten", title_zh="九折", value="10")

    for name, typed in WRONG:
        answer = admin.send(NEW, changed(form, **{name: typed}))
        found = answer.status_code, f"#field-{name}" in answer.text
        assert found == (422, True), (name, typed[:20])
        assert value_of(answer.text, "title_zh") == ("九折" if name != "title_zh" else typed)
    backwards = admin.send(NEW, changed(form, valid_from="2026-03-02", valid_to="2026-03-01"))
    assert (backwards.status_code, errors(backwards.text)) == (
        422, ["It would end before it begins."],
    )  # fmt: skip
    assert desk.rows("code_sets") == 0


def test_a_set_is_changed_by_who_saw_its_latest_version(
    desk: Desk, admin: Person, ten: None
) -> None:
    form = fields(admin.read(f"{SET}/edit"))

    first = admin.send(f"{SET}/edit", changed(form, total_limit="5"))
    stale = admin.send(f"{SET}/edit", changed(form, total_limit="6", title_zh="徒劳"))

    assert (first.status_code, stale.status_code) == (302, 412)
    assert "徒劳" in stale.text
    assert (stored(desk).total_limit, stored(desk).value) == (5, 1000)


def test_a_paused_set_works_no_more(
    desk: Desk, admin: Person, ten: None, work: Callable[..., Any]
) -> None:
    (code,) = work(lambda shop: shop.codes(shop.session.query(CodeSet).one()))

    admin.send(f"{SET}/state", {"state": "paused", "version": "7"})
    assert stored(desk).state == "active"
    admin.send(f"{SET}/state", {"state": "paused", "version": "1"})

    assert "Paused" in admin.read(LIST)
    with pytest.raises(NotUsable):
        work(lambda shop: shop.redeem(basket(1000), code))


def test_few_codes_are_shown_once_with_what_a_till_scans(
    desk: Desk, admin: Person, ten: None, work: Callable[..., Any]
) -> None:
    batch = new_id().hex

    first, again = make(admin, 3, batch), make(admin, 3, batch)

    codes = shown(first)
    assert (len(codes), first.text.count('role="img" aria-label="QR code"')) == (3, 3)
    assert first.headers["Cache-Control"] == "no-store"
    assert work(lambda shop: shop.redeem(basket(1000), codes[0]).quote.discount) == 100
    assert again.location == SET
    assert "nobody can see them again" in flashes(admin.read(SET))[0]
    assert desk.rows("codes") == 3
    assert not any(code.replace("-", "") in admin.read(SET) for code in codes)


def test_many_codes_are_made_in_the_background_and_downloaded_once(
    desk: Desk, admin: Person, ten: None, work: Callable[..., Any]
) -> None:
    assert make(admin, 150).status_code == 302
    assert "hx-get" in admin.read(SET)
    assert "0 of 150" in admin.read(f"{SET}/batches")
    batch = desk.latest(CodeBatch)
    fetch = f"{SET}/batches/{batch.id}/fetch"
    early = admin.send(fetch)
    with desk.writing() as session:
        make_codes(session, desk.now)

    file = admin.send(fetch)
    late = admin.send(fetch)

    assert (early.status_code, late.status_code) == (302, 302)
    rows = list(csv.reader(io.StringIO(file.data.decode("utf-8-sig"))))
    assert (file.mimetype, rows[0], len(rows)) == ("text/csv", ["Number", "Code"], 151)
    assert [row[0] for row in rows[1:]] == [str(number) for number in range(1, 151)]
    assert work(lambda shop: shop.redeem(basket(1000), rows[150][1]).quote.discount) == 100
    assert desk.rows("sealed_codes") == 0
    assert "hx-get" not in admin.read(f"{SET}/batches")


def test_a_batch_is_blocked_together_with_a_reason(
    desk: Desk, admin: Person, ten: None, work: Callable[..., Any]
) -> None:
    codes = shown(make(admin, 3))
    work(lambda shop: shop.redeem(basket(1000), codes[0]))
    block = f"{SET}/batches/{desk.latest(CodeBatch).id}/block"

    admin.send(block, {"reason": ""})
    assert desk.latest(CodeBatch).state == "fetched"
    admin.send(block, {"reason": "Printed twice"})

    assert flashes(admin.read(SET)) == ["2 codes blocked."]
    with pytest.raises(NotUsable):
        work(lambda shop: shop.redeem(basket(1000), codes[1]))


def test_wrong_numbers_make_no_codes(desk: Desk, admin: Person, ten: None) -> None:
    answers = [
        make(admin, ""), make(admin, 0), make(admin, 200_001), make(admin, "1.5"),
        make(admin, 1, length=11), make(admin, 1, length=41), make(admin, 1, "x"),
    ]  # fmt: skip

    assert [one.status_code for one in answers] == [422] * 7
    assert value_of(answers[2].text, "count") == "200001"
    assert desk.rows("codes") == 0


def test_a_code_is_looked_up_blocked_and_let_work_again(
    desk: Desk, admin: Person, ten: None, work: Callable[..., Any]
) -> None:
    ann = desk.member(name="Ann")
    code, other = work(lambda shop: shop.codes(shop.session.query(CodeSet).one(), 2))
    work(lambda shop: shop.redeem(basket(1000, customer=ann), code))

    found = admin.send(LOOK, {"code": f" {code.lower()} "})
    used = admin.read(found.location)
    assert all(one in used for one in ("Used", "Ann", "£1.00"))

    address = admin.send(LOOK, {"code": other}).location
    admin.send(f"{address}/block", {"blocked": "1", "reason": ""})
    admin.send(f"{address}/block", {"blocked": "1", "reason": "lost"})
    assert "Blocked" in admin.read(address)
    with pytest.raises(NotUsable):
        work(lambda shop: shop.redeem(basket(1000), other))
    admin.send(f"{address}/block", {"blocked": "", "reason": "found"})
    assert work(lambda shop: shop.redeem(basket(1000), other).quote.discount) == 100


def test_looking_for_unknown_codes_is_throttled_with_one_answer(
    desk: Desk, admin: Person, ten: None, work: Callable[..., Any], loyalty: Platform
) -> None:
    assert admin.send(LOOK, {"code": "  "}).status_code == 422
    (code,) = work(lambda shop: shop.codes(shop.session.query(CodeSet).one()))

    answers = [admin.send(LOOK, {"code": f"WRONG{number}"}) for number in range(11)]

    assert [one.status_code for one in answers] == [422] * 10 + [429]
    assert errors(answers[0].text) == ["There is no such code."]
    assert value_of(answers[0].text, "code") == "WRONG0"
    assert int(answers[10].headers["Retry-After"]) > 0
    assert admin.send(LOOK, {"code": code}).status_code == 429


def test_a_seller_sees_no_foreign_customer_at_a_code(
    desk: Desk, somebody: Somebody, factories: Factories, ten: None, work: Callable[..., Any]
) -> None:
    allow(factories, "staff", "loyalty.view", "loyalty.grant")
    seller = somebody("staff")
    own, foreign = desk.member(name="Own", owner=seller.user_id), desk.member(name="Foreign")
    codes = work(lambda shop: shop.codes(shop.session.query(CodeSet).one(), 2))
    for code, customer in zip(codes, (own, foreign), strict=True):
        work(lambda shop, code=code, who=customer: shop.redeem(basket(1000, customer=who), code))

    pages = [seller.read(seller.send(LOOK, {"code": code}).location) for code in codes]

    assert ("Own" in pages[0], "Foreign" in pages[1]) == (True, False)
    assert "£1.00" in seller.read(LIST)
    assert "£2.00" not in seller.read(LIST)
    assert seller.send(f"{SET}/make", {"count": 1}).status_code == 403


def test_who_may_not_manage_makes_and_changes_nothing(
    desk: Desk, somebody: Somebody, factories: Factories, ten: None
) -> None:
    assert somebody("staff").get(LIST).status_code == 403
    allow(factories, "staff", "loyalty.view")
    viewer = somebody("staff")

    assert [viewer.get(one).status_code for one in (LIST, SET, NEW, f"{SET}/edit")] == [
        200, 200, 403, 403,
    ]  # fmt: skip
    forms = (NEW, f"{SET}/edit", f"{SET}/make", f"{SET}/state", LOOK)
    assert [viewer.send(one, {}).status_code for one in forms] == [403] * 5


def test_what_is_unknown_is_not_found(desk: Desk, admin: Person, ten: None) -> None:
    gets = (f"{SET}x", f"{SET}x/edit", f"{LIST}?programme=no", "/loyalty/programmes/club/codes/%00")
    posts = (f"{SET}/batches/{new_id()}/fetch", f"{SET}/batches/{new_id()}/block")
    one = f"/loyalty/programmes/club/codes/one/{new_id()}"

    assert [admin.get(path).status_code for path in (*gets, one)] == [404] * 5
    assert [admin.send(path, {"reason": "x"}).status_code for path in posts] == [404] * 2
    assert desk.rows("codes") == 0
