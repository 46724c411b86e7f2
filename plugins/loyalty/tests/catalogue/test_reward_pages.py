"""The catalogue of rewards as an admin sees, makes, changes, restocks and hides it."""

import io
import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from plugins.loyalty.tests.admin.sheets import changed, errors, fields, value_of
from plugins.loyalty.tests.pages.desk import Desk
from plugins.loyalty.tests.rewards.test_pictures import png
from plugins.loyalty.tests.tiers.test_folding import TIERS

from guanxi.testkit.clients import ApiClient
from guanxi.testkit.factories import Factories
from guanxi.testkit.people import Person, allow, flashes
from guanxi_loyalty.models import CatalogueReward, Picture, RewardIssue
from guanxi_loyalty.programmes import find_programme
from guanxi_loyalty.tiers.policies import set_tiers

LIST = "/loyalty/rewards"
NEW = "/loyalty/programmes/club/rewards/new"
EDIT = "/loyalty/programmes/club/rewards/mug/edit"
STOCK = "/loyalty/programmes/club/rewards/mug/stock"
Somebody = Callable[..., Person]


def mug(desk: Desk, **more: Any) -> None:
    """Put a mug for 100 points into the catalogue."""
    with desk.writing() as session:
        desk.counter(session).reward(key="mug", title_en="Mug", title_zh="马克杯", **more)


def take(desk: Desk, customer: UUID) -> UUID:
    """Let a member take the mug."""
    with desk.writing() as session:
        counter = desk.counter(session)
        reward = session.query(CatalogueReward).filter_by(key="mug").one()
        return counter.take(customer, reward).issue.id


def stored(desk: Desk) -> CatalogueReward:
    """Return the reward made last."""
    found: CatalogueReward = desk.latest(CatalogueReward)
    return found


def test_the_list_tells_price_stock_and_how_often_it_was_taken_in_both_languages(
    desk: Desk, admin: Person
) -> None:
    mug(desk, stock=3, money=250)
    take(desk, desk.member(500))

    english, chinese = admin.read(LIST), admin.speaks("zh").read(LIST)

    assert all(one in english for one in ("Mug", "100 Points + £2.50", "On offer", "taken 1 times"))
    assert all(one in chinese for one in ("马克杯", "100 积分"))


def test_a_reward_is_made_with_a_picture_and_shown_to_everybody(
    desk: Desk, admin: Person, site: Any
) -> None:
    sent = changed(
        fields(admin.read(NEW)),
        title_en="Mug", title_zh="马克杯", text_zh="很好", points="1,200", money="2.50",
        cost="1.05", stock="5", customer_limit="2", keep_days="7", surprise="1",
        valid_to="2199-12-31",
    )  # fmt: skip
    answer = admin.send(NEW, [*sent, ("picture", (io.BytesIO(png()), "mug.txt"))])

    made = stored(desk)
    assert answer.location == f"{LIST}?programme=club"
    assert (made.key, made.points, made.money, made.cost) == ("mug", 1200, 250, 105)
    assert (made.stock, made.customer_limit, made.keep_days, made.surprise) == (5, 2, 7, True)
    assert made.valid_to is not None
    assert made.valid_to.isoformat() == "2200-01-01T00:00:00+00:00"
    address = re.search(r'src="(/loyalty/pictures/[^"]+)"', admin.read(LIST))
    assert address is not None
    shown = site.test_client().get(address[1])
    assert (shown.mimetype, shown.data) == ("image/png", png())
    assert shown.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"


@pytest.mark.parametrize(
    ("gives", "more", "value"),
    [("card", {"value": "12.50"}, 1250), ("points", {"value": "300", "points": ""}, 300)],
)
def test_a_reward_that_gives_a_card_or_points_says_how_much(
    desk: Desk, admin: Person, gives: str, more: dict[str, str], value: int
) -> None:
    form = changed(fields(admin.read(NEW)), title_en="Gift", gives=gives, **more)

    assert admin.send(NEW, form).status_code == 302
    assert (stored(desk).gives, stored(desk).value) == (gives, value)


def test_a_reward_that_gives_a_code_names_its_set(desk: Desk, admin: Person) -> None:
    with desk.writing() as session:
        desk.counter(session).shop.set(None, key="ten")
    form = changed(fields(admin.read(NEW)), title_en="Ten off", gives="code", points="50")

    without = admin.send(NEW, changed(form, code_set=""))
    answer = admin.send(NEW, changed(form, code_set="ten"))

    assert (without.status_code, errors(without.text)) == (
        422,
        ["Choose the set whose codes it gives."],
    )
    assert answer.status_code == 302
    assert stored(desk).code_set_id is not None


