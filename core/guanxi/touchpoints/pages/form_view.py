"""Draw the form of a touchpoint, new or amended; both have the same fields."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import render_template

from guanxi.errors import GuanxiError
from guanxi.http import current
from guanxi.http.formats import day
from guanxi.touchpoints.domain import planning
from guanxi.touchpoints.models import PlannedContact
from guanxi.touchpoints.pages.customer_choice import chosen_customer, found_customers
from guanxi.touchpoints.pages.form_values import NOBODY, identifier, line_count
from guanxi.touchpoints.pages.words import DIRECTIONS, staff_options, words


def draw_form(
    template: str, values: Mapping[str, str], errors: Mapping[str, str], **more: Any
) -> str:
    """Return the page with the form filled in as ``values`` say."""
    session = current.session()
    offered = words(session)
    customer_id = _readable_id(values.get("customer_id", ""))
    customer = chosen_customer(session, customer_id)
    return render_template(
        template,
        values=values,
        errors=errors,
        customer=customer,
        nobody=values.get("customer_id") == NOBODY,
        hits=found_customers(session, values.get("customer_query", "")),
        plans=_plans(planning.planned(session, customer.id)) if customer else [],
        channels=offered.offered("channel", values.get("channel")),
        kinds=offered.offered("kind", values.get("kind")),
        outcomes=offered.offered("outcome", values.get("outcome")),
        directions=DIRECTIONS,
        staff=staff_options(session, _readable_id(values.get("staff_id", ""))),
        lines=line_count(values),
        **more,
    )


def _plans(planned: Sequence[PlannedContact]) -> list[tuple[str, str]]:
    return [(str(p.id), " · ".join(filter(None, (day(p.due_on), p.note)))) for p in planned]


def _readable_id(text: str) -> Any:
    try:
        return None if text == NOBODY else identifier(text, "customer_id")
    except GuanxiError:
        return None
