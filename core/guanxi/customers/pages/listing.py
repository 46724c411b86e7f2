"""The list of customers: filter, sort, choose columns; a page at a time, never counted whole.

What it shows stands in its address, so that a list can be kept and sent. Columns that a person
chose are remembered for the next time.
"""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any, Final
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from guanxi.customers.domain.list_choices import remember_columns
from guanxi.customers.list_columns import COLUMNS, default_columns, may_see
from guanxi.customers.list_state import ListState, read_state
from guanxi.customers.pages import conditions
from guanxi.customers.pages.blueprint import EDIT, MANAGE, VIEW, pages, sentence
from guanxi.customers.pages.cells import cells
from guanxi.customers.pages.owners import owner_options
from guanxi.customers.pages.tag_tones import tag_tones
from guanxi.errors import Invalid
from guanxi.http import current
from guanxi.http.language import current_language, zone
from guanxi.http.paging import DEFAULT_LIMIT, decode_cursor, encode_cursor
from guanxi.plugins.contract import Attribute

FILTERS: Final = {
    "kind": "customers.kind__eq",
    "status": "customers.status__eq",
    "tag": "customers.tags__has",
    "country": "customers.country__eq",
}
"""Short names of the toolbar's filters."""
NAME: Final = "customers.display_name"
SORTED_NAME: Final = "customers.name"
_PLACE: Final = ("after", "trail")
"""Where in the list one is, rather than which list it is."""
_ADDED: Final = ("attribute", "operator", "value")
_MAX_TRAIL: Final = 30
_NOBODY: Final = UUID(int=0)


@pages.get("/", permission=VIEW)
def list_customers() -> str | Response:
    """One page of the list."""
    if request.args.get("attribute"):
        return redirect(_with_condition())
    state = _state()
    after, url_start = request.args.get("after"), _url_start()
    page = state.query().page(
        current.session(), state.sort, DEFAULT_LIMIT, decode_cursor(after, 2) if after else None
    )
    choices = _choices(state)
    return render_template(
        "customers/list.html",
        rows=[_row(state, url_start, row) for row in page.rows],
        columns=[_column(state, attribute) for attribute in state.columns],
        filters={name: request.args.get(name, "") for name in (*FILTERS, "q")},
        chips=[_chip(one) for one in state.conditions if not _in_toolbar(one)],
        choices=choices,
        **_condition_values(current.platform().catalogue.get(choices[0]["key"])),
        tones=tag_tones(current.session()),
        owners=owner_options(current.session()) if current.principal().may(EDIT) else [],
        may_edit=current.principal().may(EDIT),
        may_manage=current.principal().may(MANAGE),
        may_export=current.principal().may("exports.run"),
        export_arguments=_export_arguments(state),
        next_url=_next_url(page.next_values),
        previous_url=_previous_url(),
    )


@pages.get("/condition", permission=VIEW)
def condition_fields() -> str:
    """The rest of the form of a condition, once it is known what it is about."""
    person, key = current.principal(), request.args.get("attribute", "")
    found = current.platform().catalogue.all().get(key)
    if found is not None and not may_see(found, person):
        found = None
    return render_template("customers/_condition.html", **_condition_values(found))


@pages.post("/columns", permission=VIEW)
def choose_columns() -> Response:
    """Show these columns, and remember them for the next time."""
    wanted = [key for key in request.form.getlist("columns") if key][:30]
    user_id = current.principal().user_id
    if user_id is not None:
        remember_columns(current.tx(), user_id, wanted)
    kept = [(k, v) for k, v in request.form.items(multi=True) if k not in ("columns", "csrf_token")]
    grouped: dict[str, Any] = {}
    for name, value in kept:
        grouped.setdefault(name, []).append(value)
    return redirect(url_for("customers.list_customers", **grouped))


def _state() -> ListState:
    platform, person = current.platform(), current.principal()
    try:
        return read_state(
            platform.catalogue,
            _arguments(),
            default_columns=_default_columns(),
            permissions=person.permissions,
        )
    except Invalid as error:
        if request.args.get("columns"):
            raise
        flash(sentence(error), "error")
        return read_state(
            platform.catalogue, [], default_columns=COLUMNS, permissions=person.permissions
        )


def _default_columns() -> Sequence[str]:
    """The columns that the person chose, as far as they are still there."""
    known = current.platform().catalogue.all()
    return default_columns(current.session(), known, current.principal())


