"""All rewards, newest first, and those that wait for somebody to answer."""

from typing import Any, Final
from uuid import UUID

from flask import render_template, request, url_for

from guanxi.errors import Invalid
from guanxi.http import current
from guanxi.http.paging import encode_cursor, place_from
from guanxi.rewards.domain import reading
from guanxi.rewards.domain.fulfilling import waiting
from guanxi.rewards.pages.blueprint import (
    MANAGE,
    STATES,
    VIEW,
    current_fulfillers,
    kind_title,
    kind_titles,
    pages,
)
from guanxi.touchpoints.pages.words import customer_names

ROWS: Final = 50


@pages.get("/", permission=VIEW)
def list_rewards() -> str:
    """A page of the list."""
    session = current.session()
    values = {name: request.args.get(name, "")[:60] for name in ("state", "kind", "customer")}
    before = place_from(request.args.get("before"))
    wanted = reading.Filters(
        state=values["state"] or None,
        kind=values["kind"] or None,
        customer_id=_customer(values["customer"]),
    )
    found = reading.newest(session, wanted, before=before, limit=ROWS + 1)
    rows = found[:ROWS]
    return render_template(
        "rewards/list.html",
        rows=rows,
        values=values,
        states=STATES,
        kinds=kind_titles(),
        kind_title=kind_title,
        customers=customer_names(session, [row.customer_id for row in rows]),
        next_url=_url("list_rewards", rows[-1], values) if len(found) > ROWS else None,
    )


@pages.get("/waiting", permission=VIEW)
def list_waiting() -> str:
    """Requests that nobody has answered yet, the oldest first, each with the reason."""
    session = current.session()
    after = place_from(request.args.get("before"))
    found = waiting(session, current_fulfillers(), after=after, limit=ROWS + 1)
    rows = found[:ROWS]
    return render_template(
        "rewards/waiting.html",
        rows=rows,
        kind_title=kind_title,
        plugins=_plugin_titles([row.plugin for row in rows if row.plugin]),
        customers=customer_names(session, [row.reward.customer_id for row in rows]),
        may_manage=current.principal().may(MANAGE),
        next_url=_url("list_waiting", rows[-1].reward, {}) if len(found) > ROWS else None,
    )


def _plugin_titles(names: list[str]) -> dict[str, str]:
    host = current.platform().host
    found = {name: host.plugin(name) for name in names}
    return {
        name: str(plugin.manifest.title) if plugin and plugin.manifest else name
        for name, plugin in found.items()
    }


def _customer(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        raise Invalid(
            "This customer id is not complete. Open the list from the customer."
        ) from None


def _url(endpoint: str, last: Any, values: dict[str, str]) -> str:
    given: dict[str, Any] = {name: value for name, value in values.items() if value}
    before = encode_cursor((last.requested_at, last.id))
    return url_for(f"rewards.{endpoint}", before=before, **given)
