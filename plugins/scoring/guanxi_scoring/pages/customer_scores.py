"""The scores of one customer as templates draw them: values, reasons, where each came from."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi_scoring.explaining.gathering import explanations, likely_text, reason_texts, value_text
from guanxi_scoring.explaining.registry import Explained
from guanxi_scoring.explaining.wording import said
from guanxi_scoring.models import Model
from guanxi_scoring.pages.model_words import title_of
from guanxi_scoring.sight import may, may_see, sees_all


def drawn_scores(
    session: Session, customer_id: UUID, *, bounds: bool = False
) -> list[dict[str, Any]]:
    """Return what is said about a customer, as far as whoever looks may see it.

    :param bounds: with the bounds between which scores will lie, which take some milliseconds.
    """
    found = explanations(session, customer_id, may)
    models = _models(session, found)
    return [
        {**_drawn(one, models.get(one.model or "")), "likely": likely_text(one) if bounds else ""}
        for one in found
    ]


def _models(session: Session, found: Sequence[Explained]) -> dict[str, Model]:
    keys = {one.model for one in found if one.model}
    if not keys:
        return {}
    models = session.scalars(select(Model).where(Model.key.in_(keys)))
    return {one.key: one for one in models if may_see(one)}


def _drawn(one: Explained, model: Model | None) -> dict[str, Any]:
    return {
        "key": one.key,
        "title": str(one.title),
        "text": value_text(one),
        "reasons": reason_texts(one),
        "unknown": said(one.unknown),
        "model": title_of(model) if model else "",
        "alarm": said(model.alarm) if model else "",
        "version": one.version,
        "as_of": one.as_of,
        "url": url_for("scoring.show_version", key=model.key, number=one.version)
        if model and one.version and sees_all()
        else None,
    }
