"""Erasing a person: nothing personal is left anywhere, and what must stay stays."""

from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from tests.privacy.conftest import CANARY, Write, places_of

from guanxi.customers.domain.creating import create_customer
from guanxi.customers.domain.drafts import CustomerDraft
from guanxi.customers.domain.faults import ChangedMeanwhile, NoSuchCustomer
from guanxi.customers.domain.lookup import find_by_identity, get_customer
from guanxi.customers.domain.searching import search_customers
from guanxi.customers.domain.unmerging import unmerge_customers
from guanxi.customers.models import Customer, CustomerMerge
from guanxi.db.all_models import Base
from guanxi.errors import Refused
from guanxi.events.models import EventRow
from guanxi.ids import new_id
from guanxi.imports.models import Import
from guanxi.plugins.dispatch import Dispatcher, Implementation
from guanxi.privacy.domain.erasing import erase_person
from guanxi.privacy.domain.family import ids_of
from guanxi.privacy.domain.rules import RULES, tables_about_customers
from guanxi.privacy.models import Erasure
from guanxi.rewards.models import Reward
from guanxi.testkit.fixtures import NOW
from guanxi.touchpoints.models import Touchpoint

EVERYWHERE = {
    "audit_entries.after",
    "customer_comments.text",
    "customer_consents.evidence",
    "customer_identities.value",
    "customer_memberships.role",
    "customer_merges.undo",
    "customers.custom",
    "customers.display_name",
    "customers.note",
    "events.payload",
    "exports.arguments",
    "idempotent_answers.body",
    "import_refusals.cells",
    "messages.sent_text",
    "rewards.reason",
    "tasks.title",
    "touchpoint_plans.note",
    "touchpoints.customer_hint",
    "touchpoints.note",
    "webhook_deliveries.body",
}
"""Some of the places where the person must be before, or the test would prove nothing."""


def test_not_a_trace_is_left_of_an_erased_person(
    person: UUID, write: Write, session: Session
) -> None:
    assert places_of(session, CANARY) >= EVERYWHERE

    with write() as tx:
        erase_person(tx, person, now=NOW)

    assert places_of(session, CANARY) == set()


def test_the_shell_stays_with_its_trade_and_contacts(
    person: UUID, write: Write, session: Session
) -> None:
    with write() as tx:
        erase_person(tx, person, now=NOW)

    shell = get_customer(session, person)
    assert (shell.erased_at, shell.display_name, shell.tags) == (NOW, "", [])
    assert shell.search_tokens == []  # numbers of what the person was called
    assert session.scalar(select(func.count()).where(Touchpoint.customer_id == person)) == 1
    assert session.scalar(select(func.count()).where(Reward.customer_id == person)) == 1
    assert find_by_identity(session, "email", "", f"{CANARY.lower()}1@example.com") is None
    assert search_customers(session, CANARY) == []


def test_all_ids_of_the_person_are_erased_and_announced(
    person: UUID, write: Write, session: Session
) -> None:
    ids = set(ids_of(session, person))
    assert len(ids) == 2

    with write() as tx:
        erase_person(tx, person, now=NOW)

    told = session.scalars(select(EventRow.customer_id).where(EventRow.kind == "CustomerErased"))
    assert set(told) == ids
    assert set(session.scalars(select(Erasure.customer_id))) == ids


def test_another_person_keeps_everything(person: UUID, write: Write, session: Session) -> None:
    with write() as tx:
        other = create_customer(tx, CustomerDraft(name="Ann Lee", note="Likes tea"), now=NOW).id

    with write() as tx:
        erase_person(tx, person, now=NOW)

    assert session.get_one(Customer, other).note == "Likes tea"
    assert places_of(session, "Likes tea") == {"audit_entries.after", "customers.note"}


def test_the_files_that_hold_the_person_are_named_and_forgotten(
    person: UUID, write: Write, session: Session
) -> None:
    with write() as tx:
        files = erase_person(tx, person, now=NOW)

    assert set(files) == {"import.csv", "errors.csv", "exports/list.csv"}
    imported = session.get_one(Import, UUID(int=7))
    assert (imported.file_path, imported.error_file) == ("", None)


def test_nothing_is_erased_while_an_import_with_the_person_runs(
    person: UUID, write: Write, session: Session
) -> None:
    with write() as tx:
        tx.get_one(Import, UUID(int=7)).state = "running"

    with pytest.raises(Refused, match=r"people\.csv"), write() as tx:
        erase_person(tx, person, now=NOW)

    assert get_customer(session, person).erased_at is None


def test_plugins_erase_theirs_under_every_id_even_disabled_ones(
    person: UUID, write: Write, session: Session
) -> None:
    asked: list[UUID] = []
    hook = Implementation("loyalty", "customer_data_erase", asked.append, ("customer_id",))

    with write(dispatcher=Dispatcher([hook])) as tx:
        erase_person(tx, person, now=NOW)

    assert set(asked) == set(ids_of(session, person))


def test_nothing_is_erased_anywhere_when_a_plugin_cannot(
    person: UUID, write: Write, session: Session
) -> None:
    def fail() -> None:
        raise ZeroDivisionError

    dispatcher = Dispatcher([Implementation("loyalty", "customer_data_erase", fail, ())])

    with pytest.raises(Refused, match="loyalty"), write(dispatcher=dispatcher) as tx:
        erase_person(tx, person, now=NOW)

    assert places_of(session, CANARY) >= EVERYWHERE


def test_a_person_is_erased_once_and_cannot_be_unmerged_afterwards(
    person: UUID, write: Write, session: Session
) -> None:
    merge_id = session.scalars(select(CustomerMerge.id)).one()
    with write() as tx:
        erase_person(tx, person, now=NOW)

    with pytest.raises(ChangedMeanwhile), write() as tx:
        erase_person(tx, person, now=NOW)
    with pytest.raises(ChangedMeanwhile), write() as tx:
        unmerge_customers(tx, merge_id, now=NOW)
    with pytest.raises(NoSuchCustomer), write() as tx:
        erase_person(tx, new_id(), now=NOW)


def test_every_table_about_customers_says_what_becomes_of_it() -> None:
    assert {table.name for table, _columns in tables_about_customers()} == set(RULES)
    for name, rule in RULES.items():
        columns = set(Base.metadata.tables[name].c.keys())
        assert rule.blank.keys() | rule.hidden <= columns, name