def test_prices_of_tiers_are_kept_and_shown(desk: Desk, admin: Person) -> None:
    with desk.writing() as session:
        found = find_programme(session, "club")
        set_tiers(session, found, {"tiers": TIERS}, now=desk.now, by="test")
    mug(desk)
    form = changed(fields(admin.read(EDIT)), **{"tier-gold-points": "80", "tier-gold-money": "1"})

    assert admin.send(EDIT, form).status_code == 302

    assert stored(desk).tier_prices == {"gold": {"points": 80, "money": 100}}
    assert "Gold: 80 Points + £1.00" in re.sub(r"<[^>]+>", "", admin.read(LIST))
    assert value_of(admin.read(EDIT), "tier-gold-points") == "80"


def test_who_saw_an_older_version_is_told_and_keeps_what_was_typed(
    desk: Desk, admin: Person
) -> None:
    mug(desk)
    form = fields(admin.read(EDIT))
    admin.send(EDIT, changed(form, points="90"))

    answer = admin.send(EDIT, changed(form, points="80", text_en="Typed in vain"))

    assert answer.status_code == 412
    assert "Typed in vain" in answer.text
    assert "Somebody changed this" in answer.text
    assert stored(desk).points == 90


WRONG = (
    ("title_en", "x" * 201),
    ("title_zh", "a\0b"),
    ("text_en", "x" * 2001),
    ("points", "-1"),
    ("points", "1e3"),
    ("points", "9" * 40),
    ("money", "1.005"),
    ("money", "-2"),
    ("money", "NaN"),
    ("cost", "free"),
    ("stock", "1.5"),
    ("customer_limit", "0"),
    ("keep_days", "0"),
    ("keep_days", "3651"),
    ("valid_from", "yesterday"),
    ("valid_to", "2026-13-01"),
    ("valid_to", "9999-12-31"),
    ("image", "javascript:alert(1)"),
    ("image", "http://shop.example/mug.png"),
    ("image", "https://[bad"),
    ("gives", "money"),
    ("unit", "gold"),
)


def test_a_wrong_value_is_told_at_its_field_and_stays_typed(desk: Desk, admin: Person) -> None:
    form = changed(fields(admin.read(NEW)), title_en="Mug", title_zh="杯", points="100")

    for name, typed in WRONG:
        answer = admin.send(NEW, changed(form, **{name: typed}))
        found = answer.status_code, f"#field-{name}" in answer.text
        assert found == (422, True), (name, typed[:20])
        assert value_of(answer.text, "title_zh") == ("杯" if name != "title_zh" else typed)
    assert desk.rows("rewards") == 0


def test_a_reward_needs_a_title_and_a_key_that_is_free(desk: Desk, admin: Person) -> None:
    mug(desk)
    form = changed(fields(admin.read(NEW)), points="100")

    untitled = admin.send(NEW, form)
    taken = admin.send(NEW, changed(form, title_en="Other", key="mug"))
    free = admin.send(NEW, changed(form, title_en="Mug"))

    assert errors(untitled.text) == ["Give it a title, in one of the languages."]
    assert (taken.status_code, value_of(taken.text, "title_en")) == (409, "Other")
    assert (free.status_code, stored(desk).key) == (302, "mug_2")


def test_what_is_no_picture_is_told_and_nothing_is_kept(desk: Desk, admin: Person) -> None:
    form = changed(fields(admin.read(NEW)), title_en="Mug", points="100")

    for content in (b"", b"<svg/>", b"GIF89a....", png()[:20]):
        answer = admin.send(NEW, [*form, ("picture", (io.BytesIO(content), "mug.png"))])
        assert (answer.status_code, len(errors(answer.text))) == (422, 1)
    assert (desk.rows("rewards"), desk.rows("pictures")) == (0, 0)


def test_a_picture_is_replaced_and_taken_away(desk: Desk, admin: Person) -> None:
    form = changed(fields(admin.read(NEW)), title_en="Mug", points="100")
    admin.send(NEW, [*form, ("picture", (io.BytesIO(png()), "a.png"))])
    first = desk.latest(Picture).id

    again = fields(admin.read(EDIT))
    admin.send(EDIT, [*again, ("picture", (io.BytesIO(png(4, 4)), "b.png"))])
    second = desk.latest(Picture)
    kept = admin.send(EDIT, fields(admin.read(EDIT)))
    assert (kept.status_code, stored(desk).image) == (302, f"picture:{second.id}")
    assert (second.id != first, second.width, desk.rows("pictures")) == (True, 4, 1)

    admin.send(EDIT, changed(fields(admin.read(EDIT)), remove_picture="1"))
    assert (stored(desk).image, desk.rows("pictures")) == (None, 0)
    assert admin.get(f"/loyalty/pictures/{second.id}").status_code == 404


def test_an_address_elsewhere_is_kept_for_shops_and_not_shown_here(
    desk: Desk, admin: Person, site: Any, factories: Factories
) -> None:
    mug(desk)
    address = "https://shop.example/mug.png"

    admin.send(EDIT, changed(fields(admin.read(EDIT)), image=address))

    api = ApiClient(site, factories.token("admin"))
    (shown,) = api.get("/loyalty/programmes/club/rewards").json["items"]
    assert shown["image"] == address
    assert address not in admin.read(LIST)


