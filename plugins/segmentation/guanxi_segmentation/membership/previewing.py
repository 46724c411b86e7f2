"""How many customers a rule that is not stored would have, and a few of them; read only."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from time import monotonic
from typing import Any, Final
from uuid import UUID

from psycopg.errors import QueryCanceled
from sqlalchemy import Select, false, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from guanxi.sdk import Customer
from guanxi_segmentation.membership.checking import checked_rule
from guanxi_segmentation.membership.hidden import begins_now
from guanxi_segmentation.models import State
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
    """What a rule would give. ``count`` is None where counting took longer than allowed.

    :param taken: how many more the rule fits, whom something else takes first.
    :param held_from_now: a "has been so for at least" counts from when the rule is saved.
    """

    count: int | None
    samples: tuple[Sample, ...] = ()
    seconds: float = 0.0
    taken: int = 0
    held_from_now: bool = False


def preview(
    session: Session,
    document: Mapping[str, Any],
    *,
    now: datetime,
    seconds: float = 3.0,
    unless: Collection[str] = (),
) -> Preview:
    """Return the count and ten samples of a rule, of the customers that the session may see.

    :param seconds: the database gives up after so long.
    :param unless: hidden segments whose members are not counted, but told as ``taken``.
    :raises Invalid: the rule does not do, with the place.
    """
    rule = read(checked_rule(session, document))
    found = matches({_KEY: rule}, as_of=now, context=Context.of(session)).subquery("found")
    taken = func.coalesce(State.hidden.overlap(list(unless)), false()) if unless else false()
    fits = (
        select(Customer.id, Customer.display_name, taken.label("taken"))
        .join(found, found.c.customer_id == Customer.id)
        .outerjoin(State, State.customer_id == Customer.id)
        .where(found.c.segments != [])
    )
    begin = monotonic()
    try:
        with looking(session, seconds) as reading:
            found_now = _ask(reading, fits)
    except DBAPIError as error:
        if not isinstance(error.orig, QueryCanceled):
            raise
        found_now = Preview(None)
    held = begins_now(session, [rule])
    return replace(found_now, seconds=monotonic() - begin, held_from_now=held)


def _ask(session: Session, fits: Select[UUID, str, bool]) -> Preview:
    """Ask once: the counts of all stand beside the first of them."""
    taken = fits.selected_columns.taken
    counts = (func.count().filter(~taken).over(), func.count().filter(taken).over())
    rows = session.execute(
        fits.add_columns(*counts).order_by(taken, Customer.id).limit(SAMPLES)
    ).all()
    if not rows:
        return Preview(0)
    samples = tuple(Sample(row[0], row[1]) for row in rows if not row[2])
    return Preview(rows[0][3], samples, taken=rows[0][4])


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
