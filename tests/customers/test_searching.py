"""Quick search over real rows: what finds whom, in which order, within whose sight."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy.orm import Session
from tests.customers.conftest import Make, Write

from guanxi.customers.domain.bulk import NewCustomer, create_customers
from guanxi.customers.domain.drafts import CustomerDraft
from guanxi.customers.domain.identities import normalise_email
from guanxi.customers.domain.merging import merge_customers
from guanxi.customers.domain.searching import search_customers
from guanxi.db import Database
from guanxi.testkit.factories import Factories
from guanxi.testkit.fixtures import NOW


@pytest.fixture
def people(make: Make) -> None:
    """Some people to look for."""
    make("张三", email="san.zhang@example.com", phone="138 0013 8000")
    make("张三丰")
    make("欧阳娜娜", external="W-17850")
    make("John Smith", email="jsmith@example.org", phone="+44 20 7946 0018")
    make("Smithson Jones")
    make("北京云海科技有限公司", kind="organisation", city="北京")


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("张三", ["张三", "张三丰"]),
        ("zhangsan", ["张三", "张三丰"]),
        ("zs", ["张三"]),
        ("ouyang", ["欧阳娜娜"]),
        ("oynn", ["欧阳娜娜"]),
        ("smith", ["Smithson Jones", "John Smith"]),
        ("smith john", ["John Smith"]),
        ("san.zhang@exam", ["张三"]),
        ("8000", ["张三"]),
        ("0018", ["John Smith"]),
        ("138 0013 8000", ["张三"]),
        ("w-17850", ["欧阳娜娜"]),
        ("云海", ["北京云海科技有限公司"]),
        ("nobody at all", []),
        ("!?", []),
        ("", []),
    ],
)
def test_somebody_is_found_by(session: Session, text: str, names: list[str]) -> None:
    assert [hit.name for hit in search_customers(session, text)][: len(names) or 1] == names


def test_a_hit_carries_what_a_line_shows(make: Make, session: Session) -> None:
    made = make("张三", email="san@example.com", phone="138 0013 8000", city="北京")

    (hit,) = search_customers(session, "张三")

    assert hit[:8] == (made, "person", "张三", "张", "三", "eastern", "北京", "san@example.com")


def test_a_merged_customer_is_found_as_the_one_it_became(
    make: Make, write: Write, session: Session
) -> None:
    kept, merged = make("Ann Lee"), make("李安")
    with write() as tx:
        merge_customers(tx, kept, merged, now=NOW)

    assert [hit.id for hit in search_customers(session, "李安")] == [kept]


def test_who_is_out_of_sight_is_not_found(
    guarded: Database, factories: Factories, make: Make
) -> None:
    user = factories.user("staff")
    mine = make("Ann Lee", owner_id=user)
    make("Ann Lee")
    staff = factories.principal(user, scope="own")

    with guarded.read(staff) as reading:
        assert [hit.id for hit in search_customers(reading, "ann lee")] == [mine]


def test_a_common_name_is_bounded_but_the_exact_one_is_first(
    make: Make, write: Write, session: Session
) -> None:
    with write() as tx:
        create_customers(tx, [CustomerDraft(name=f"Ann Lee{i:04}") for i in range(300)], now=NOW)
    exact = make("Ann")

    hits = search_customers(session, "ann", limit=5)

    assert len(hits) == 5
    assert hits[0].id == exact


def test_of_what_very_many_answer_the_newest_are_shown(write: Write, session: Session) -> None:
    _add_with_addresses(write, 80, now=NOW - timedelta(days=1))
    newest = _add_with_addresses(write, 60, now=NOW)

    hits = search_customers(session, "@qq.com", limit=60)

    assert {hit.id for hit in hits} == newest


def test_the_newest_out_of_sight_do_not_hide_who_is_within(
    guarded: Database, factories: Factories, write: Write
) -> None:
    user = factories.user("staff")
    mine = _add_with_addresses(write, 3, now=NOW - timedelta(days=1), owner_id=user)
    _add_with_addresses(write, 80, now=NOW)

    with guarded.read(factories.principal(user, scope="own")) as reading:
        hits = search_customers(reading, "@qq.com", limit=60)

    assert {hit.id for hit in hits} == mine


def _add_with_addresses(
    write: Write, count: int, *, now: datetime, owner_id: UUID | None = None
) -> set[UUID]:
    drafts = [
        CustomerDraft(
            name=f"Ann {n}",
            identities=(normalise_email(f"{n}.{now:%d}@qq.com"),),
            owner_id=owner_id,
        )
        for n in range(count)
    ]
    with write() as tx:
        created = create_customers(tx, drafts, now=now)
    return {one.id for one in created if isinstance(one, NewCustomer)}