def _arguments() -> list[tuple[str, str]]:
    found = []
    for name in request.args:
        value = ",".join(v for v in request.args.getlist(name) if v)
        if value and name not in _PLACE:
            found.append((FILTERS.get(name, name), value))
    return found


def _export_arguments(state: ListState) -> list[tuple[str, str]]:
    """What an export needs to know to hold what this list shows."""
    columns = ",".join(attribute.key for attribute in state.columns)
    return [*(pair for pair in _arguments() if pair[0] != "columns"), ("columns", columns)]


def _with_condition() -> str:
    """The address of the same list with the condition that the form adds."""
    values = request.args
    operator = values.get("operator", "eq")
    typed = _first_instant(values["attribute"], values.get("value", "").strip())
    value = "true" if operator == "missing" else typed
    name = conditions.argument(values["attribute"], operator)
    cleared = dict.fromkeys((*_ADDED, *_PLACE), "")
    return _url(**{**cleared, name: value})


def _condition_values(attribute: Attribute | None) -> dict[str, Any]:
    return {
        "operators": conditions.operator_options(attribute),
        "values": conditions.value_options(attribute) if attribute else [],
        "value_type": attribute.type if attribute else "text",
    }


def _first_instant(attribute: str, text: str) -> str:
    """Return the first instant of a day where one is compared; anything else as it is."""
    found = current.platform().catalogue.all().get(attribute)
    if found is None or found.type != "instant":
        return text
    try:
        return datetime.combine(date.fromisoformat(text), time(), zone()).isoformat()
    except ValueError:
        return text


def _in_toolbar(condition: Any) -> bool:
    name = conditions.argument(condition.attribute.key, condition.operator)
    return name in FILTERS.values() and name not in request.args


def _chip(condition: Any) -> dict[str, str]:
    name = conditions.argument(condition.attribute.key, condition.operator)
    return {
        "text": conditions.in_words(condition),
        "remove_url": _url(**{name: "", "after": "", "trail": ""}),
    }


def _row(state: ListState, url_start: str, row: Any) -> dict[str, Any]:
    return {
        "id": row[0],
        "url": f"{url_start}{row[0]}",
        **cells(state.columns, row[1:], current_language()),
    }


def _url_start() -> str:
    """Return what the addresses of all customers begin with; asking for each takes its time."""
    return url_for("customers.show", customer_id=_NOBODY).removesuffix(str(_NOBODY))


def _column(state: ListState, attribute: Attribute) -> dict[str, Any]:
    key = SORTED_NAME if attribute.key == NAME else attribute.key
    is_sorted = state.sort.attribute.key == key
    rising = is_sorted and not state.sort.descending
    column: dict[str, Any] = {
        "key": attribute.key,
        "title": attribute.title.in_language(current_language()),
        "primary": attribute.key == NAME,
        "plain": attribute.key != NAME and attribute.type != "choices",
        "align": "end" if attribute.type in ("number", "money") else None,
    }
    if attribute.type != "choices":
        column["sort_url"] = _url(sort=f"-{key}" if rising else key, after="", trail="")
    if is_sorted:
        column["sorted"] = "desc" if state.sort.descending else "asc"
    return column


def _choices(state: ListState) -> list[dict[str, Any]]:
    """The attributes that can be columns and conditions, with which ones are shown."""
    chosen = {attribute.key for attribute in state.columns}
    known = current.platform().catalogue.all().values()
    offered = conditions.offered(
        a for a in known if a.key != SORTED_NAME and may_see(a, current.principal())
    )
    return [{**one, "chosen": one["key"] in chosen} for one in offered]


def _next_url(next_values: list[Any] | None) -> str | None:
    if next_values is None:
        return None
    here = request.args.get("after", "")
    trail = [*_trail(), here or "-"][-_MAX_TRAIL:]
    return _url(after=encode_cursor(next_values), trail=".".join(trail))


def _previous_url() -> str | None:
    if not request.args.get("after"):
        return None
    *earlier, last = _trail() or ["-"]
    return _url(after="" if last == "-" else last, trail=".".join(earlier))


def _trail() -> list[str]:
    """The cursors of the pages before this one, parted by a sign that none of them holds."""
    return [one for one in request.args.get("trail", "").split(".") if one]


def _url(**changed: str) -> str:
    values: dict[str, Any] = {**request.args.to_dict(flat=False), **changed}
    return url_for("customers.list_customers", **{k: v for k, v in values.items() if v})
