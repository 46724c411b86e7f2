"""Tasks: my day, colleagues, done and open again; seen as their customers are."""

from datetime import timedelta
from uuid import UUID

import pytest
from tests.work.conftest import As, customer

from guanxi.platform import Platform
from guanxi.testkit.clients import ApiClient
from guanxi.testkit.factories import Factories
from guanxi.testkit.fixtures import NOW
from guanxi.work.domain.tasks import day_of

TODAY = NOW.date()


def titles(client: ApiClient, query: str = "") -> list[str]:
    return [task["title"] for task in client.get(f"/tasks{query}").json["items"]]


def page(client: ApiClient, path: str) -> str:
    return client._client.get(path, headers={"Authorization": f"Bearer {client.token}"}).text


def test_my_day_has_three_parts(platform: Platform, factories: Factories, as_user: As) -> None:
    ann = factories.user("staff")
    for title, days in (("late", -1), ("now", 0), ("soon", 1), ("some day", None)):
        due = None if days is None else str(TODAY + timedelta(days=days))
        as_user(ann).post("/tasks", {"title": title, "due_on": due})

    with platform.database.read(factories.principal(ann, scope="own")) as session:
        day = day_of(session, ann, TODAY)

    parts = [[task.title for task in part] for part in (day.overdue, day.today, day.later)]
    assert parts == [["late"], ["now"], ["soon", "some day"]]


def test_a_task_is_done_and_open_again(
    platform: Platform, factories: Factories, as_user: As
) -> None:
    client = as_user(factories.user("staff", name="Ann"))
    path = f"/tasks/{client.post('/tasks', {'title': 'Call'}).json['id']}"

    done = client.put(f"{path}/done", {"done": True}).json
    again = client.put(f"{path}/done", {"done": True}).json
    counted = (titles(client, "?done=true"), titles(client, "?done=false"))
    opened = client.put(f"{path}/done", {"done": False}).json

    assert (done["done_by"], done["version"], again["version"]) == ("Ann", 2, 2)
    assert counted == (["Call"], [])
    assert (opened["done_at"], opened["version"]) == (None, 3)


def test_the_assignee_is_told_and_the_giver_sees_it(
    platform: Platform, factories: Factories, as_user: As
) -> None:
    ann, bo = factories.user("owner", name="Ann"), factories.user("owner", name="Bo")

    as_user(ann).post("/tasks", {"title": "Call Ada", "assignee_id": str(bo)})

    [news] = as_user(bo).get("/notifications").json["items"]
    assert (news["kind"], news["text"]) == ("task", "Call Ada")
    assert "With colleagues" in page(as_user(ann), "/tasks")


def test_nobody_gets_a_task_about_a_customer_out_of_sight(
    platform: Platform, factories: Factories, as_user: As
) -> None:
    ann, bo = factories.user("staff", name="Ann"), factories.user("staff", name="Bo")
    ada = customer(platform, "Ada", ann)

    answer = as_user(ann).post(
        "/tasks", {"title": "Call", "customer_id": str(ada), "assignee_id": str(bo)}
    )

    assert (answer.status_code, answer.json["code"]) == (422, "out_of_sight")


def test_tasks_are_seen_with_their_customers_and_private_ones_by_their_people(
    platform: Platform, factories: Factories, as_user: As
) -> None:
    ann, bo = factories.user("staff", name="Ann"), factories.user("staff", name="Bo")
    owner = factories.user("owner")
    ada = customer(platform, "Ada", ann)
    of_ada = as_user(ann).post("/tasks", {"title": "of Ada", "customer_id": str(ada)}).json["id"]
    private = as_user(ann).post("/tasks", {"title": "private"}).json["id"]

    seen = {
        name: titles(as_user(who)) for name, who in (("ann", ann), ("bo", bo), ("owner", owner))
    }

    assert seen == {"ann": ["of Ada", "private"], "bo": [], "owner": ["of Ada"]}
    for task_id in (of_ada, private):
        assert as_user(bo).get(f"/tasks/{task_id}").status_code == 404
        assert as_user(bo).put(f"/tasks/{task_id}", {"title": "x"}).status_code == 404
        assert as_user(bo).put(f"/tasks/{task_id}/done", {"done": True}).status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {"title": ""},
        {"title": "x", "due_on": "tomorrow"},
        {"title": "x", "assignee_id": str(UUID(int=7))},
        {"title": "x" * 201},
        {"title": "a\x00b"},
        {},
    ],
)
def test_what_cannot_be_a_task_is_refused(
    platform: Platform, factories: Factories, as_user: As, body: dict[str, str]
) -> None:
    assert as_user(factories.user("staff")).post("/tasks", body).status_code == 422


