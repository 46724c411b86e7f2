"""Comments: seen by those who see the customer; mentioned colleagues are told."""

from sqlalchemy import select
from tests.work.conftest import As, customer, writing

from guanxi.customers.domain.merging import merge_customers
from guanxi.platform import Platform
from guanxi.testkit.factories import Factories
from guanxi.testkit.fixtures import NOW
from guanxi.work.domain.personal_data import erase_work, export_work
from guanxi.work.models import CustomerComment, Notification


def test_a_mention_tells_the_colleague_and_reading_it_counts_down(
    platform: Platform, factories: Factories, as_user: As
) -> None:
    ann, bo = factories.user("owner", name="Ann"), factories.user("owner", name="Bo")
    ada = customer(platform, "Ada")

    made = as_user(ann).post("/comments", {"customer_id": str(ada), "text": "@Bo please call"})
    news = as_user(bo).get("/notifications").json
    as_user(bo).post("/notifications/read")

    assert (made.status_code, made.json["mentions"]) == (201, [str(bo)])
    assert [(n["kind"], n["actor_name"], n["text"]) for n in news["items"]] == [
        ("mention", "Ann", "@Bo please call")
    ]
    assert (news["unread"], as_user(bo).get("/notifications").json["unread"]) == (1, 0)
    assert as_user(ann).get("/notifications").json["items"] == []


def test_a_colleague_who_may_not_see_the_customer_is_not_told(
    platform: Platform, factories: Factories, as_user: As
) -> None:
    ann, bo = factories.user("staff", name="Ann"), factories.user("staff", name="Bo")
    ada = customer(platform, "Ada", ann)

    made = as_user(ann).post("/comments", {"customer_id": str(ada), "text": "@Bo secret"})

    assert made.json["mentions"] == []
    assert as_user(bo).get("/notifications").json == {"items": [], "unread": 0}
    assert as_user(bo).get(f"/comments?customer_id={ada}").status_code == 404
    assert as_user(bo).post("/comments", {"customer_id": str(ada), "text": "x"}).status_code == 404


def test_who_loses_sight_of_a_customer_loses_the_notification(
    platform: Platform, factories: Factories, as_user: As
) -> None:
    ann, bo = factories.user("owner", name="Ann"), factories.user("staff", name="Bo")
    ada = customer(platform, "Ada", bo)
    as_user(ann).post("/comments", {"customer_id": str(ada), "text": "@Bo here"})
    before = as_user(bo).get("/notifications").json["unread"]
    version = as_user(ann).get(f"/customers/{ada}").headers.get("ETag")
    as_user(ann).patch(f"/customers/{ada}", {"owner_id": str(ann)}, If_Match=version or "*")

    assert (before, as_user(bo).get("/notifications").json["unread"]) == (1, 0)


def test_only_the_author_deletes_a_comment(
    platform: Platform, factories: Factories, as_user: As
) -> None:
    ann, bo = factories.user("owner", name="Ann"), factories.user("owner", name="Bo")
    ada = customer(platform, "Ada")
    made = as_user(ann).post("/comments", {"customer_id": str(ada), "text": "@Bo hi"}).json

    others = as_user(bo).delete(f"/comments/{made['id']}").status_code
    own = as_user(ann).delete(f"/comments/{made['id']}").status_code

    assert (others, own) == (403, 204)
    assert as_user(ann).get(f"/comments?customer_id={ada}").json == {"items": []}
    assert as_user(bo).get("/notifications").json["items"] == []


def test_comments_follow_a_merge(platform: Platform, factories: Factories, as_user: As) -> None:
    ann = factories.user("owner")
    one, other = customer(platform, "Ada"), customer(platform, "Ada L")
    as_user(ann).post("/comments", {"customer_id": str(one), "text": "first"})
    with platform.database.write(
        factories.principal(ann).actor, now=NOW, dispatcher=platform.dispatcher
    ) as session:
        merge_customers(session, other, one, now=NOW)

    found = as_user(ann).get(f"/comments?customer_id={other}").json["items"]

    assert [comment["text"] for comment in found] == ["first"]


def test_erasing_takes_comments_tasks_and_notifications(
    platform: Platform, factories: Factories, as_user: As
) -> None:
    ann, bo = factories.user("owner", name="Ann"), factories.user("owner", name="Bo")
    ada = customer(platform, "Ada")
    client = as_user(ann)
    client.post("/comments", {"customer_id": str(ada), "text": "@Bo she is ill"})
    client.post("/tasks", {"title": "Call", "customer_id": str(ada), "assignee_id": str(bo)})
    with platform.database.read() as session:
        told = export_work(session, ada)

    with writing(platform) as session:
        erase_work(session, ada)

    with platform.database.read() as session:
        left = [session.scalars(select(m)).all() for m in (CustomerComment, Notification)]
    assert [one["text"] for one in told["comments"]] == ["@Bo she is ill"]
    assert [one["title"] for one in told["tasks"]] == ["Call"]
    assert left == [[], []]


def test_the_partial_shows_comments_escaped(
    platform: Platform, factories: Factories, as_user: As
) -> None:
    ann = factories.user("owner", name="Ann")
    ada = customer(platform, "Ada")
    client = as_user(ann)
    client.post("/comments", {"customer_id": str(ada), "text": "<script>alert(1)</script>"})

    part = client._client.get(
        f"/customers/{ada}/comments", headers={"Authorization": f"Bearer {client.token}"}
    ).text

    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in part
    assert "<html" not in part
