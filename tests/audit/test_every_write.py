"""Every change leaves an entry in the audit log: swept over the API and what pages alone do."""

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select
from tests.api.conftest import document, every, ids
from tests.api.operations import Operation
from tests.api.test_repeating import _body
from tests.touchpoints.conftest import Browser, browser

from guanxi.access.models import Role, Team
from guanxi.audit.models import AuditEntry
from guanxi.platform import Platform
from guanxi.testkit.clients import ApiClient
from guanxi.testkit.factories import Factories

__all__ = ["browser", "document", "every", "ids"]
CHANGES_NOTHING = {
    "POST /api/v1/customers/similar": "asks a question with a body",
    "POST /api/v1/customers/{customer_id}/find-duplicates": "suggestions are derived",
    "POST /api/v1/notifications/read": "what somebody has read is their own affair",
    "POST /api/v1/touchpoints/assign-known": "nothing waits for a customer in this test",
    "POST /api/v1/webhooks/{endpoint_id}/test": "a test; the webhook's log tells of it",
}
"""What may leave no entry, and why."""
OTHER_BODIES: dict[str, dict[str, Any]] = {
    "PATCH /api/v1/channels/{key}": {"title_en": "Fair", "title_zh": "展会"},
    "PATCH /api/v1/settings/{scope}": {"company": "Another House"},
    "PATCH /api/v1/touchpoint-kinds/{key}": {"title_en": "Visit", "title_zh": "拜访"},
    "PATCH /api/v1/touchpoint-outcomes/{key}": {"title_en": "Gone", "title_zh": "离开"},
    "PUT /api/v1/tags": {"name": "fresh", "colour": "yellow"},
    "PUT /api/v1/tasks/{task_id}/done": {"done": True},
}
"""Where the usual body says what is so already, and nothing would change."""


def entries(platform: Platform) -> int:
    with platform.database.read() as session:
        return session.execute(select(func.count()).select_from(AuditEntry)).scalar_one()


def settings_version(platform: Platform) -> int:
    with platform.database.read() as session:
        return platform.settings.version(session, "core")


def test_every_change_by_api_is_in_the_audit_log(
    api: ApiClient,
    platform: Platform,
    factories: Factories,
    every: list[Operation],
    ids: dict[str, Any],
) -> None:
    chosen = {"customer_ids": [ids["customer_id"]], "owner_id": str(factories.user())}
    bodies = OTHER_BODIES | {"POST /api/v1/customers/assign": chosen}
    done, silent = [], []
    for one in every:
        if one.method == "GET" or "multipart" in str(one.described.get("requestBody")):
            continue
        before = entries(platform)
        path = one.address(ids).removeprefix("/api/v1")
        body = bodies.get(str(one)) or _body(one, ids)
        answer = api.request(one.method, path, body)
        if answer.status_code >= 400:
            assert entries(platform) == before, f"{one} was refused, and audited all the same"
            continue
        done.append(str(one))
        if entries(platform) == before and str(one) not in CHANGES_NOTHING:
            silent.append((str(one), answer.status_code, answer.text[:200]))

    assert silent == []
    assert len(done) > 40, done


@pytest.fixture
def send(browser: Browser, platform: Platform) -> Callable[..., list[str]]:
    """``send("/users/teams", name="North")`` returns the actions that were noted."""

    def sent(path: str, **form: object) -> list[str]:
        before = entries(platform)
        answer = browser.send(path, form)
        assert answer.status_code < 400, (path, answer.status_code)
        with platform.database.read() as session:
            newest = select(AuditEntry).order_by(AuditEntry.id).offset(before)
            found = session.scalars(newest).all()
        assert {entry.actor_name for entry in found} <= {"Grace"}
        return [entry.action for entry in found]

    return sent


def one_id(platform: Platform, query: Any) -> UUID:
    with platform.database.read() as session:
        found: UUID = session.scalars(query).first()
        return found