def test_a_change_that_saw_an_older_version_is_refused(
    platform: Platform, factories: Factories, as_user: As
) -> None:
    client = as_user(factories.user("staff"))
    made = client.post("/tasks", {"title": "Call"})
    path, tag = f"/tasks/{made.json['id']}", made.headers["ETag"]

    changes = [client.put(path, {"title": f"Call {n}"}, If_Match=tag).status_code for n in (1, 2)]

    assert changes == [200, 412]


def test_the_list_goes_page_by_page(platform: Platform, factories: Factories, as_user: As) -> None:
    client = as_user(factories.user("staff"))
    for n in range(5):
        client.post("/tasks", {"title": str(n)})

    first = client.get("/tasks?limit=3").json
    second = client.get(f"/tasks?limit=3&after={first['next']}").json

    assert [t["title"] for t in first["items"] + second["items"]] == ["0", "1", "2", "3", "4"]
    assert second["next"] is None


def test_the_pages_make_change_and_finish_a_task(
    platform: Platform, factories: Factories, as_user: As
) -> None:
    client = as_user(factories.user("owner", name="Ann"))
    headers = {"Authorization": f"Bearer {client.token}"}
    empty = page(client, "/tasks")
    ada = customer(platform, "Ada Lovelace")
    form = {"title": "Call", "due_on": "2020-01-01", "customer_id": str(ada)}
    bad = client._client.post("/tasks/new", data=form | {"due_on": "soon"}, headers=headers)
    made = client._client.post("/tasks/new", data=form, headers=headers)
    listed = page(client, "/tasks")
    [task] = client.get("/tasks").json["items"]
    changed = client._client.post(
        f"/tasks/{task['id']}", data=form | {"title": "Visit"}, headers=headers
    )
    shown = page(client, f"/tasks/{task['id']}")
    client._client.post(f"/tasks/{task['id']}/done", headers=headers)

    assert "Nothing to do" in empty
    assert (bad.status_code, made.status_code, changed.status_code) == (422, 302, 302)
    assert ("Overdue" in listed, "Ada Lovelace" in listed) == (True, True)
    assert ("Visit" in shown, "Ada Lovelace" in shown) == (True, True)
    assert "Nothing to do" in page(client, "/tasks")


def test_the_menu_counts_what_is_unread(
    platform: Platform, factories: Factories, as_user: As
) -> None:
    ann, bo = factories.user("owner", name="Ann"), factories.user("owner", name="Bo")
    for n in range(3):
        as_user(ann).post("/tasks", {"title": f"Task {n}", "assignee_id": str(bo)})
    client = as_user(bo)
    headers = {"Authorization": f"Bearer {client.token}"}
    first = client.get("/notifications").json["items"][0]

    listed = page(client, "/notifications")
    read = client._client.post(
        f"/notifications/{first['id']}/read", data={"next": "/tasks"}, headers=headers
    )

    assert ("3 unread" in listed, "Ann gave you a task" in listed) == (True, True)
    assert (read.status_code, read.headers["Location"]) == (302, "/tasks")
    assert client.get("/notifications").json["unread"] == 2
    assert (
        as_user(ann)
        ._client.post(
            f"/notifications/{first['id']}/read",
            headers={"Authorization": f"Bearer {as_user(ann).token}"},
        )
        .status_code
        == 404
    )
