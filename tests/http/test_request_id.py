"""One id runs through the answer, the audit log and every line that is logged."""

import structlog
from flask import Flask
from sqlalchemy import select

from guanxi.audit.models import AuditEntry
from guanxi.platform import Platform
from guanxi.testkit.clients import ApiClient


def test_the_answer_the_audit_and_the_log_tell_the_same_id(
    app: Flask, platform: Platform, api: ApiClient
) -> None:
    seen: list[object] = []

    @app.after_request
    def look(response):
        seen.append(structlog.contextvars.get_contextvars().get("request_id"))
        return response

    answer = api.post("/customers", {"kind": "person", "name": "Ada"})

    with platform.database.read() as session:
        query = select(AuditEntry.request_id).where(AuditEntry.action == "customer.created")
        audited = session.scalars(query).one()
    assert answer.headers["X-Request-Id"] == audited == seen[0]


def test_each_request_has_an_id_of_its_own(api: ApiClient) -> None:
    ids = {api.get("/customers").headers["X-Request-Id"] for _ in range(3)}

    assert len(ids) == 3
