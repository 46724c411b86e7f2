"""Values: sums of both, by class, cohorts; one customer's, itemised."""

from typing import Any
from uuid import UUID

from flask import Response

from guanxi.sdk import Forbidden, current, customers, web
from guanxi_segmentation import value
from guanxi_segmentation.api.blueprint import VIEW, api
from guanxi_segmentation.schemas.values import (
    ClassesSumsSchema,
    CustomerValueSchema,
    PurchaseCohortsSchema,
    ValuesSchema,
    shown_classes,
    shown_cohorts,
    shown_overview,
    shown_value,
)
from guanxi_segmentation.schemes.domain import get_scheme
from guanxi_segmentation.sight import sees_all
from guanxi_segmentation.texts import N_
from guanxi_segmentation.value.overview import overview


@api.get("/values", permission=VIEW)
@api.response(200, ValuesSchema)
def show_values() -> Response:
    """Sums of total value and net value, apart, over the customers within sight."""
    return web.answer(shown_overview(overview(current.session())))


@api.get("/values/classes/<scheme>", permission=VIEW)
@api.response(200, ClassesSumsSchema)
def show_values_by_class(scheme: str) -> Response:
    """Sums over the customers within sight of each class of a scheme."""
    session = current.session()
    found = get_scheme(session, scheme)
    return web.answer({"items": shown_classes(session, found.key)})


@api.get("/values/cohorts", permission=VIEW)
@api.response(200, PurchaseCohortsSchema)
def show_cohorts() -> Response:
    """The repeat-purchase rate by the month of the first purchase, over all customers."""
    if not sees_all():
        raise Forbidden(N_("These figures are of all customers, whom you may not all see."))
    found = value.cohorts(current.session(), as_of=current.now())
    return web.answer({"items": shown_cohorts(found)})


@api.get("/customers/<uuid:customer_id>/value", permission=VIEW)
@api.response(200, CustomerValueSchema)
def show_customer_value(customer_id: UUID) -> Response:
    """Total value and net value of one customer, itemised, and what was exchanged."""
    session = current.session()
    found: Any = customers.get(session, customer_id).id
    return web.answer(shown_value(session, found, current.now()))
