"""Errors: problem+json for programs, a page for people, never a stack trace."""

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from guanxi.db import Database
from guanxi.testkit.clients import ApiClient

FULL = """
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE 'no space left on device' USING ERRCODE = 'disk_full'; END $$;
    CREATE TRIGGER full_disk BEFORE INSERT ON customers EXECUTE FUNCTION refuse();
"""
"""Answers as PostgreSQL does when it cannot write."""


def test_the_api_answers_with_problem_json(api: ApiClient) -> None:
    answer = api.get("/settings/nobody")

    assert answer.status_code == 404
    assert answer.content_type == "application/problem+json"
    assert answer.json["code"] == "not_found"
    assert answer.json["request_id"] == answer.headers["X-Request-Id"]


def test_a_problem_is_told_in_the_readers_language(app: Flask, api: ApiClient) -> None:
    answer = api.get("/settings/nobody", Accept_Language="zh-CN")

    assert answer.status_code == 404
    assert answer.json["title"] != ""


def test_a_full_disk_is_told_as_such(api: ApiClient, database: Database) -> None:
    with database.autocommit.connect() as connection:
        connection.execute(text(FULL))

    answer = api.post("/customers", {"name": "Ada"})

    assert answer.status_code == 503
    assert (answer.json["code"], answer.json["title"]) == (
        "unavailable",
        "The disk of the database is full: free some space, then try again.",
    )


def test_a_page_that_is_not_there_is_a_page(client: FlaskClient) -> None:
    answer = client.get("/nothing-here")

    assert answer.status_code == 404
    assert answer.content_type.startswith("text/html")


def test_a_wrong_method_says_which_are_right(api: ApiClient) -> None:
    answer = api.delete("/settings/core")

    assert answer.status_code == 405
    assert "PATCH" in answer.headers["Allow"]


def test_a_body_that_is_not_json_is_refused(app: Flask, api: ApiClient) -> None:
    answer = app.test_client().patch(
        "/api/v1/settings/core",
        data="company=A",
        headers={"Authorization": f"Bearer {api.token}"},
    )

    assert answer.status_code == 415


def test_broken_json_is_refused_with_a_sentence(app: Flask, api: ApiClient) -> None:
    answer = app.test_client().patch(
        "/api/v1/settings/core",
        data='{"company": "A',
        content_type="application/json",
        headers={"Authorization": f"Bearer {api.token}"},
    )

    assert answer.status_code == 400
    assert answer.json["code"] == "bad_request"


def test_every_answer_carries_the_strict_policy(client: FlaskClient) -> None:
    for path in ("/sign-in", "/healthz", "/nothing", "/api/v1/settings/core"):
        policy = client.get(path).headers["Content-Security-Policy"]
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy


def test_what_people_see_is_not_cached(client: FlaskClient) -> None:
    assert client.get("/sign-in").headers["Cache-Control"] == "no-store"
