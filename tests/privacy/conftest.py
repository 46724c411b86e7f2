"""What the tests of privacy share: a person with a life full of a word to look for afterwards."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Text, cast, select
from sqlalchemy.orm import Session

from guanxi.customers.domain.closing import close_customer
from guanxi.customers.domain.consents import Decision, record_consent
from guanxi.customers.domain.creating import create_customer
from guanxi.customers.domain.custom_fields import create_field
from guanxi.customers.domain.drafts import CustomerDraft
from guanxi.customers.domain.identity_input import read_identity
from guanxi.customers.domain.memberships import add_member
from guanxi.customers.domain.merging import merge_customers
from guanxi.db.all_models import Base
from guanxi.exports.models import Export
from guanxi.http.models import IdempotentAnswer
from guanxi.imports.models import Import, ImportRefusal
from guanxi.messages.models import Message
from guanxi.rewards.domain.requesting import RewardDraft, request
from guanxi.testkit.fixtures import NOW
from guanxi.touchpoints.domain.drafts import Draft
from guanxi.touchpoints.domain.planning import Plan, plan_contact
from guanxi.touchpoints.domain.recording import record
from guanxi.webhooks.models import WebhookDelivery, WebhookEndpoint
from guanxi.work.domain.tasks import TaskDraft, create_task
from guanxi.work.models import CustomerComment

CANARY = "Kanarienvogel"
"""Stands in everything that is personal about the person."""
Write = Callable[..., Any]


@pytest.fixture
def person(write: Write) -> UUID:
    """A person of whom the core holds something in every place that can hold something."""
    with write() as tx:
        create_field(tx, "hobby", "text", {"title_en": "Hobby", "title_zh": "爱好"})
        acme = create_customer(tx, CustomerDraft(kind="organisation", name="Acme"), now=NOW).id
        made = _customer(tx, "1")
        other = _customer(tx, "2")
        add_member(tx, made, acme, CANARY, now=NOW)
        record_consent(tx, made, [Decision("email", "marketing", True, CANARY)], now=NOW)
        _contacts(tx, made)
        _reward(tx, made)
        merge_customers(tx, made, other, {"name": "merged"}, now=NOW)
        close_customer(tx, made, CANARY, now=NOW)
        _leftovers(tx, made)
    return made


def _customer(tx: Session, number: str) -> UUID:
    texts = dict.fromkeys(("region", "city", "street", "postcode", "note"), f"{CANARY}{number}")
    identities = (
        read_identity("email", f"{CANARY}{number}@example.com"),
        read_identity("social", f"@{CANARY}{number}", source="weibo"),
    )
    draft = CustomerDraft(
        name=f"{CANARY} {number}", identities=identities, custom={"hobby": CANARY}, **texts
    )
    return create_customer(tx, draft, now=NOW).id


def _contacts(tx: Session, customer_id: UUID) -> None:
    call = Draft(channel="phone", kind="call", occurred_at=NOW, customer_id=customer_id)
    record(tx, _with_text(call), now=NOW)
    hint = f"{CANARY.lower()}1@example.com"
    unknown = Draft(channel="phone", kind="call", occurred_at=NOW, customer_hint=hint)
    record(tx, unknown, now=NOW)
    plan_contact(tx, Plan(customer_id=customer_id, due_on=NOW.date(), note=CANARY), now=NOW)


def _with_text(draft: Draft) -> Draft:
    return Draft(
        channel=draft.channel,
        kind=draft.kind,
        occurred_at=draft.occurred_at,
        customer_id=draft.customer_id,
        subject=CANARY,
        note=CANARY,
    )


def _reward(tx: Session, customer_id: UUID) -> None:
    wish = RewardDraft(
        customer_id=customer_id, kind="points", reason=CANARY, source="s", idempotency_key="k"
    )
    request(tx, wish, now=NOW)


def _leftovers(tx: Session, customer_id: UUID) -> None:
    """What other parts write in the course of time."""
    tx.add(
        Message(
            customer_id=customer_id, channel="email", purpose="service", subject=CANARY,
            body=CANARY, source="guanxi", idempotency_key="m", state="sent", address=CANARY,
            sent_subject=CANARY, sent_text=CANARY, reason_values={"why": CANARY},
            sender_name="Staff", created_at=NOW, due_at=NOW,
        )
    )  # fmt: skip
    tx.add(
        CustomerComment(customer_id=customer_id, author_name="Staff", text=CANARY, created_at=NOW)
    )
    create_task(tx, TaskDraft(title=CANARY, note=CANARY, customer_id=customer_id), now=NOW)
    body = f'{{"id": "{customer_id}", "name": "{CANARY}"}}'.encode()
    tx.add(
        IdempotentAnswer(
            principal="p", key="k", request_hash=b"", status=201, headers={}, body=body,
            created_at=NOW,
        )
    )  # fmt: skip
    tx.add(
        Import(
            importer="customers", file_name="people.csv", file_path="import.csv", file_sha256="",
            format={}, mapping={}, state="done", rows_done=1, counts={},
            error_file="errors.csv", actor_name="Staff", created_at=NOW,
            id=(import_id := UUID(int=7)),
        )
    )  # fmt: skip
    tx.flush()
    refused = {"import_id": import_id, "row_number": 3, "message": "%(value)s is taken."}
    tx.add(ImportRefusal(**refused, cells=["Ann", f"{CANARY}1@example.com"], params={}))
    tx.add(
        Export(
            what="customers", format="csv", arguments=[["q", f"{CANARY} 1"]], state="done",
            file_path="exports/list.csv", actor_name="Staff", language="en", created_at=NOW,
        )
    )  # fmt: skip
    customers = Base.metadata.tables["customers"]
    tx.execute(customers.update().where(customers.c.id == customer_id).values(import_id=import_id))
    _told(tx, customer_id)


def _told(tx: Session, customer_id: UUID) -> None:
    """A webhook that told of the reward."""
    tx.flush()
    tx.info["write"].write_pending(tx)
    events = Base.metadata.tables["events"]
    position = tx.scalar(
        select(events.c.position).where(
            events.c.customer_id == customer_id, events.c.kind == "RewardRequested"
        )
    )
    endpoint = WebhookEndpoint(
        title="Shop", url="https://example.com", events=["*"], secret="x", since_position=0,
        created_at=NOW, changed_at=NOW,
    )  # fmt: skip
    tx.add(endpoint)
    tx.flush()
    tx.add(
        WebhookDelivery(
            endpoint_id=endpoint.id, message_id="m", position=position, kind="RewardRequested",
            body=f'{{"reason": "{CANARY}"}}', state="delivered", next_try_at=NOW, created_at=NOW,
        )
    )  # fmt: skip


def places_of(session: Session, word: str) -> set[str]:
    """Return the tables and columns of the whole database that hold ``word`` in any case."""
    found = set()
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if column.type.python_type is bytes:
                values = [v.decode("latin-1") for v in session.scalars(select(column)) if v]
            else:
                values = [v for v in session.scalars(select(cast(column, Text))) if v]
            if any(word.lower() in value.lower() for value in values):
                found.add(f"{table.name}.{column.name}")
    return found