def test_stock_goes_up_and_down_and_is_not_counted_any_more(desk: Desk, admin: Person) -> None:
    mug(desk, stock=3)
    admin.send(STOCK, {"change": "+7"})
    admin.send(STOCK, {"change": "-4"})
    assert stored(desk).stock == 6

    admin.send(STOCK, {"change": "-7"})
    assert flashes(admin.read(LIST)) == ["There are not so many in stock."]
    for typed in ("", "0", "many", "1.5", "9" * 20, "a\0b", "²"):
        admin.send(STOCK, {"change": typed})
        assert "Write how many come in" in flashes(admin.read(LIST))[0]
    assert stored(desk).stock == 6

    admin.send(STOCK, {"endless": "1", "version": "1"})
    assert stored(desk).stock == 6
    admin.send(STOCK, {"endless": "1", "version": str(stored(desk).version)})
    assert stored(desk).stock is None


def test_a_hidden_reward_is_offered_no_more_until_it_is_shown_again(
    desk: Desk, admin: Person
) -> None:
    mug(desk)
    state = "/loyalty/programmes/club/rewards/mug/state"

    for wrong in ({"state": "archived"}, {"state": "sold", "version": "1"}):
        admin.send(state, wrong)
    assert stored(desk).state == "active"

    admin.send(state, {"state": "archived", "version": "1"})
    shown = [">Mug</a>" in admin.read(one) for one in (LIST, f"{LIST}?state=archived")]
    assert shown == [False, True]
    admin.send(state, {"state": "active", "version": "2"})
    assert ">Mug</a>" in admin.read(LIST)


def test_a_reward_that_was_taken_is_taken_back_with_its_points(desk: Desk, admin: Person) -> None:
    mug(desk, stock=3)
    ann = desk.member(500)
    issue = take(desk, ann)
    cancel = f"/loyalty/programmes/club/rewards/taken/{issue}/cancel"

    admin.send(cancel, {"reason": " "})
    assert flashes(admin.read(f"{LIST}/taken")) == ["Say why."]
    admin.send(cancel, {"reason": "Broken"})
    shown = admin.read(f"{LIST}/taken?reward=mug&state=cancelled")

    assert (desk.balance(ann), stored(desk).stock) == (500, 3)
    assert all(one in shown for one in ("Ann", "Mug", "Broken"))
    assert "Ann" not in admin.read(f"{LIST}/taken?state=reserved")
    assert desk.latest(RewardIssue).state == "cancelled"


def test_the_list_of_rewards_taken_goes_page_by_page(desk: Desk, admin: Person) -> None:
    mug(desk)
    ann = desk.member(10_000)
    for _ in range(53):
        take(desk, ann)

    first = admin.read(f"{LIST}/taken")
    following = re.search(r'rel="next" href="([^"]+)"', first)
    assert following is not None
    second = admin.read(following[1])

    assert (first.count('role="row"') - 1, second.count('role="row"') - 1) == (50, 3)
    for broken in ("x", "W10", "WyIyMDI2IiwieCJd"):
        assert admin.get(f"{LIST}/taken?after={broken}").status_code == 422


def test_a_seller_sees_and_counts_own_customers_only(
    desk: Desk, somebody: Somebody, factories: Factories
) -> None:
    allow(factories, "staff", "loyalty.view", "loyalty.grant")
    seller = somebody("staff")
    mug(desk)
    take(desk, desk.member(500, name="Own", owner=seller.user_id))
    issue = take(desk, desk.member(500, name="Foreign"))

    page, taken = seller.read(LIST), seller.read(f"{LIST}/taken")
    cancel = f"/loyalty/programmes/club/rewards/taken/{issue}/cancel"

    assert "taken 1 times" in page
    assert ("Own" in taken, "Foreign" in taken) == (True, False)
    assert seller.send(cancel, {"reason": "x"}).status_code == 404


def test_who_may_not_manage_changes_nothing(
    desk: Desk, somebody: Somebody, factories: Factories
) -> None:
    mug(desk)
    stranger = somebody("staff")
    assert stranger.get(LIST).status_code == 403
    allow(factories, "staff", "loyalty.view")
    viewer = somebody("staff")

    assert "New reward" not in viewer.read(LIST)
    assert [viewer.get(one).status_code for one in (NEW, EDIT)] == [403, 403]
    assert [viewer.send(one, {}).status_code for one in (NEW, EDIT, STOCK)] == [403, 403, 403]


def test_what_is_unknown_is_not_found(desk: Desk, admin: Person) -> None:
    missing = (
        "programmes/no/rewards/new",
        "programmes/club/rewards/no/edit",
        "rewards?programme=no",
    )

    assert [admin.get(f"/loyalty/{one}").status_code for one in missing] == [404, 404, 404]
    assert admin.get("/loyalty/programmes/club/rewards/%00/edit").status_code in (404, 422)
