"""The list of customers: filter, sort, choose columns; a page at a time, never counted whole."""

from typing import Any

from flask import render_template, request, url_for

from guanxi.customers.list_state import ListState, read_state
from guanxi.customers.pages.blueprint import VIEW, pages
from guanxi.customers.pages.cells import Cell, cells
from guanxi.http import current
from guanxi.http.language import current_language
from guanxi.http.paging import DEFAULT_LIMIT, decode_cursor, encode_cursor

COLUMNS = (
    "customers.display_name",
    "customers.kind",
    "customers.country",
    "customers.revenue",
    "customers.purchases",
    "customers.last_contact",
    "customers.tags",
)
FILTERS = {
    "kind": "customers.kind__eq",
    "status": "customers.status__eq",
    "tag": "customers.tags__has",
    "country": "customers.country__eq",
}
"""Short names of the toolbar's filters."""
NAME = "customers.display_name"
SORTED_NAME = "customers.name"


@pages.get("/", permission=VIEW)
def list_customers() -> str:
    """One page of the list."""
    platform, person = current.platform(), current.principal()
    state = read_state(
        platform.catalogue, _arguments(), default_columns=COLUMNS, permissions=person.permissions
    )
    after = request.args.get("after")
    page = state.query().page(
        current.session(),
        state.sort,
        DEFAULT_LIMIT,
        decode_cursor(after, 2) if after else None,
    )
    return render_template(
        "customers/list.html",
        rows=[_row(state, row) for row in page.rows],
        columns=[_column(state, attribute) for attribute in state.columns],
        state=state,
        filters={name: request.args.get(name, "") for name in (*FILTERS, "q")},
        choices=_choices(state, person.permissions),
        next_url=_url(after=encode_cursor(page.next_values)) if page.next_values else None,
        first_url=_url(after="") if after else None,
    )


def _arguments() -> list[tuple[str, str]]:
    found = []
    for name in request.args:
        value = ",".join(v for v in request.args.getlist(name) if v)
        if value and name != "after":
            found.append((FILTERS.get(name, name), value))
    return found


def _row(state: ListState, row: Any) -> dict[str, Any]:
    shown: dict[str, Cell] = cells(state.columns, row[1:], current_language())
    return {"id": row[0], "cells": shown}


def _column(state: ListState, attribute: Any) -> dict[str, Any]:
    key = SORTED_NAME if attribute.key == NAME else attribute.key
    is_sorted = state.sort.attribute.key == key
    falling = is_sorted and not state.sort.descending
    column: dict[str, Any] = {
        "key": attribute.key,
        "title": attribute.title.in_language(current_language()),
        "primary": attribute.key == NAME,
        "align": "end" if attribute.type in ("number", "money") else None,
    }
    if attribute.type != "choices":
        column["sort_url"] = _url(sort=f"-{key}" if falling else key, after="")
    if is_sorted:
        column["sorted"] = "desc" if state.sort.descending else "asc"
    return column


def _choices(state: ListState, permissions: frozenset[str]) -> list[dict[str, Any]]:
    chosen = {attribute.key for attribute in state.columns}
    return [
        {"key": key, "title": a.title.in_language(current_language()), "chosen": key in chosen}
        for key, a in current.platform().catalogue.all().items()
        if key != SORTED_NAME and (a.permission is None or a.permission in permissions)
    ]


def _url(**changed: str) -> str:
    values: dict[str, Any] = {**request.args.to_dict(flat=False), **changed}
    return url_for("customers.list_customers", **{k: v for k, v in values.items() if v})
