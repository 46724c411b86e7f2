"""Alarms: whoever may see how the system is gets a to-do, once while it is open."""

from uuid import UUID

from tests.work.conftest import As, writing

from guanxi.db import Actor
from guanxi.platform import Platform
from guanxi.sdk import Text, raise_alarm
from guanxi.testkit.factories import Factories
from guanxi.testkit.fixtures import NOW

TITLE = Text("The books do not fit", "账目不符")
NOTE = Text("Run the check.", "请运行核对。")


def alarm(platform: Platform, key: str = "shop.check") -> int:
    with writing(platform, Actor("plugin", "shop")) as session:
        return raise_alarm(session, key, TITLE, NOTE, now=NOW)


def tasks(as_user: As, user: UUID) -> list[tuple[str, str]]:
    items = as_user(user).get("/tasks").json["items"]
    return [(one["title"], one["note"]) for one in items]


def test_an_alarm_is_a_to_do_of_admins_and_nobody_else(
    platform: Platform, factories: Factories, as_user: As
) -> None:
    admin, owner, staff = (factories.user(role) for role in ("admin", "owner", "staff"))

    told = alarm(platform)

    assert told == 2
    expected = [("The books do not fit", "Run the check.")]
    assert (tasks(as_user, admin), tasks(as_user, owner)) == (expected, expected)
    assert tasks(as_user, staff) == []


def test_they_are_notified_too(platform: Platform, factories: Factories, as_user: As) -> None:
    admin = factories.user("admin")

    alarm(platform)

    news = as_user(admin).get("/notifications").json["items"]
    assert [(one["kind"], one["text"]) for one in news] == [("task", "The books do not fit")]


def test_an_alarm_is_not_repeated_while_it_is_open(
    platform: Platform, factories: Factories, as_user: As
) -> None:
    client = as_user(factories.user("admin"))
    alarm(platform)

    again, another = alarm(platform), alarm(platform, "shop.other")
    for task in client.get("/tasks").json["items"]:
        client.put(f"/tasks/{task['id']}/done", {"done": True})
    later = alarm(platform)

    assert (again, another, later) == (0, 1, 1)
