"""A small company whose people see different customers, with words that must not leak."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from guanxi.access.models import User
from guanxi.access.permissions import CORE_PERMISSIONS
from guanxi.access.roles import create_team, save_role
from guanxi.access.users import change_user
from guanxi.clock import utc_now
from guanxi.db.write import SYSTEM
from guanxi.platform import Platform
from guanxi.testkit.clients import ApiClient

EVERYTHING = tuple(p.name for p in CORE_PERMISSIONS)


@dataclass(frozen=True, slots=True)
class Dossier:
    """One customer with one of everything. ``word`` stands in each of its texts."""

    word: str
    owner_id: UUID
    ids: Mapping[str, str]
    """By the names that routes give their arguments."""


def new_role(platform: Platform, scope: str, *permissions: str) -> UUID:
    """Make a role with these permissions, or with all of the core's."""
    with platform.database.write(SYSTEM, now=utc_now()) as session:
        return save_role(
            session,
            None,
            title_en=f"Role {scope}",
            title_zh="",
            scope=scope,
            permissions=permissions or EVERYTHING,
            known=EVERYTHING,
        )


def new_team(platform: Platform, name: str) -> UUID:
    """Make a team."""
    with platform.database.write(SYSTEM, now=utc_now()) as session:
        return create_team(session, name)


def give(platform: Platform, user_id: UUID, role_id: UUID, *team_ids: UUID) -> None:
    """Let somebody have exactly one role, and be in these teams."""
    with platform.database.write(SYSTEM, now=utc_now()) as session:
        name = session.execute(select(User.name).where(User.id == user_id)).scalar_one()
        change_user(
            session, user_id, name=name, active=True, role_ids=[role_id], team_ids=list(team_ids)
        )


def dossier(platform: Platform, api: ApiClient, word: str, owner_id: UUID) -> Dossier:
    """Make a customer of ``owner_id`` with one of everything that hangs on a customer."""
    customer = _made(
        api,
        "/customers",
        kind="person",
        name=f"{word} Person",
        owner_id=str(owner_id),
        note=f"{word} note",
        city=f"{word} City",
        tags=["common"],
        identities=[
            {"kind": "email", "value": f"{word.lower()}@example.com"},
            {"kind": "phone", "value": f"+4420794600{ord(word[0])}"},
        ],
    )
    organisation = _made(
        api, "/customers", kind="organisation", name=f"{word} Works", owner_id=str(owner_id)
    )
    twin = _made(api, "/customers", kind="person", name=f"{word} Person", owner_id=str(owner_id))
    member = _made(
        api, f"/customers/{customer['id']}/memberships", organisation_id=organisation["id"]
    )
    touchpoint = _made(
        api,
        "/touchpoints",
        channel="store",
        kind="purchase",
        occurred_at="2026-10-30T10:00:00Z",
        customer_id=customer["id"],
        subject=f"{word} subject",
        note=f"{word} said so",
        currency="GBP",
        lines=[
            {"product": f"{word}-1", "description": f"{word} mug", "quantity": "1",
             "unit_price": "9.50"}
        ],
    )  # fmt: skip
    plan = _made(
        api,
        "/planned-contacts",
        customer_id=customer["id"],
        channel="phone",
        due_on="2026-12-01",
        note=f"{word} plan",
    )
    reward = _made(
        api,
        "/rewards",
        customer_id=customer["id"],
        kind="voucher",
        reason=f"{word} reason",
        source="test",
        amount="5",
        unit="GBP",
    )
    message = _made(
        api,
        "/messages",
        customer_id=customer["id"],
        channel="email",
        purpose="service",
        subject=f"{word} mail",
        body=f"{word} body",
    )
    task = _made(
        api,
        "/tasks",
        title=f"{word} task",
        customer_id=customer["id"],
        assignee_id=str(owner_id),
    )
    comment = _made(api, "/comments", customer_id=customer["id"], text=f"{word} comment")
    return Dossier(
        word,
        owner_id,
        {
            "customer_id": customer["id"],
            "other_id": twin["id"],
            "identity_id": customer["identities"][0]["id"],
            "membership_id": member["items"][0]["membership_id"],
            "touchpoint_id": touchpoint["id"],
            "plan_id": plan["id"],
            "reward_id": reward["id"],
            "message_id": message["id"],
            "task_id": task["id"],
            "comment_id": comment["id"],
        },
    )


def _made(api: ApiClient, path: str, **body: object) -> dict[str, Any]:
    answer = api.post(path, body)
    assert answer.status_code == 201, (path, answer.text)
    made: dict[str, Any] = answer.json
    return made
