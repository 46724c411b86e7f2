"""What the company does every day: tasks, messages, webhooks, imports, exports, requests."""

import tempfile
from datetime import timedelta
from pathlib import Path

from tests.e2e.company import Company

from guanxi.access.principal import Principal
from guanxi.db import Actor
from guanxi.exports.domain import ask, write_export
from guanxi.imports import mapping as mappings
from guanxi.imports.contract import ColumnMapping
from guanxi.imports.domain import Run, upload
from guanxi.messages import jobs as message_jobs
from guanxi.messages.domain.drafts import MessageDraft
from guanxi.messages.domain.queueing import queue_message
from guanxi.messages.domain.templates import TemplateDraft, save_template
from guanxi.privacy import jobs as privacy_jobs
from guanxi.privacy.domain.requests import make_request
from guanxi.webhooks.domain.endpoints import EndpointDraft, create_endpoint
from guanxi.webhooks.domain.enqueueing import enqueue_test
from guanxi.work.domain.comments import add_comment
from guanxi.work.domain.tasks import TaskDraft, create_task, finish

PEOPLE = """id,name,email,country,tags
901,Rosie Barnes,rosie@example.com,GB,newsletter
902,孟佳,meng@example.com,CN,
903,Grace Hopper,not an address,US,
904,,,,
"""
MAPPING = ColumnMapping(
    {"external_id": "id", "name": "name", "email": "email", "country": "country", "tags": "tags"},
    {"external_source": "old-crm"},
)


def work(company: Company) -> None:
    """Do some of everything."""
    _tasks_and_comments(company)
    _messages(company)
    _webhooks(company)
    _imports(company)
    _exports(company)
    _privacy(company)


def _tasks_and_comments(company: Company) -> None:
    today = company.now.date()
    wei = Actor("user", "陈伟", company.ids["staff"])
    tasks = (("Send the price list", -2), ("回电话给李娜", 0), ("Plan the tea tasting", 5))
    with company.write(3, wei) as session:
        for title, days in tasks:
            draft = TaskDraft(
                title=title,
                note="See the last call.",
                due_on=today + timedelta(days=days),
                customer_id=company.ids["person"],
                assignee_id=company.ids["admin"],
            )
            company.ids["task"] = create_task(session, draft, now=company.at(3)).id
        done = create_task(session, TaskDraft(title="Order lanterns"), now=company.at(3))
        finish(session, done.id, company.ids["staff"], now=company.at(2))
        add_comment(session, company.ids["person"], "@Grace Wong 请看一下价格。", now=company.at(1))
        add_comment(session, company.ids["person"], "Prefers calls after 14:00.", now=company.at(1))


def _messages(company: Company) -> None:
    with company.write(9) as session:
        draft = TemplateDraft(
            name="Spring tea 春茶",
            purpose="marketing",
            body="Dear {{ customer.name }},\n\nthe tea is here.\n\n{{ unsubscribe_link }}",
            subject="The tea is here",
            channel="email",
        )
        company.ids["template"] = save_template(session, draft, now=company.at(9))
    for customer, purpose in (("person", "marketing"), ("ada", "service"), ("ada", "marketing")):
        with company.write(1) as session:
            draft = MessageDraft(
                customer_id=company.ids[customer], channel="email", purpose=purpose,
                subject="春茶到了 The tea is here", body="Come and taste it.",
            )  # fmt: skip
            company.ids["message"] = queue_message(session, draft, now=company.at(1)).id
    message_jobs.sweep(company.platform)


def _webhooks(company: Company) -> None:
    events = ("CustomerCreated", "TouchpointRecorded")
    with company.write(2) as session:
        draft = EndpointDraft(
            url="https://stock.example/hooks/guanxi", events=events, title="Stock system"
        )
        made, _ = create_endpoint(
            session, draft, company.platform.secrets,
            known=company.platform.vocabulary.classes.keys(), now=company.at(2),
        )  # fmt: skip
        enqueue_test(session, made.id, now=company.at(2))
        company.ids["webhook"] = made.id


def _imports(company: Company) -> None:
    """One done with refused rows, one that waits to be mapped."""
    company.ids["import"] = imported(company, "people.csv", PEOPLE)
    with company.write(1) as session:
        company.ids["upload"] = _upload(company, session, "newcomers.csv", PEOPLE)


def imported(company: Company, name: str, contents: str) -> object:
    """Import a file of customers and return the import's id."""
    with company.write(2) as session:
        made = _upload(company, session, name, contents, MAPPING)
    Run(company.platform, made, now=company.at(2)).execute()
    return made


def _upload(company, session, name, contents, mapping=None):
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / name
        file.write_text(contents, "utf-8")
        row = upload(session, company.platform.files, "customers", file, name, now=company.at(2))
    if mapping is not None:
        row.mapping = mappings.as_dict(mapping)
    return row.id


def _exports(company: Company) -> None:
    permissions = frozenset({"exports.run", "customers.view"})
    person = Principal(company.ids["admin"], "Grace Wong", permissions=permissions, scope="all")
    with company.write(1) as session:
        row = ask(session, person, "customers", "csv", [], language="zh", now=company.at(1))
    write_export(company.platform, row.id, now=company.at(1))
    company.ids["export"] = row.id


def _privacy(company: Company) -> None:
    with company.write(1) as session:
        asked = [
            make_request(session, company.ids[who], kind, note, now=company.at(1)).id
            for who, kind, note in (
                ("person", "export", "By telephone"),
                ("many200.1", "erase", "Letter of 3 May"),
            )
        ]
    for one in asked:
        privacy_jobs.run(company.platform, one)
    company.ids["request"] = asked[0]