def test_users_roles_and_teams(
    send: Callable[..., list[str]], platform: Platform, factories: Factories
) -> None:
    staff = one_id(platform, select(Role.id).where(Role.name == "staff"))
    user = factories.user("staff", name="Ada")

    assert send("/users/new", name="Bo", email="bo@example.com", roles=staff) == [
        "user.created", "user.link_made",
    ]  # fmt: skip
    assert send(f"/users/{user}", name="Ada L.", active="1", roles=staff) == ["user.changed"]
    assert send(f"/users/{user}/link") == ["user.link_made"]
    assert send("/users/teams", name="North") == ["team.created"]
    assert send(f"/users/teams/{one_id(platform, select(Team.id))}/delete") == ["team.deleted"]
    assert send("/users/roles/new", title_en="Desk", scope="own") == ["role.saved"]
    desk = one_id(platform, select(Role.id).where(Role.title_en == "Desk"))
    assert send(f"/users/roles/{desk}", title_en="Desk", scope="all") == ["role.saved"]
    assert send(f"/users/roles/{desk}/delete") == ["role.deleted"]


def test_apps(send: Callable[..., list[str]]) -> None:
    assert send("/apps/hello/enable") == ["plugin.enabled"]
    assert send("/apps/hello/disable") == ["plugin.disabled"]
    assert send("/apps/hello/uninstall", data="keep", confirmation="hello") == [
        "plugin.uninstalled"
    ]


def test_ones_own_profile(send: Callable[..., list[str]], browser: Browser) -> None:
    assert send("/profile", name="Grace", language="zh", time_zone="Asia/Shanghai") == [
        "user.changed"
    ]
    phrase = "quite another long phrase"
    assert send("/profile/password", password=phrase, again=phrase) == ["user.password_chosen"]
    assert send("/profile/tokens", name="shop") == ["token.created"]
    token = re.search(r"/profile/tokens/([0-9a-f-]{36})/revoke", browser.get("/profile").text)
    assert token is not None
    assert send(f"/profile/tokens/{token[1]}/revoke") == ["token.revoked"]


def test_settings_and_lists(send: Callable[..., list[str]], platform: Platform) -> None:
    choices = {"version": settings_version(platform), "company": "Tea House"}
    assert send("/settings/core", **choices) == ["settings.changed"]
    choices["version"] = settings_version(platform)
    assert send("/settings/core", **choices) == [], "nothing changed"
    assert send("/touchpoints/lists/channel", key="fair", title_en="Fair", title_zh="展会") == [
        "touchpoint_channel.added"
    ]
    assert send("/customers/tags", name="gold", colour="yellow") == ["tag.changed"]
    assert send("/exports/", what="customers", format="csv") == ["export.asked"]


def test_nobody_reads_it_without_the_permission(
    platform: Platform, factories: Factories, browser: Browser, app: Any
) -> None:
    staff = Browser(app, platform.database, factories.user("staff"))

    assert browser.get("/audit/").status_code == 200
    assert staff.get("/audit/").status_code == 403


def test_it_is_filtered_by_who_what_and_when(
    send: Callable[..., list[str]], browser: Browser, platform: Platform
) -> None:
    send("/settings/core", version=settings_version(platform), company="Tea House")
    send("/users/teams", name="North")

    def shown(**query: str) -> tuple[bool, bool]:
        page = browser.get("/audit/?" + "&".join(f"{k}={v}" for k, v in query.items())).text
        return "Tea House" in page, "North" in page

    assert shown() == (True, True)
    assert shown(action="team.created") == (False, True)
    assert shown(subject_kind="settings", subject_id="core") == (True, False)
    assert shown(actor_name="Grace") == (True, True)
    assert shown(actor_name="Nobody") == (False, False)
    assert shown(until="2020-01-01") == (False, False)
    assert shown(since="2020-01-01") == (True, True)
    assert shown(since="not a day", before="x") == (True, True)
