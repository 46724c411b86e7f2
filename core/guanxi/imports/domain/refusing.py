"""Rows that were refused: kept with their cells and the reason, told in the reader's language."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi.errors import GuanxiError
from guanxi.imports.contract import ColumnMapping, Item
from guanxi.imports.models import ImportRefusal

COLUMN = "column"
"""Among the parameters of a reason: the column that it is about, if that is known."""


def refused_rows(
    import_id: UUID, item: Item, error: GuanxiError, mapping: ColumnMapping
) -> list[dict[str, Any]]:
    """Return the rows of ``import_refusals`` for an item."""
    params = {name: str(value) for name, value in error.params.items()}
    column = mapping.columns.get(_field(item, error))
    if column is not None:
        params[COLUMN] = column
    return [
        {
            "import_id": import_id,
            "row_number": number,
            "cells": cells,
            "message": error.message,
            "params": params,
        }
        for number, cells in item.rows
    ]


def reason_of(
    message: str, params: Mapping[str, str], translate: Callable[..., str] | None = None
) -> str:
    """Return why a row was refused, with the column where that is known.

    :param translate: ``_`` for the reader's language; English without it.
    """
    sentence = translate(message, **params) if translate else message % params
    column = params.get(COLUMN)
    return f"{column}: {sentence}" if column else sentence


def refusals(session: Session, import_id: UUID, *, at_once: int = 1000) -> Iterator[ImportRefusal]:
    """Yield the refused rows of an import in the order of the file, read ``at_once`` at a time."""
    after = 0
    while True:
        query = select(ImportRefusal).where(
            ImportRefusal.import_id == import_id, ImportRefusal.row_number > after
        )
        found = session.scalars(query.order_by(ImportRefusal.row_number).limit(at_once)).all()
        if not found:
            return
        yield from found
        after = found[-1].row_number


def _field(item: Item, error: GuanxiError) -> str:
    if item.field:
        return item.field
    named: Mapping[str, Any] = getattr(error, "fields", {})
    return next(iter(named), "")
