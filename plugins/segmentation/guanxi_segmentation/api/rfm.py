"""RFM: the heat map, both sets of classes, break points; one customer's scores; a new cut."""

from uuid import UUID

from flask import Response

from guanxi.sdk import current, customers, run_job, web
from guanxi_segmentation import rfm
from guanxi_segmentation.api.blueprint import MANAGE, VIEW, api
from guanxi_segmentation.company import PLUGIN
from guanxi_segmentation.schemas.rfm import (
    RfmCutsSchema,
    RfmQueuedSchema,
    RfmSchema,
    RfmScoreSchema,
    shown_cut,
    shown_rfm,
    shown_score,
)
from guanxi_segmentation.sight import sees_all


@api.get("/rfm", permission=VIEW)
@api.response(200, RfmSchema)
def show_rfm() -> Response:
    """Recency, frequency and money of the customers within sight, as they stand."""
    return web.answer(shown_rfm(current.session(), everybody=sees_all()))


@api.get("/rfm/cuts", permission=VIEW)
@api.response(200, RfmCutsSchema)
def list_cuts() -> Response:
    """The break points so far, the latest first; at most 100."""
    found = rfm.cuts(current.session(), limit=100)
    everybody = sees_all()
    return web.answer({"items": [shown_cut(one, everybody=everybody) for one in found]})


@api.post("/rfm/cuts", permission=MANAGE)
@api.response(202, RfmQueuedSchema)
def cut_anew() -> Response:
    """Cut new break points by the settings in force, in the background."""
    return web.answer({"queued": run_job(current.tx(), PLUGIN, "recut")}, 202)


@api.get("/customers/<uuid:customer_id>/rfm", permission=VIEW)
@api.response(200, RfmScoreSchema)
def show_scores(customer_id: UUID) -> Response:
    """A customer's scores and classes."""
    session = current.session()
    found = customers.get(session, customer_id).id
    return web.answer(shown_score(found, rfm.score_of(session, found)))
