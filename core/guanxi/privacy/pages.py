"""Personal data of one customer: what is held, a copy of it, its erasure; and all requests."""

from typing import Any, Final
from uuid import UUID

from flask import Response, flash, redirect, render_template, request, url_for
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from guanxi.customers.domain.consents import PURPOSES
from guanxi.customers.domain.lookup import get_customer
from guanxi.customers.models import Customer
from guanxi.errors import GuanxiError, Invalid
from guanxi.http import current
from guanxi.http.language import current_language
from guanxi.http.paging import encode_cursor, place_from
from guanxi.http.routes import Pages
from guanxi.i18n import _, lazy_
from guanxi.privacy.archive_response import send_archive
from guanxi.privacy.domain import requests, retention
from guanxi.privacy.domain.family import ids_of
from guanxi.privacy.domain.rules import RULES, tables_about_customers

ERASE: Final = "customers.erase"
ROWS: Final = 50
DUE_CAP: Final = 10_000
"""Due things are counted so far."""
HELD: Final = {
    "customers": lazy_("Profile"),
    "customer_identities": lazy_("Ways to reach them"),
    "customer_memberships": lazy_("Organisations and people"),
    "customer_consents": lazy_("Consents"),
    "touchpoints": lazy_("Touchpoints"),
    "touchpoint_plans": lazy_("Planned contacts"),
    "rewards": lazy_("Rewards"),
    "messages": lazy_("Messages"),
    "customer_comments": lazy_("Comments"),
    "tasks": lazy_("Tasks"),
}
"""What is counted on the page, in this order."""
KINDS: Final = {"export": lazy_("Copy of the data"), "erase": lazy_("Erasure")}

pages = Pages("privacy", __name__, url_prefix="/privacy")


@pages.get("/", permission=ERASE)
def list_requests() -> str:
    """All requests of persons, the latest first."""
    session = current.session()
    before = place_from(request.args.get("before"))
    found = requests.latest_requests(session, limit=ROWS + 1, before=before)
    page = found[:ROWS]
    wanted = {one.customer_id for one in page}
    rows = session.execute(
        select(Customer.id, Customer.display_name).where(Customer.id.in_(wanted))
    )
    next_url = None
    if len(found) > ROWS:
        last = encode_cursor((page[-1].created_at, page[-1].id))
        next_url = url_for("privacy.list_requests", before=last)
    return render_template(
        "privacy/list.html",
        requests=page,
        names=dict(rows.all()),
        kinds=KINDS,
        next_url=next_url,
        first_url=url_for("privacy.list_requests") if before else None,
    )


@pages.get("/retention", permission=ERASE)
def show_retention() -> str:
    """The four domains of data: what each holds, for how long and what for, what is due."""
    session, language = current.session(), current_language()
    settings = current.platform().settings.get("core")
    rows = []
    for domain in retention.DOMAINS:
        rule = retention.rule_of(domain, settings)
        due = retention.count_due(session, domain, rule, now=current.now(), cap=DUE_CAP)
        rows.append(
            {
                "title": domain.title.in_language(language),
                "holds": domain.holds.in_language(language),
                "rule": domain.rule.in_language(language),
                "months": rule.months,
                "purpose": PURPOSES[rule.purpose].in_language(language),
                "due": due,
            }
        )
    return render_template(
        "privacy/retention.html",
        rows=rows,
        last=retention.last_run(session),
        titles={one.key: one.title.in_language(language) for one in retention.DOMAINS},
        may_change=current.principal().may("settings.manage"),
    )


@pages.get("/customers/<uuid:customer_id>", permission=ERASE)
def of_customer(customer_id: UUID) -> str:
    """What is held about one customer, and what can be done with it."""
    return _draw(customer_id)


@pages.post("/customers/<uuid:customer_id>/export", permission=ERASE)
def ask_for_export(customer_id: UUID) -> BaseResponse | tuple[str, int]:
    """Have a copy made of everything that is held."""
    return _ask(customer_id, "export")


@pages.post("/customers/<uuid:customer_id>/erase", permission=ERASE)
def ask_for_erasure(customer_id: UUID) -> BaseResponse | tuple[str, int]:
    """Have everything personal erased, after the customer's name was typed."""
    return _ask(customer_id, "erase")


@pages.get("/requests/<uuid:request_id>/file", permission=ERASE)
def fetch_archive(request_id: UUID) -> Response:
    """The copy, as an archive."""
    return send_archive(requests.get_request(current.session(), request_id))


def _ask(customer_id: UUID, kind: str) -> BaseResponse | tuple[str, int]:
    session, form = current.tx(), request.form
    try:
        if kind == "erase":
            _require_typed_name(get_customer(session, customer_id), form.get("name", ""))
        requests.make_request(session, customer_id, kind, form.get("note"), now=current.now())
    except GuanxiError as error:
        flash(_(error.message, **error.params), "error")
        return _draw(customer_id), error.status
    flash(_("Asked for. It is done in a moment; load this page again to see."), "success")
    return redirect(url_for("privacy.of_customer", customer_id=customer_id))


def _require_typed_name(customer: Customer, typed: str) -> None:
    if typed.strip() != customer.display_name:
        raise Invalid("Type the customer's name exactly as it is shown, to erase their data.")


def _draw(customer_id: UUID) -> str:
    session = current.session()
    customer = get_customer(session, customer_id)
    return render_template(
        "privacy/customer.html",
        customer=customer,
        held=_held(session, customer.id),
        plugins=_plugins(),
        requests=requests.latest_requests(session, limit=20, customer_id=customer.id),
        kinds=KINDS,
    )


def _held(session: Session, customer_id: UUID) -> list[dict[str, Any]]:
    """Count what is held, in one statement."""
    ids = ids_of(session, customer_id)
    counts = {
        table.name: select(func.count())
        .select_from(table)
        .where(or_(*(column.in_(ids) for column in columns)))
        .scalar_subquery()
        .label(table.name)
        for table, columns in tables_about_customers()
        if table.name in HELD and RULES[table.name].exported
    }
    row = session.execute(select(*counts.values())).mappings().one()
    return [
        {"label": str(title), "value": str(row[name])}
        for name, title in HELD.items()
        if row.get(name)
    ]


def _plugins() -> list[str]:
    """The plugins that hold data about customers, disabled ones too."""
    dispatcher = current.platform().dispatcher
    holders = dispatcher.implementations("customer_data_export", everyone=True)
    return sorted({impl.plugin for impl in holders})
