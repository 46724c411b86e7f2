"""Requests of persons: made by staff, done by the job, open with the reason until then."""

import io
import json
import zipfile
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from guanxi.customers.domain.creating import create_customer
from guanxi.customers.domain.drafts import CustomerDraft
from guanxi.db.write import SYSTEM
from guanxi.platform import Platform
from guanxi.plugins.dispatch import Dispatcher, Implementation
from guanxi.privacy import jobs
from guanxi.privacy.domain.requests import KEPT, RUN
from guanxi.privacy.files import privacy_folder, remove_files
from guanxi.privacy.models import PrivacyRequest
from guanxi.testkit.clients import ApiClient
from guanxi.testkit.factories import Factories
from guanxi.testkit.fixtures import NOW


@pytest.fixture
def ann(platform: Platform) -> UUID:
    """A customer on the platform."""
    with platform.database.write(SYSTEM, now=NOW) as session:
        return create_customer(session, CustomerDraft(name="Ann Lee", note="Tea"), now=NOW).id


def ask(api: ApiClient, customer_id: UUID, kind: str) -> UUID:
    """Make a request through the API and return its id."""
    answer = api.post("/privacy-requests", {"customer_id": str(customer_id), "kind": kind})
    assert answer.status_code == 201, answer.json
    return UUID(answer.json["id"])


def test_an_export_is_queued_done_and_fetched(
    api: ApiClient, platform: Platform, ann: UUID, session: Session
) -> None:
    request_id = ask(api, ann, "export")
    path = f"/privacy-requests/{request_id}"
    queued = session.execute(
        text("SELECT args FROM procrastinate_jobs WHERE task_name = :n"), {"n": RUN}
    )
    assert [args for (args,) in queued] == [{"request_id": str(request_id)}]
    assert api.get(path).json["state"] == "open"
    assert api.get(f"{path}/file").status_code == 404

    assert jobs.run(platform, request_id)

    assert api.get(path).json["state"] == "done"
    answer = api.get(f"{path}/file")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    with answer, zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert json.loads(archive.read("data.json"))["core"]["customers"][0]["note"] == "Tea"


def test_an_erasure_is_done_with_its_files_and_journal(
    api: ApiClient, platform: Platform, ann: UUID
) -> None:
    exported = ask(api, ann, "export")
    jobs.run(platform, exported)
    archive = privacy_folder(platform) / f"{exported}.zip"
    assert archive.exists()

    request_id = ask(api, ann, "erase")
    assert jobs.run(platform, request_id)
    assert jobs.run(platform, request_id)

    assert not archive.exists()
    assert str(ann) in jobs.journal_path(platform).read_text("ascii")
    assert api.get(f"/privacy-requests/{request_id}").json["state"] == "done"
    assert api.get(f"/privacy-requests/{exported}").json["has_file"] is False
    assert api.get(f"/customers/{ann}").json["name"] == ""
    again = api.post("/privacy-requests", {"customer_id": str(ann), "kind": "export"})
    assert again.status_code == 409


def test_a_request_stays_open_with_the_reason_and_is_tried_again(
    api: ApiClient, platform: Platform, ann: UUID
) -> None:
    broken = [True]

    def erase() -> None:
        if broken:
            raise ZeroDivisionError

    hook = Implementation("loyalty", "customer_data_erase", erase, ())
    platform.dispatcher = Dispatcher([hook])
    request_id = ask(api, ann, "erase")

    assert not jobs.run(platform, request_id)
    waiting = api.get(f"/privacy-requests/{request_id}").json
    broken.clear()
    assert jobs.sweep(platform) == 1

    assert waiting["state"] == "open"
    assert "loyalty" in waiting["error"]
    assert api.get(f"/privacy-requests/{request_id}").json["error"] is None
    assert api.get(f"/customers/{ann}").json["erased_at"] is not None


def test_an_archive_is_removed_after_its_time(
    api: ApiClient, platform: Platform, ann: UUID
) -> None:
    request_id = ask(api, ann, "export")
    jobs.run(platform, request_id)
    with platform.database.write(SYSTEM, now=NOW) as session:
        request = session.scalars(select(PrivacyRequest)).one()
        assert request.finished_at is not None
        request.finished_at -= KEPT + timedelta(days=1)

    jobs.sweep(platform)

    assert list(privacy_folder(platform).iterdir()) == []
    assert api.get(f"/privacy-requests/{request_id}/file").status_code == 404


def test_requests_are_listed_page_by_page(api: ApiClient, ann: UUID) -> None:
    made = [str(ask(api, ann, "export")) for _ in range(3)]

    first = api.get("/privacy-requests?limit=2").json
    rest = api.get(f"/privacy-requests?limit=2&cursor={first['next']}").json
    other = api.get(f"/privacy-requests?customer_id={UUID(int=1)}").json

    assert [one["id"] for one in (*first["items"], *rest["items"])] == made[::-1]
    assert rest["next"] is None
    assert other["items"] == []


@pytest.mark.parametrize("role", ["staff", "viewer", "integration", "owner"])
def test_only_who_may_erase_may_ask(
    api: ApiClient, app: Flask, factories: Factories, ann: UUID, role: str
) -> None:
    request_id = ask(api, ann, "export")
    other = ApiClient(app, factories.token(role))

    body = {"customer_id": str(ann), "kind": "erase"}
    assert other.post("/privacy-requests", body).status_code == 403
    assert other.get("/privacy-requests").status_code == 403
    assert other.get(f"/privacy-requests/{request_id}/file").status_code == 403


def test_files_outside_of_the_folder_are_left_alone(platform: Platform) -> None:
    outside = platform.config.home / "secret.key"
    inside = platform.files / "import.csv"
    inside.write_text("a", "ascii")

    remove_files(platform, ["../secret.key", str(outside), "import.csv", "missing.csv"])

    assert outside.exists()
    assert not inside.exists()
