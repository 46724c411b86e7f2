"""Users, roles, teams and tokens at the terminal."""

import json

import pytest
from flask import Flask
from tests.cli.conftest import Guanxi

from guanxi.errors import Conflict, Invalid, NotFound, Refused
from guanxi.platform import Platform
from guanxi.testkit.factories import Factories


def test_somebody_is_invited_changed_and_switched_off(
    guanxi: Guanxi, app: Flask, factories: Factories
) -> None:
    factories.user("admin", email="boss@example.com", name="Boss")
    guanxi("team", "create", "North")

    (link,) = guanxi("user", "invite", "ada@example.com", "--name", "Ada", "--role", "staff")
    guanxi("user", "change", "ada@example.com", "--role", "team_lead", "--team", "North")

    assert app.test_client().get(link.removeprefix("http://127.0.0.1:8000")).status_code == 200
    assert guanxi("team", "list") == ["North\tada@example.com"]
    ada = json.loads(guanxi("user", "list", "--json")[0])
    assert (ada["roles"], ada["teams"], ada["active"]) == (["team_lead"], ["North"], True)
    guanxi("user", "change", "ada@example.com", "--inactive", "--team", "")
    assert guanxi("user", "list") == [
        "ada@example.com\tAda\tinactive\tteam_lead",
        "boss@example.com\tBoss\tactive\tadmin",
    ]
    assert guanxi("team", "delete", "North") == ["Deleted."]


def test_the_last_admin_cannot_be_switched_off(guanxi: Guanxi, factories: Factories) -> None:
    factories.user("admin", email="boss@example.com")

    with pytest.raises(Refused):
        guanxi("user", "change", "boss@example.com", "--inactive")


def test_whoever_lost_the_phone_is_helped(guanxi: Guanxi, factories: Factories) -> None:
    factories.user("staff", email="ada@example.com")

    assert guanxi("user", "second-factor-off", "ada@example.com") == [
        "Only the password is asked for, until they set up a new one."
    ]
    assert guanxi("user", "sign-in-link", "ADA@example.com")[0].startswith("http://")
    assert guanxi("user", "sessions", "ada@example.com") == []
    assert guanxi("user", "end-sessions", "ada@example.com") == ["Signed out everywhere."]


def test_a_role_is_made_changed_and_deleted(guanxi: Guanxi) -> None:
    guanxi("role", "save", "--title-en", "Help desk", "--permission", "customers.view")
    guanxi("role", "save", "Help desk", "--scope", "team")

    roles = [json.loads(line) for line in guanxi("role", "list", "--json")]
    desk = next(role for role in roles if role["title_en"] == "Help desk")
    assert (desk["customer_scope"], desk["permissions"]) == ("team", ["customers.view"])
    assert guanxi("role", "delete", "Help desk") == ["Deleted."]
    assert "customers.view" in guanxi("role", "permissions")
    with pytest.raises(Invalid):
        guanxi("role", "save", "--title-en", "Odd", "--permission", "no.such")


def test_a_token_is_made_used_listed_and_revoked(
    guanxi: Guanxi, app: Flask, factories: Factories
) -> None:
    factories.user("admin", email="boss@example.com")
    (token,) = guanxi(
        "token", "create", "--user", "boss@example.com", "--name", "shop", "--scope",
        "customers.view", "--days", "5",
    )  # fmt: skip
    headers = {"Authorization": f"Bearer {token}"}

    assert app.test_client().get("/api/v1/customers", headers=headers).status_code == 200
    assert app.test_client().get("/api/v1/apps", headers=headers).status_code == 403
    (listed,) = [json.loads(line) for line in guanxi("token", "list", "--json")]
    assert (listed["name"], listed["user"], listed["scopes"]) == (
        "shop", "boss@example.com", ["customers.view"],
    )  # fmt: skip
    assert token not in "".join(guanxi("token", "list"))
    guanxi("token", "revoke", listed["id"])
    assert app.test_client().get("/api/v1/customers", headers=headers).status_code == 401


def test_a_misspelt_scope_makes_no_token(
    guanxi: Guanxi, platform: Platform, factories: Factories
) -> None:
    factories.user("admin", email="boss@example.com")

    with pytest.raises(Invalid, match=r"There is no permission customers\.veiw\."):
        guanxi("token", "create", "--user", "boss@example.com", "--scope", "customers.veiw")
    assert guanxi("token", "list") == []


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("user", "sign-in-link", "eve@example.com"), NotFound),
        (("user", "invite", "a@example.com", "--name", "A", "--role", "king"), NotFound),
        (("user", "invite", "nowhere", "--name", "A", "--role", "staff"), Invalid),
        (("team", "delete", "Nobody"), NotFound),
        (("role", "delete", "staff"), Refused),
    ],
)
def test_what_cannot_be_is_told_in_one_sentence(
    guanxi: Guanxi, arguments: tuple[str, ...], error: type[Exception]
) -> None:
    with pytest.raises(error) as told:
        guanxi(*arguments)

    assert str(told.value).count("\n") == 0
    assert "%(" not in str(told.value)


def test_a_team_of_that_name_is_made_once(guanxi: Guanxi) -> None:
    guanxi("team", "create", "North")

    with pytest.raises(Conflict):
        guanxi("team", "create", "North")
