"""Imports by API: upload, dry run, run, follow, take back."""

import io
import json
from typing import Any

import pytest
from flask import Flask
from tests.imports.conftest import rows
from werkzeug.test import TestResponse

from guanxi.imports import jobs
from guanxi.platform import Platform
from guanxi.testkit.clients import ApiClient
from guanxi.testkit.factories import Factories

PEOPLE = "Name,E-Mail\nAda,ada@example.com\nBo,no address\n"
MAPPING = {"columns": {"name": "Name", "email": "E-Mail"}}


@pytest.fixture
def send(app: Flask, api: ApiClient) -> Any:
    """``send("name\\nAda\\n", mapping={...})`` uploads a file."""

    def sending(content: str, token: str = api.token, **form: Any) -> TestResponse:
        values = {name: v if isinstance(v, str) else json.dumps(v) for name, v in form.items()}
        file = (io.BytesIO(content.encode()), "people.csv")
        return app.test_client().post(
            "/api/v1/imports",
            data={"importer": "customers", "file": file, **values},
            headers={"Authorization": f"Bearer {token}"},
        )

    return sending


def test_a_dry_run_tells_and_then_runs(platform: Platform, api: ApiClient, send: Any) -> None:
    answer = send(PEOPLE, mapping=MAPPING, dry_run="true")
    assert (answer.status_code, answer.json["state"]) == (202, "checking")
    number = answer.json["id"]
    ((import_id,),) = rows(platform, "SELECT id FROM imports")

    jobs.check(platform, import_id)

    checked = api.get(f"/imports/{number}").json
    assert checked["state"] == "checked"
    assert {name: checked["counts"][name] for name in ("created", "refused", "rows")} == {
        "created": 1,
        "refused": 1,
        "rows": 2,
    }
    assert [(one["outcome"], one["reason"]) for one in checked["samples"]] == [
        ("created", None),
        ("refused", "E-Mail: This is no e-mail address. Write it like name@example.com."),
    ]
    assert rows(platform, "SELECT count(*) FROM customers") == [(0,)]
    assert api.post(f"/imports/{number}/run").status_code == 202
    assert api.post(f"/imports/{number}/run").status_code == 409


def test_the_fields_that_can_be_filled_are_told(api: ApiClient) -> None:
    api.post(
        "/custom-fields", {"key": "tier", "type": "text", "title_en": "Tier", "title_zh": "等级"}
    )

    fields = {one["key"]: one for one in api.get("/imports/kinds/customers").json["items"]}

    assert {"name", "owner", "organisation", "consent.marketing.email"} <= fields.keys()
    assert api.get("/imports/kinds/nothing").status_code == 404


def test_without_the_permission_nothing_is_taken(
    platform: Platform, factories: Factories, send: Any
) -> None:
    assert send(PEOPLE, token=factories.token("viewer")).status_code == 403
    assert rows(platform, "SELECT count(*) FROM imports") == [(0,)]


def test_a_mapping_of_another_shape_is_refused(send: Any) -> None:
    for wrong in ("[]", "{", '{"columns": []}', '{"columns": {"name": 1}}'):
        assert send(PEOPLE, mapping=wrong).status_code == 422


def test_an_unknown_encoding_or_sheet_is_refused(send: Any) -> None:
    assert send(PEOPLE, encoding="klingon").status_code == 422
    assert send(PEOPLE, delimiter=";;").status_code == 422
