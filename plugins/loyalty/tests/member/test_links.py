"""Links to members' own pages: made, renewed, revoked; what opens nothing is always the same."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from plugins.loyalty.tests.conftest import ACTOR
from plugins.loyalty.tests.member.visitor import Visitor
from plugins.loyalty.tests.pages.desk import Desk
from sqlalchemy import text, update

from guanxi.clock import utc_now
from guanxi.platform import Platform
from guanxi.sdk import Customer, Invalid, NotFound, new_id
from guanxi.testkit.clients import ApiClient
from guanxi.testkit.factories import Factories
from guanxi.testkit.people import allow
from guanxi_loyalty.members.links import LinkSigner, link_of, make_link, open_link, revoke_links
from guanxi_loyalty.models import MemberLink
from guanxi_loyalty.programmes import find_programme
from guanxi_loyalty.referrals import TermsDraft, code_of, set_terms

Visitors = Callable[..., Visitor]
Link = Callable[..., str]
SIGNER = LinkSigner("a key")


def test_a_link_opens_until_it_ends(desk: Desk) -> None:
    ann = desk.member()
    with desk.writing() as session:
        made = make_link(session, ann, now=desk.now, by="x", lifetime=timedelta(days=2))
        token = SIGNER.token(made)
        late = desk.now + timedelta(days=2)

        assert open_link(session, SIGNER, token, now=late - timedelta(seconds=1)).id == ann
        with pytest.raises(NotFound):
            open_link(session, SIGNER, token, now=late)
        assert link_of(session, ann, now=late) is None


def test_asking_again_gives_the_same_link_and_renewing_ends_it(desk: Desk) -> None:
    ann = desk.member()
    with desk.writing() as session:
        first = make_link(session, ann, now=desk.now, by="x")
        again = make_link(session, ann, now=desk.now, by="x")
        other = make_link(session, ann, now=desk.now, by="x", renew=True)
        session.expire_all()

        assert (first.id, first.revoked_at) == (again.id, desk.now)
        assert link_of(session, ann, now=desk.now) == other
        assert revoke_links(session, ann, now=desk.now) == 1
        assert revoke_links(session, ann, now=desk.now) == 0


def test_a_token_is_worth_nothing_under_another_key_or_changed(desk: Desk) -> None:
    token = SIGNER.token(MemberLink(id=new_id()))

    assert SIGNER.read(token) is not None
    assert LinkSigner("another").read(token) is None
    for place in range(len(token)):
        letter = "A" if token[place] != "A" else "B"
        changed = token[:place] + letter + token[place + 1 :]
        assert SIGNER.read(changed) != SIGNER.read(token)
    for rubbish in ("", ".", "x", token + "A", "é.é", "\ud800", "a" * 10_000, token[:-1]):
        assert SIGNER.read(rubbish) is None


def test_whatever_opens_nothing_is_the_same_page(visitor: Visitors, link: Link, desk: Desk) -> None:
    ended, gone, merged, kept = (desk.member() for _ in range(4))
    paths = {name: link(who) for name, who in (("ended", ended), ("gone", gone))}
    of_merged = link(merged)
    revoked = link(ended, renew=True)
    assert link(ended) == revoked
    with desk.writing() as session:
        session.execute(text("UPDATE loyalty_member_links SET expires_at = made_at"))
        links = update(Customer).where(Customer.id == gone).values(erased_at=desk.now)
        session.execute(links)
        values = {"merged_into": kept}
        session.execute(update(Customer).where(Customer.id == merged).values(values))
    forged = "/loyalty/me/" + LinkSigner("guess").token(MemberLink(id=new_id()))
    one = visitor()

    bad = [*paths.values(), revoked, of_merged, forged, "/loyalty/me/x", "/loyalty/me/%00"]
    answers = [one.get(path) for path in bad]

    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text.partition("<main>")[2] for answer in answers}) == 1
    assert "This link opens nothing" in answers[0].text
    assert one.get(f"{forged}/history/club/points").status_code == 404
    assert one.send(f"{forged}/club/rewards/mug", key="x").status_code == 404


def test_the_link_of_a_merged_customer_leads_to_the_kept_one(
    visitor: Visitors, link: Link, desk: Desk
) -> None:
    ann, bob = desk.member(), desk.member(321, name="Bob")
    path = link(ann)
    with desk.writing() as session:
        values = {"merged_into": bob}
        session.execute(update(Customer).where(Customer.id == ann).values(values))

    assert "321" in visitor().read(path)


def test_a_program_makes_renews_and_ends_the_link(
    program: Callable[..., ApiClient], visitor: Visitors, desk: Desk
) -> None:
    ann, api = desk.member(), program()
    first = api.post(f"/loyalty/members/{ann}/link", {}).json
    renewed = api.post(f"/loyalty/members/{ann}/link", {"renew": True}).json
    assert api.post(f"/loyalty/members/{ann}/link", {}).json == renewed
    old, new = (one["address"][one["address"].index("/loyalty/") :] for one in (first, renewed))

    assert (visitor().get(old).status_code, visitor().get(new).status_code) == (404, 200)
    assert api.delete(f"/loyalty/members/{ann}/link").json == {"ended": 1}
    assert visitor().get(new).status_code == 404
    assert api.post(f"/loyalty/members/{UUID(int=0)}/link", {}).status_code == 404
    assert api.post(f"/loyalty/members/{ann}/link", {"renew": "maybe"}).status_code == 422


def test_only_who_may_grant_and_sees_the_member_makes_a_link(
    program: Callable[..., ApiClient], factories: Factories, desk: Desk
) -> None:
    ann = desk.member()
    allow(factories, "staff", "loyalty.view")
    assert program("staff").post(f"/loyalty/members/{ann}/link", {}).status_code == 403

    allow(factories, "staff", "loyalty.grant")
    assert program("staff").post(f"/loyalty/members/{ann}/link", {}).status_code == 404
    assert program("staff").delete(f"/loyalty/members/{ann}/link").status_code == 404


def test_settings_say_how_long_links_last_and_where_those_to_friends_lead(
    loyalty: Platform, program: Callable[..., ApiClient], visitor: Visitors, desk: Desk
) -> None:
    ann = desk.member()
    with loyalty.database.write(ACTOR, now=desk.now) as session:
        wanted = {"shop_address": "https://shop.example/welcome?from=club", "member_link_days": 3}
        loyalty.settings.change(session, "loyalty", wanted)
    with desk.writing() as session:
        programme = find_programme(session, "club")
        terms = TermsDraft(referrer_points=50, referred_points=20)
        set_terms(session, programme, terms, now=desk.now, by="test")
        code = code_of(session, programme, ann, now=desk.now).code

    made = program().post(f"/loyalty/members/{ann}/link", {}).json
    page = visitor().read(made["address"][made["address"].index("/loyalty/") :])

    assert f'href="https://shop.example/welcome?from=club&ref={code}"' in page
    lasts = datetime.fromisoformat(made["expires_at"]) - utc_now()
    assert timedelta(days=2, hours=23) < lasts <= timedelta(days=3)


@pytest.mark.parametrize("address", ["javascript:alert(1)", "shop.example", "ftp://x", "https://"])
def test_an_address_that_is_none_is_refused(loyalty: Platform, desk: Desk, address: str) -> None:
    with (
        loyalty.database.write(ACTOR, now=desk.now) as session,
        pytest.raises(Invalid),
    ):
        loyalty.settings.change(session, "loyalty", {"shop_address": address})
