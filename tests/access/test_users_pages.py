"""Users, roles and teams, as an admin manages them in the web."""

import re
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select
from tests.touchpoints.conftest import Browser, audited, browser

from guanxi.access.models import Role, User, UserRole
from guanxi.platform import Platform
from guanxi.testkit.factories import Factories

__all__ = ["browser"]


def role_id(platform: Platform, name: str) -> str:
    with platform.database.read() as session:
        return str(session.execute(select(Role.id).where(Role.name == name)).scalar_one())


def person(platform: Platform, user_id: UUID) -> User:
    with platform.database.read() as session:
        return session.get_one(User, user_id)


def test_somebody_is_invited_and_chooses_a_password(
    browser: Browser, app: Flask, platform: Platform
) -> None:
    form = {"name": "Ada", "email": "ada@example.com", "roles": role_id(platform, "staff")}

    page = browser.send("/users/new", form).text

    link = re.search(r"/sign-in/link/gxl_[\w-]+", page)
    assert link is not None
    assert "Welcome, Ada" in app.test_client().get(link[0]).text
    with platform.database.read() as session:
        (entry,) = audited(session, "user.created")
    assert entry.actor_name == "Grace"
    assert entry.after == {"email": "ada@example.com", "name": "Ada", "roles": ["staff"]}


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"name": "", "email": "ada@example.com"}, 422),
        ({"name": "Ada", "email": "nowhere"}, 422),
        ({"name": "Ada", "email": "ada@example.com", "roles": str(UUID(int=9))}, 422),
        ({"name": "Ada", "email": "ada@example.com", "roles": "admin"}, 422),
        ({"name": "Ada", "email": "GRACE@example.com"}, 409),
    ],
)
def test_an_invitation_that_cannot_be_is_refused(
    browser: Browser, platform: Platform, factories: Factories, form: dict[str, str], status: int
) -> None:
    factories.user("staff", email="grace@example.com")

    assert browser.send("/users/new", form).status_code == status

    with platform.database.read() as session:
        assert session.scalars(select(User).where(User.name == "Ada")).all() == []


def test_a_change_of_roles_and_teams_is_audited_and_ends_sessions(
    browser: Browser, app: Flask, platform: Platform, factories: Factories
) -> None:
    lead = factories.user("team_lead", name="Lea")
    her = Browser(app, platform.database, lead)
    browser.send("/users/teams", {"name": "North"})
    page = browser.get(f"/users/{lead}").text
    team = re.search(r'name="teams"[^>]*value="([^"]+)"|value="([^"]+)"[^>]*name="teams"', page)
    assert team is not None
    assert her.get("/profile").status_code == 200

    form = {"name": "Lea", "active": "1", "roles": role_id(platform, "staff")}
    browser.send(f"/users/{lead}", {**form, "teams": team[1] or team[2]})

    with platform.database.read() as session:
        entry = audited(session, "user.changed")[-1]
    assert entry.before == {"roles": ["team_lead"], "teams": []}
    assert entry.after == {"roles": ["staff"], "teams": ["North"]}
    assert her.get("/profile").status_code == 302


@pytest.mark.parametrize(
    "form", [{"teams": str(UUID(int=9))}, {"roles": str(UUID(int=9))}, {"name": "x" * 300}]
)
def test_a_change_that_cannot_be_is_refused_with_a_sentence(
    browser: Browser, platform: Platform, factories: Factories, form: dict[str, str]
) -> None:
    staff = factories.user("staff", name="Ada")

    answer = browser.send(f"/users/{staff}", {"name": "Ada", "active": "1"} | form)

    assert answer.status_code == 422
    assert person(platform, staff).name == "Ada"


def test_the_last_admin_stays_one(browser: Browser, platform: Platform) -> None:
    with platform.database.read() as session:
        grace = session.execute(select(User.id).where(User.name == "Grace")).scalar_one()

    answer = browser.send(f"/users/{grace}", {"name": "Grace", "active": "1"})

    assert answer.status_code == 422
    assert "At least one active user keeps the role Admin." in answer.text
    assert browser.get("/users/").status_code == 200


def test_a_role_of_ones_own_is_made_changed_and_deleted(
    browser: Browser, platform: Platform
) -> None:
    form = {"title_en": "Help desk", "title_zh": "客服", "scope": "team"}

    browser.send("/users/roles/new", {**form, "permissions": ["customers.view", "home.view"]})
    with platform.database.read() as session:
        role = session.scalars(select(Role).where(Role.title_en == "Help desk")).one()
    assert role.permissions == ["customers.view", "home.view"]

    browser.send(f"/users/roles/{role.id}", {**form, "permissions": ["home.view"]})
    browser.send(f"/users/roles/{role.id}/delete")
    with platform.database.read() as session:
        saved, deleted = audited(session, "role.saved"), audited(session, "role.deleted")
        assert session.get(Role, role.id) is None
    assert saved[-1].before == {"permissions": ["customers.view", "home.view"]}
    assert saved[-1].after == {"permissions": ["home.view"]}
    assert len(deleted) == 1


@pytest.mark.parametrize(
    "form",
    [
        {"title_en": "", "scope": "own"},
        {"title_en": "Desk", "scope": "everything"},
        {"title_en": "Desk", "scope": "own", "permissions": ["no.such"]},
    ],
)
def test_a_role_that_cannot_be_is_refused(
    browser: Browser, platform: Platform, form: dict[str, object]
) -> None:
    assert browser.send("/users/roles/new", form).status_code == 422

    with platform.database.read() as session:
        assert session.scalars(select(Role).where(Role.title_en == "Desk")).all() == []


def test_the_role_admin_and_roles_in_use_stay(
    browser: Browser, platform: Platform, factories: Factories
) -> None:
    admin = role_id(platform, "admin")

    changed = browser.send(f"/users/roles/{admin}", {"title_en": "Weak", "scope": "own"})
    deleted = browser.send(f"/users/roles/{admin}/delete")

    assert (changed.status_code, deleted.status_code) == (422, 422)
    with platform.database.read() as session:
        assert session.scalars(select(UserRole)).all() != []


def test_a_team_of_that_name_is_made_once(browser: Browser) -> None:
    assert browser.send("/users/teams", {"name": "North"}).status_code == 302
    assert browser.send("/users/teams", {"name": "North"}).status_code == 409
    assert browser.send("/users/teams", {"name": " "}).status_code == 422
