"""The member's own page: what it shows and takes, for that member alone, without signing in."""

from collections.abc import Callable
from typing import Any

from plugins.loyalty.tests.member.visitor import Visitor, forms, told
from plugins.loyalty.tests.pages.desk import Desk, key
from plugins.loyalty.tests.pages.test_member_page import qualify, tiers
from plugins.loyalty.tests.pages.test_member_rewards import reward, works
from sqlalchemy import text, update

from guanxi_loyalty import gift_cards
from guanxi_loyalty.gift_cards import CardAsk
from guanxi_loyalty.models import CatalogueReward
from guanxi_loyalty.referrals import TermsDraft, set_terms

Visitors = Callable[..., Visitor]
Link = Callable[..., str]


def test_it_shows_what_there_is_and_what_is_near(visitor: Visitors, link: Link, desk: Desk) -> None:
    tiers(desk)
    reward(desk)
    ann = desk.member(1234)
    qualify(desk, ann, 620)

    page = visitor().read(link(ann))

    assert "Hello, Ann" in page
    assert "1,234" in page
    assert "Gold" in page
    assert "1,380 Tier points more until" in page
    assert "Yes, for 100 points" in page
    assert "Earned" in page
    assert "<script" not in page
    assert 'name="robots" content="noindex, nofollow"' in page


def test_it_speaks_the_language_of_the_browser_or_the_chosen_one(
    visitor: Visitors, link: Link, desk: Desk
) -> None:
    path = link(desk.member(1234))
    chinese, english = visitor(languages="zh-CN,zh;q=0.9"), visitor(languages="fr,en;q=0.5")

    assert 'lang="zh-Hans"' in chinese.read(path)
    assert "您好，Ann" in chinese.read(path)
    assert "Hello" in english.read(path)
    assert chinese.send("/language", locale="en", next=path).headers["Location"] == path
    assert "Hello" in chinese.read(path)


def test_it_tells_nothing_of_others_and_nothing_that_staff_wrote(
    visitor: Visitors, link: Link, desk: Desk
) -> None:
    ann, bob = desk.member(100), desk.member(777, name="Bob Brown")
    with desk.writing() as session:
        till = desk.till(session)
        till.adjust(ann, 5, "difficult person")
        till.transfer(bob, ann, 11)

    page = visitor().read(link(ann))

    assert "+11" in page
    for hidden in ("Bob", "777", "difficult", "766", str(bob), str(ann)):
        assert hidden not in page


def test_a_reward_is_taken_once_though_sent_twice(
    visitor: Visitors, link: Link, desk: Desk
) -> None:
    ann, one = desk.member(250), visitor()
    reward(desk, stock=3)
    path = link(ann)
    [form] = forms(one.read(path), "/rewards/")
    action = form.pop("action")

    done = [one.send(action, **form).headers["Location"] for _ in range(2)]

    assert done == [path, path]
    assert (desk.balance(ann), desk.latest(CatalogueReward).stock) == (150, 2)
    page = one.read(path)
    assert "It is yours. Come and fetch it." in page
    assert "Waits for you" in page


def test_a_price_that_changed_is_not_paid_unseen(visitor: Visitors, link: Link, desk: Desk) -> None:
    ann, one = desk.member(250), visitor()
    reward(desk)
    [form] = forms(one.read(link(ann)), "/rewards/")
    with desk.writing() as session:
        session.execute(update(CatalogueReward).values(points=200))

    stale = one.send(form.pop("action"), **form)

    assert stale.status_code == 409
    assert "The price has changed meanwhile." in told(stale)
    assert "Yes, for 200 points" in told(stale)
    assert desk.balance(ann) == 250


def test_what_is_too_dear_or_sent_wrongly_is_refused_in_words(
    visitor: Visitors, link: Link, desk: Desk
) -> None:
    ann, one = desk.member(30), visitor()
    mug, path = reward(desk), link(ann)
    assert "70 are missing" in one.read(path)
    assert forms(one.read(path), "/rewards/") == []
    take = f"{path}/club/rewards/{mug}"

    dear = one.send(take, key=key(), seen="100.0")
    assert dear.status_code == 422
    assert "There are 30 to spend, and this takes 100." in told(dear)
    assert one.send(take, seen="100.0").status_code == 412
    assert one.send(take, key=key()).status_code == 409
    assert one.send(f"{path}/club/rewards/none", key=key(), seen="1.0").status_code == 404
    assert one.send(f"{path}/none/rewards/{mug}", key=key(), seen="1.0").status_code == 404
    assert desk.balance(ann) == 30


