"""Summaries of everybody as arrays, from the engine that is asked for."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy.orm import Session

from guanxi_scoring.company import company
from guanxi_scoring.features.engines import opened
from guanxi_scoring.life.contract import Engine

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from guanxi_scoring.features.columns import Columns

    Whole = NDArray[np.int64]
    Real = NDArray[np.float64]


@dataclass(frozen=True)
class Aggregated:
    """How many customers (``count``) have the same x, t_x and T (days), in that order."""

    x: "Whole"
    t_x: "Whole"
    T: "Whole"
    count: "Whole"

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.count)


@dataclass(frozen=True)
class Summary:
    """One row per customer who bought, in the order of their ids; see ``summary`` for the columns.

    ``s.x``, ``s.t_x``, ``s.T``, ``s.spend`` ... are NumPy arrays; those with ``_before`` and
    ``_after`` are there if a cut was asked for. ``s.customer_id`` holds 16 bytes each.
    """

    engine: Engine
    as_of: datetime
    columns: "Columns"

    def __len__(self) -> int:
        """Return the number of customers."""
        return len(self.columns["x"])

    def __getattr__(self, name: str) -> "NDArray[Any]":
        """Return a column."""
        try:
            return self.columns[name]
        except KeyError:
            msg = f"A summary has no {name}."
            raise AttributeError(msg) from None

    @cached_property
    def customer_ids(self) -> list[UUID]:
        """The ids as objects; it takes a second for a million."""
        from guanxi_scoring.features.columns import uuids  # noqa: PLC0415 -- heavy

        return uuids(self.columns["customer_id"])

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of all figures in the order of the ids: the same data give the same one."""
        found = sha256()
        for name in sorted(self.columns):
            found.update(name.encode())
            found.update(self.columns[name].tobytes())
        return found.hexdigest()

    def aggregated(self) -> Aggregated:
        """Return how many customers have the same x, t_x and T."""
        from guanxi_scoring.features.counting import counted_rows  # noqa: PLC0415 -- heavy

        return Aggregated(*counted_rows(self.x, self.t_x, self.T))

    def blocks(self, size: int) -> "Iterator[Summary]":
        """Yield the same rows, ``size`` customers at a time."""
        for start in range(0, len(self), size):
            part = {name: values[start : start + size] for name, values in self.columns.items()}
            yield Summary(self.engine, self.as_of, part)


def summarise(
    session: Session,
    *,
    as_of: datetime,
    engine: str = "",
    location: str = "",
    cut: date | None = None,
) -> Summary:
    """Return the summaries of everybody who bought before ``as_of``.

    :param engine: ``postgres``, ``duckdb`` or ``spark``; empty: the one of the settings.
    :param location: of the lake; empty: the one of the settings.
    :param cut: a day at which hold-out begins.
    :raises CannotFit: the engine is not there, or its lake.
    """
    from guanxi_scoring.features.summary import summary  # noqa: PLC0415 -- heavy

    now = company(session)
    with opened(session, as_of=as_of, engine=engine, location=location) as found:
        expression = summary(
            found.tables.touchpoints, as_of=as_of, zone=now.zone, currency=now.currency, cut=cut
        )
        return sorted_summary(found.name, as_of, found.fetch(expression))


def summarise_counted(
    session: Session, *, as_of: datetime, engine: str = "", location: str = ""
) -> Aggregated:
    """Return how many customers have the same x, t_x and T, counted where the data lie.

    For companies whose customers would not fit into memory: only the counts leave the engine.

    :raises CannotFit: the engine is not there, or its lake.
    """
    import numpy as np  # noqa: PLC0415 -- heavy

    from guanxi_scoring.features.summary import counted, summary  # noqa: PLC0415 -- heavy

    now = company(session)
    with opened(session, as_of=as_of, engine=engine, location=location) as found:
        each = summary(found.tables.touchpoints, as_of=as_of, zone=now.zone, currency=now.currency)
        rows = found.fetch(counted(each))
    order = np.lexsort((rows["T"], rows["t_x"], rows["x"]))
    return Aggregated(*(rows[name][order] for name in ("x", "t_x", "T", "count")))


def sorted_summary(engine: Engine, as_of: datetime, columns: "Columns") -> Summary:
    """Return columns as a summary, in the order of the ids."""
    from guanxi_scoring.features.columns import order_of  # noqa: PLC0415 -- heavy

    order = order_of(columns["customer_id"])
    return Summary(engine, as_of, {name: values[order] for name, values in columns.items()})
