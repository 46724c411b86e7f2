"""An adjustment above the limit: noted, then confirmed, refused or withdrawn by the right one."""

from collections.abc import Callable
from uuid import UUID

from plugins.loyalty.tests.pages.desk import Desk, key, page_of, send, told

from guanxi.testkit.factories import Factories
from guanxi.testkit.people import Person, allow, flashes
from guanxi_loyalty.models import AdjustmentRequest

Somebody = Callable[..., Person]
MUCH = {"amount": "5000", "reason": "won the draw"}


def decide(person: Person, desk: Desk, what: str, **more: str) -> tuple[int, str]:
    """Decide about the request made last; return the status and what is told."""
    id_ = desk.latest(AdjustmentRequest).id
    answer = person.send(f"/loyalty/approvals/{id_}/{what}", more)
    return answer.status_code, told(answer)


def test_nothing_is_moved_until_somebody_else_confirms(
    admin: Person, somebody: Somebody, desk: Desk
) -> None:
    ann, second = desk.member(100), somebody("admin")

    assert send(admin, ann, "adjust", **MUCH).status_code == 302
    assert flashes(admin.read(page_of(ann))) == [
        "Noted. It waits for a second person to confirm it."
    ]
    assert desk.balance(ann) == 100
    status, said = decide(admin, desk, "approve")
    assert (status, "a second person has to decide" in said) == (422, True)
    assert "won the draw" in second.read("/loyalty/approvals")

    assert decide(second, desk, "approve")[0] == 302
    assert desk.balance(ann) == 5100
    status, said = decide(second, desk, "approve")
    assert (status, "Somebody has decided about this already." in said) == (409, True)
    assert desk.balance(ann) == 5100
    page = admin.read(page_of(ann))
    assert "Confirmed" in page
    assert "+5,000 Points" in page


def test_a_request_sent_twice_is_one(admin: Person, desk: Desk) -> None:
    ann, once = desk.member(100), key()

    for _ in range(2):
        assert send(admin, ann, "adjust", key=once, **MUCH).status_code == 302
    other = send(admin, ann, "adjust", key=once, **{**MUCH, "amount": "6000"})

    assert other.status_code == 409
    assert desk.rows("adjustment_requests") == 1


def test_it_can_be_refused_or_withdrawn(admin: Person, somebody: Somebody, desk: Desk) -> None:
    ann, second = desk.member(100), somebody("admin")
    send(admin, ann, "adjust", **MUCH)
    assert decide(second, desk, "withdraw")[0] == 422
    assert decide(second, desk, "refuse", answer="too much")[0] == 302
    assert "too much" in admin.read(page_of(ann))

    send(admin, ann, "adjust", **MUCH)
    assert decide(admin, desk, "refuse")[0] == 422
    assert decide(admin, desk, "withdraw")[0] == 302

    assert (decide(second, desk, "approve")[0], desk.balance(ann)) == (409, 100)
    assert "Nothing waits" in second.read("/loyalty/approvals")


def test_what_the_member_has_no_more_stays_waiting(
    admin: Person, somebody: Somebody, desk: Desk
) -> None:
    ann, second = desk.member(3000), somebody("admin")
    send(admin, ann, "adjust", amount="2000", direction="less", reason="double")
    with desk.writing() as session:
        desk.till(session).redeem(ann, 1500)

    status, said = decide(second, desk, "approve")

    assert status == 422
    assert "There are 1500 to spend, and this takes 2000." in said
    assert desk.latest(AdjustmentRequest).state == "waiting"


def test_whoever_may_not_see_the_member_finds_no_request(
    admin: Person, somebody: Somebody, factories: Factories, desk: Desk
) -> None:
    allow(factories, "staff", "loyalty.view", "loyalty.grant")
    staff = somebody("staff")
    ann = desk.member(100, name="Hidden Ann")
    send(admin, ann, "adjust", **MUCH)

    assert "Hidden Ann" not in staff.read("/loyalty/approvals")
    assert "Nothing waits" in staff.read("/loyalty/approvals")
    for what in ("approve", "refuse", "withdraw"):
        assert decide(staff, desk, what)[0] == 404
    nobody = UUID(int=0)
    assert admin.send(f"/loyalty/approvals/{nobody}/approve").status_code == 404
    assert desk.balance(ann) == 100


def test_who_may_only_look_finds_no_approvals(somebody: Somebody, factories: Factories) -> None:
    allow(factories, "staff", "loyalty.view")

    assert somebody("staff").get("/loyalty/approvals").status_code == 403
