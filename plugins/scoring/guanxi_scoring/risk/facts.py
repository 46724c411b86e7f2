"""Values of attributes of the catalogue for many customers at once."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from guanxi.sdk import Attribute, Customer, attributes_of
from guanxi_scoring.life.contract import CannotFit
from guanxi_scoring.risk.card.bins import as_plain
from guanxi_scoring.texts import N_

AT_ONCE: Final = 5000
UNFIT: Final = frozenset({"choices"})
"""Types of which one customer has several values at once."""


def attributes(session: Session, keys: Sequence[str]) -> list[Attribute]:
    """Return attributes by their keys.

    :raises CannotFit: one is not there, or holds several values at once.
    """
    known = attributes_of(session)
    for key in keys:
        if key not in known:
            raise CannotFit(
                N_("There is no attribute %(key)s now. Choose another characteristic."), key=key
            )
        if known[key].type in UNFIT:
            raise CannotFit(
                N_("%(key)s holds several values at once, so it cannot be a characteristic."),
                key=key,
            )
    return [known[key] for key in keys]


def facts_of(
    session: Session,
    wanted: Sequence[Attribute],
    as_of: datetime,
    among: ColumnElement[bool] | None = None,
) -> Iterator[list[tuple[UUID, dict[str, Any]]]]:
    """Yield living customers in batches by id, each with the values of attributes by key.

    Days and instants come as days before ``as_of``.

    :param among: only of whom this holds; None: everybody in sight.
    """
    last: UUID | None = None
    query = _query(wanted)
    if among is not None:
        query = query.where(among)
    while True:
        page = query if last is None else query.where(Customer.id > last)
        rows = session.execute(page.order_by(Customer.id).limit(AT_ONCE)).all()
        if rows:
            last = rows[-1][0]
            yield [(row[0], _values(wanted, row[1:], as_of)) for row in rows]
        if len(rows) < AT_ONCE:
            return


def _query(wanted: Sequence[Attribute]) -> Any:
    columns: list[Any] = [one.sql().label(f"a{place}") for place, one in enumerate(wanted)]
    query: Any = select(Customer.id, *columns)
    joined: list[Any] = []
    for one in wanted:
        if one.join is not None and not any(one.join is other for other in joined):
            joined.append(one.join)
            query = query.outerjoin(one.join, one.on)
    return query.where(Customer.merged_into.is_(None), Customer.erased_at.is_(None))


def _values(wanted: Sequence[Attribute], row: Any, as_of: datetime) -> dict[str, Any]:
    return {one.key: as_plain(value, as_of) for one, value in zip(wanted, row, strict=True)}
