"""How many customers a rule that is not stored would have, and a few of them; read only."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Any, Final
from uuid import UUID

from psycopg.errors import QueryCanceled
from sqlalchemy import Select, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from guanxi.sdk import Customer
from guanxi_segmentation.membership.checking import checked_rule
from guanxi_segmentation.rules import Context, matches, read

SAMPLES: Final = 10
_KEY: Final = "preview"
_LIMIT = text("SELECT set_config('statement_timeout', :milliseconds, true)")


@dataclass(frozen=True, slots=True)
class Sample:
    """A customer that a rule fits."""

    customer_id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What a rule would give. ``count`` is None where counting took longer than allowed."""

    count: int | None
    samples: tuple[Sample, ...] = ()
    seconds: float = 0.0


def preview(
    session: Session, document: Mapping[str, Any], *, now: datetime, seconds: float = 3.0
) -> Preview:
    """Return the count and ten samples of a rule, of the customers that the session may see.

    :param seconds: the database gives up after so long.
    :raises Invalid: the rule does not do, with the place.
    """
    rule = read(checked_rule(session, document))
    found = matches({_KEY: rule}, as_of=now, context=Context.of(session)).subquery("found")
    fits = (
        select(Customer.id, Customer.display_name)
        .join(found, found.c.customer_id == Customer.id)
        .where(found.c.segments != [])
    )
    begin = monotonic()
    try:
        with looking(session, seconds) as reading:
            count, samples = _ask(reading, fits)
    except DBAPIError as error:
        if not isinstance(error.orig, QueryCanceled):
            raise
        return Preview(None, seconds=monotonic() - begin)
    return Preview(count, samples, monotonic() - begin)


def _ask(session: Session, fits: Select[Any]) -> tuple[int, tuple[Sample, ...]]:
    """Ask once: the count of all stands beside the first of them."""
    counted = fits.add_columns(func.count().over()).order_by(Customer.id).limit(SAMPLES)
    rows = session.execute(counted).all()
    return (rows[0][2] if rows else 0), tuple(Sample(row[0], row[1]) for row in rows)


@contextmanager
def looking(session: Session, seconds: float) -> Iterator[Session]:
    """Open a transaction beside that of ``session``, which changes nothing and ends in time.

    It has the sight of ``session``: the row rule stands in its ``info``.
    """
    info = {key: value for key, value in session.info.items() if key not in ("write", "lent")}
    with session.connection().engine.connect() as own:
        only = own.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        with type(session)(only, autoflush=False, info=info) as reading:
            reading.execute(_LIMIT, {"milliseconds": str(max(1, round(seconds * 1000)))})
            yield reading
