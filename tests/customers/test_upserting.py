"""Creating or changing by identity, as imports and other systems do."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from tests.customers.conftest import Make, Write, email

from guanxi.audit.models import AuditEntry
from guanxi.customers.domain.bulk import make_ready
from guanxi.customers.domain.drafts import CustomerDraft
from guanxi.customers.domain.faults import IdentityTaken, InvalidCustomer
from guanxi.customers.domain.lookup import find_by_identity
from guanxi.customers.domain.upserting import Saved, SeveralCustomers, upsert_customers
from guanxi.customers.models import Customer
from guanxi.db import Database
from guanxi.events import partition_of
from guanxi.events.models import EventRow
from guanxi.testkit.factories import Factories
from guanxi.testkit.fixtures import NOW


def draft(name: str | None, *emails: str, **more: object) -> CustomerDraft:
    """A draft with e-mail identities."""
    identities = tuple(email(f"{one}@example.com") for one in emails)
    return CustomerDraft(name=name, identities=identities, **more)  # type: ignore[arg-type]


def test_the_known_are_changed_and_the_new_created(
    make: Make, write: Write, session: Session
) -> None:
    ann = make("Ann Lee", email="ann@example.com", city="Leeds", tags=("old",))
    same = make("Bob", email="bob@example.com")

    with write() as tx:
        results = upsert_customers(
            tx,
            [
                draft(None, "ann", "ann2", city="York", tags=("vip",)),
                draft("Bob", "bob"),
                draft("Cid", "cid"),
            ],
            now=NOW,
        )

    outcomes = [one.outcome for one in results if isinstance(one, Saved)]
    assert outcomes == ["changed", "unchanged", "created"]
    changed = session.get_one(Customer, ann)
    assert (changed.display_name, changed.city, changed.tags) == ("Ann Lee", "York", ["old", "vip"])
    assert find_by_identity(session, "email", "", "ann2@example.com") == ann
    assert session.get_one(Customer, same).version == 1


def test_a_later_entry_of_the_same_list_changes_what_an_earlier_made(
    write: Write, session: Session
) -> None:
    with write() as tx:
        first, second = upsert_customers(
            tx, [draft("Ann", "ann"), draft(None, "ann", city="York")], now=NOW
        )

    assert (first.outcome, second.outcome) == ("created", "changed")  # type: ignore[union-attr]
    assert first.id == second.id  # type: ignore[union-attr]
    assert session.scalar(select(func.count()).select_from(Customer)) == 1


def test_an_entry_that_cannot_be_leaves_the_others_alone(
    make: Make, write: Write, session: Session
) -> None:
    ann, bob = make("Ann", email="ann@example.com"), make("Bob", email="bob@example.com")

    with write() as tx:
        results = upsert_customers(
            tx,
            [
                draft("X", "ann", "bob"),
                draft(None, "ann", custom={"nothing": 1}, city="York"),
                draft(None, "bob", city="Hull"),
                draft(""),
            ],
            now=NOW,
        )

    assert [type(one) for one in results] == [
        SeveralCustomers,
        InvalidCustomer,
        Saved,
        InvalidCustomer,
    ]
    assert session.get_one(Customer, ann).city is None
    assert session.get_one(Customer, bob).city == "Hull"


def test_a_customer_out_of_sight_is_neither_changed_nor_named(
    guarded: Database, factories: Factories, make: Make, session: Session
) -> None:
    made = make("Ann", email="ann@example.com", city="Leeds")
    staff = factories.principal(factories.user("staff"), scope="own")

    with guarded.write(staff.actor, now=NOW, principal=staff) as tx:
        (result,) = upsert_customers(tx, [draft(None, "ann", city="York")], now=NOW)

    assert isinstance(result, IdentityTaken)
    assert result.customer_id is None
    assert session.get_one(Customer, made).city == "Leeds"


def test_strangers_go_in_alike_whether_or_not_somebody_among_them_is_known(
    make: Make, write: Write, session: Session
) -> None:
    ann = make("Ann", email="ann@example.com")

    with write() as tx:
        all_new = _strangers(tx, ["bob", "cid"])
        one_known = _strangers(tx, ["dan", "ann"])
        twice_the_same = _strangers(tx, ["eve", "eve"])

    assert all_new == ["created", "created"]
    assert one_known == ["created", "unchanged"]
    assert twice_the_same == ["created", "unchanged"]
    names = session.scalars(select(Customer.display_name).order_by(Customer.display_name))
    assert list(names) == ["Ann", "Bob", "Cid", "Dan", "Eve"]
    assert find_by_identity(session, "email", "", "ann@example.com") == ann


def test_of_many_strangers_each_has_an_event_and_an_entry_of_its_own(
    write: Write, session: Session
) -> None:
    with write() as tx:
        _strangers(tx, [f"ann{n}" for n in range(300)])

    made = set(session.scalars(select(Customer.id)))
    announced = session.scalars(select(EventRow.customer_id).order_by(EventRow.position))
    noted = session.scalars(select(AuditEntry.subject_id))
    assert len(made) == 300
    assert set(announced) == made
    assert sorted(noted) == sorted(map(str, made))
    partitions = session.execute(select(EventRow.partition, EventRow.customer_id))
    assert all(partition == partition_of(one) for partition, one in partitions)


def _strangers(tx: Session, names: list[str]) -> list[str]:
    drafts = [draft(name.title(), name) for name in names]
    ready = [make_ready(one, {}, now=NOW) for one in drafts]
    results = upsert_customers(tx, drafts, now=NOW, ready=ready, strangers=True)
    return [one.outcome for one in results if isinstance(one, Saved)]