def test_a_form_of_another_site_takes_nothing(visitor: Visitors, link: Link, desk: Desk) -> None:
    ann = desk.member(250)
    mug = reward(desk)

    forged = visitor().send(
        f"{link(ann)}/club/rewards/{mug}", csrf_token="forged", key=key(), seen="100.0"
    )

    assert forged.status_code == 403
    assert desk.balance(ann) == 250


def test_a_code_is_shown_to_its_owner_as_qr_code_and_bars(
    visitor: Visitors, link: Link, desk: Desk
) -> None:
    ann, bob, one = desk.member(250), desk.member(name="Bob"), visitor()
    reward(desk, gives="code", code_set="ten")
    path, of_bob = link(ann), link(bob)
    [form] = forms(one.read(path), "/rewards/")
    one.send(form.pop("action"), **form)
    [show] = forms(one.read(path), "/code/")
    action = show.pop("action")

    shown = one.send(action, **show)

    assert shown.status_code == 200
    assert shown.text.count("<svg") == 2
    code = shown.text.partition('<p class="code">')[2].partition("</p>")[0]
    assert works(desk, ann, code)
    assert one.send(action.replace(path, of_bob), key=key()).status_code == 404
    assert works(desk, ann, code)


def test_a_card_that_was_bought_is_not_shown_for_a_friend_may_have_it(
    visitor: Visitors, link: Link, desk: Desk
) -> None:
    ann, one = desk.member(100), visitor()
    reward(desk, gives="card", value=2500)
    with desk.writing() as session:
        ask = CardAsk(desk.counter(session).programme, "card", desk.now, "test")
        bought = gift_cards.issue(session, ask, 9900, customer_id=ann)
    path = link(ann)
    [form] = forms(one.read(path), "/rewards/")
    one.send(form.pop("action"), **form)

    page = one.read(path)

    assert "£99.00" in page
    [show] = forms(page, "/card/")
    assert one.send(show.pop("action"), **show).status_code == 200
    assert one.send(f"{path}/club/card/{bought.card_id}", key=key()).status_code == 404


def test_a_member_gets_the_code_for_friends(visitor: Visitors, link: Link, desk: Desk) -> None:
    ann, one = desk.member(), visitor()
    with desk.writing() as session:
        terms = TermsDraft(referrer_points=50, referred_points=20)
        set_terms(session, desk.counter(session).programme, terms, now=desk.now, by="test")
    path = link(ann)
    [form] = forms(one.read(path), "/referral-code")

    for _ in range(2):
        assert one.send(form["action"], key=form["key"]).status_code == 302

    page = one.read(path)
    assert "50 points for you when a friend buys with your code." in page
    assert "QR code of the referral" in page
    with desk.writing() as session:
        code = session.execute(text("SELECT code FROM loyalty_referral_codes")).scalar_one()
    assert code in page


def test_the_whole_history_is_read_page_by_page(visitor: Visitors, link: Link, desk: Desk) -> None:
    ann, one = desk.member(), visitor()
    with desk.writing() as session:
        till = desk.till(session)
        for amount in range(1001, 1054):
            till.earn(ann, amount)
    path = link(ann)

    first = one.read(f"{path}/history/club/points")
    rest = one.read(first.partition('rel="next" href="')[2].partition('"')[0])

    assert ("+1,053" in first, "+1,002" in first) == (True, False)
    assert ("+1,053" in rest, "+1,002" in rest) == (False, True)
    assert one.get(f"{path}/history/club/none").status_code == 404
    assert one.get(f"{path}/history/club/points?before=rubbish").status_code == 200


def test_a_paused_programme_offers_nothing(visitor: Visitors, link: Link, desk: Desk) -> None:
    ann = desk.member(250)
    reward(desk)
    with desk.writing() as session:
        desk.till(session).state("paused")

    page: Any = visitor().read(link(ann))

    assert "250" in page
    assert forms(page, "/rewards/") == []
