"""``Idempotency-Key``: one effect, one answer, whoever retries."""

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

from flask import Flask
from sqlalchemy import text
from werkzeug.test import TestResponse

from guanxi.clock import utc_now
from guanxi.db import Actor
from guanxi.http.idempotency import forget_old
from guanxi.platform import Platform
from guanxi.testkit.clients import ApiClient
from guanxi.testkit.factories import Factories


def changes(platform: Platform) -> int:
    with platform.database.read() as session:
        return session.execute(text("SELECT count(*) FROM settings_history")).scalar_one()


def test_a_repeated_request_gets_the_first_answer(platform: Platform, api: ApiClient) -> None:
    first = api.patch("/settings/core", {"company": "A"}, Idempotency_Key="k1")
    api.patch("/settings/core", {"company": "B"})

    again = api.patch("/settings/core", {"company": "A"}, Idempotency_Key="k1")

    assert again.data == first.data
    assert again.headers["Idempotent-Replayed"] == "true"
    assert changes(platform) == 2


def test_another_body_under_the_same_key_is_refused(platform: Platform, api: ApiClient) -> None:
    api.patch("/settings/core", {"company": "A"}, Idempotency_Key="k1")

    other = api.patch("/settings/core", {"company": "B"}, Idempotency_Key="k1")

    assert other.status_code == 422
    assert changes(platform) == 1


def test_a_refused_request_does_not_use_its_key_up(platform: Platform, api: ApiClient) -> None:
    assert api.patch("/settings/core", {"currency": "?"}, Idempotency_Key="k1").status_code == 422

    assert api.patch("/settings/core", {"currency": "CNY"}, Idempotency_Key="k1").status_code == 200


def test_keys_of_different_people_do_not_meet(
    platform: Platform, app: Flask, api: ApiClient, factories: Factories
) -> None:
    other = ApiClient(app, factories.token("admin"))
    api.patch("/settings/core", {"company": "A"}, Idempotency_Key="k1")

    assert other.patch("/settings/core", {"company": "B"}, Idempotency_Key="k1").status_code == 200
    assert changes(platform) == 2


def test_of_many_at_once_one_takes_effect(platform: Platform, app: Flask, api: ApiClient) -> None:
    start = Barrier(8)

    def send(_: int) -> int:
        client = ApiClient(app, api.token)
        start.wait()
        return client.patch("/settings/core", {"company": "A"}, Idempotency_Key="k1").status_code

    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(send, range(8)))

    assert set(statuses) <= {200, 409}
    assert 200 in statuses
    assert changes(platform) == 1


def test_an_empty_or_overlong_key_is_refused(api: ApiClient) -> None:
    for key in ("", "x" * 256):
        assert api.patch("/settings/core", {"company": "A"}, Idempotency_Key=key).status_code == 422


def test_after_four_days_a_key_is_new_again(platform: Platform, api: ApiClient) -> None:
    body = {"company": "A"}
    api.patch("/settings/core", body, Idempotency_Key="k1")
    api.patch("/settings/core", {"company": "B"})

    for days, replayed in ((3, "true"), (5, None)):
        with platform.database.write(
            Actor("system", "test"), now=utc_now() + timedelta(days=days)
        ) as session:
            forget_old(session)
        again = api.patch("/settings/core", body, Idempotency_Key="k1")
        assert again.headers.get("Idempotent-Replayed") == replayed

    assert changes(platform) == 3


def test_an_upload_is_the_same_though_its_boundary_is_another(app: Flask, api: ApiClient) -> None:
    def upload(content: bytes) -> TestResponse:
        return app.test_client().post(
            "/api/v1/imports",
            data={"file": (io.BytesIO(content), "people.csv"), "importer": "customers"},
            headers={"Authorization": f"Bearer {api.token}", "Idempotency-Key": "k1"},
        )

    first, again, other = upload(b"name\nAda\n"), upload(b"name\nAda\n"), upload(b"name\nBo\n")

    assert (first.status_code, again.data) == (202, first.data)
    assert other.status_code == 422
    assert len(api.get("/imports").json["items"]) == 1
