"""What the API and the command line give back about RFM."""

from collections.abc import Sequence
from typing import Any

from marshmallow import Schema, fields, validate
from sqlalchemy.orm import Session

from guanxi.sdk import web
from guanxi_segmentation import rfm
from guanxi_segmentation.company import company
from guanxi_segmentation.models import RfmCut, RfmScore

_CONVENTION = validate.OneOf(("quantile", "fixed"))


class RfmCutSchema(Schema):
    """Break points: four ascending numbers each, of days since the last order, orders, money.

    ``customers`` are of everybody, so they are null for who does not see everybody.
    """

    version = fields.Integer()
    convention = fields.String(validate=_CONVENTION)
    at = fields.DateTime()
    cause = fields.String(validate=validate.OneOf(("first", "schedule", "asked", "settings")))
    window_days = fields.Integer()
    currency = fields.String()
    zone = fields.String()
    customers = fields.Integer(allow_none=True)
    r_breaks = fields.List(fields.String())
    f_breaks = fields.List(fields.String())
    m_breaks = fields.List(fields.String())


class RfmCutsSchema(Schema):
    """Cuts, the latest first."""

    items = fields.List(fields.Nested(RfmCutSchema))


class RfmCellSchema(Schema):
    """Customers with one recency and one frequency score, and the mean of what they spent."""

    r = fields.Integer()
    f = fields.Integer()
    customers = fields.Integer()
    average = fields.String(allow_none=True)


class RfmSizeSchema(Schema):
    """Customers of a class, and what they spent."""

    key = fields.String()
    title_en = fields.String()
    title_zh = fields.String()
    customers = fields.Integer()
    monetary = fields.String()


class RfmMoveSchema(Schema):
    """How many customers went from one segment to another at the last cut; null: not scored."""

    before = fields.String(allow_none=True)
    after = fields.String(allow_none=True)
    customers = fields.Integer()


class RfmSchema(Schema):
    """RFM as it stands, of the customers within sight. ``cut`` is null before the first cut.

    ``moves`` are of everybody, so they are null for who does not see everybody.
    """

    cut = fields.Nested(RfmCutSchema, allow_none=True)
    currency = fields.String()
    cells = fields.List(fields.Nested(RfmCellSchema))
    segments = fields.List(fields.Nested(RfmSizeSchema))
    eight = fields.List(fields.Nested(RfmSizeSchema))
    moves = fields.List(fields.Nested(RfmMoveSchema), allow_none=True)


class RfmScoreSchema(Schema):
    """A customer's scores. Who never ordered has none under quintiles: all null."""

    customer_id = fields.UUID()
    r = fields.Integer(allow_none=True)
    f = fields.Integer(allow_none=True)
    m = fields.Integer(allow_none=True)
    segment = fields.String(allow_none=True)
    eight = fields.String(allow_none=True)
    last_on = fields.Date(allow_none=True)
    frequency = fields.Integer(allow_none=True)
    monetary = fields.String(allow_none=True)
    cut = fields.Integer(allow_none=True)


class RfmQueuedSchema(Schema):
    """Whether a cut was queued; false where one waits already."""

    queued = web.Flag()


CUT_NAMES = tuple(RfmCutSchema._declared_fields)  # noqa: SLF001 -- what the schema itself declares
SCORE_NAMES = tuple(
    name
    for name in RfmScoreSchema._declared_fields  # noqa: SLF001 -- as above
    if name != "customer_id"
)


def shown_cut(cut: RfmCut, *, everybody: bool) -> dict[str, Any]:
    """Return a cut as it is given out.

    :param everybody: whether whoever asks may see figures of all customers.
    """
    found = {name: getattr(cut, name) for name in CUT_NAMES}
    return found if everybody else {**found, "customers": None}


def shown_score(customer_id: Any, score: RfmScore | None) -> dict[str, Any]:
    """Return a customer's scores as they are given out."""
    found = {name: getattr(score, name) if score else None for name in SCORE_NAMES}
    return {"customer_id": customer_id, **found}


def shown_rfm(session: Session, *, everybody: bool) -> dict[str, Any]:
    """Return RFM as it stands.

    :param everybody: whether whoever asks may see figures of all customers.
    """
    cut = rfm.latest_cut(session)
    return {
        "cut": shown_cut(cut, everybody=everybody) if cut else None,
        "currency": cut.currency if cut else company(session).currency,
        "cells": [
            {"r": c.r, "f": c.f, "customers": c.customers, "average": c.average}
            for c in rfm.heat_map(session)
        ],
        "segments": _sizes(rfm.segment_sizes(session), rfm.ELEVEN),
        "eight": _sizes(rfm.eight_sizes(session), rfm.EIGHT),
        "moves": list(cut.moves) if cut and everybody else None,
    }


def _sizes(sizes: Sequence[Any], titles: Any) -> list[dict[str, Any]]:
    return [
        {
            "key": size.key,
            "title_en": titles[size.key].en,
            "title_zh": titles[size.key].zh,
            "customers": size.customers,
            "monetary": size.monetary,
        }
        for size in sizes
    ]
