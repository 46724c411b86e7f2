"""Write the probability of silence: of everybody with a version, or of a few who came."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import delete, text
from sqlalchemy.orm import Session

from guanxi_scoring.asking import ask
from guanxi_scoring.churn.silence import design, hazard, periods
from guanxi_scoring.churn.silence.options import Chosen
from guanxi_scoring.company import company
from guanxi_scoring.models import Model, SilenceScore, Version

AT_ONCE: Final = 50_000
"""So many customers are in memory at a time."""
_NOW: Final = "scoring_silence_now"
_COLUMNS: Final = "customer_id, silent, active, tenure, lately, bought, last_on"

_FRESH: Final = text(f"DROP TABLE IF EXISTS {_NOW}")
_GATHER: Final = text(f"CREATE TEMPORARY TABLE {_NOW} ON COMMIT DROP AS {periods.STATES}")
_KEYED: Final = text(f"ALTER TABLE {_NOW} ADD PRIMARY KEY (customer_id)")
_TAKE: Final = text(
    f"SELECT {_COLUMNS} FROM {_NOW}"  # noqa: S608 -- constants of this file
    " WHERE CAST(:after AS uuid) IS NULL OR customer_id > CAST(:after AS uuid)"
    " ORDER BY customer_id LIMIT :most"
)
_GONE: Final = text(
    "DELETE FROM scoring_silence s WHERE NOT EXISTS ("  # noqa: S608 -- as above
    f"SELECT 1 FROM {_NOW} n WHERE n.customer_id = s.customer_id)"
)
_FEW: Final = text(f"SELECT {_COLUMNS} FROM ({periods.STATES_FEW}) n ORDER BY customer_id")  # noqa: S608 -- as above
_SET: Final = ", ".join(
    f"{name} = excluded.{name}"
    for name in (
        *("model_id", "model_version", "as_of", "p", "days", "silent", "active", "tenure"),
        *("lately", "bought", "last_on"),
    )
)
_STORE: Final = text(
    f"""
    INSERT INTO scoring_silence (customer_id, model_id, model_version, as_of, p, days,
                                 silent, active, tenure, lately, bought, last_on)
    SELECT customer_id, CAST(:model AS uuid), CAST(:version AS integer),
           CAST(:as_of AS timestamptz), p, CAST(:days AS integer),
           silent, active, tenure, lately, bought, last_on
    FROM unnest(CAST(:ids AS uuid[]), CAST(:ps AS float8[]), CAST(:silents AS integer[]),
                CAST(:actives AS integer[]), CAST(:tenures AS integer[]),
                CAST(:latelys AS float8[]), CAST(:boughts AS boolean[]), CAST(:lasts AS date[]))
         AS n(customer_id, p, silent, active, tenure, lately, bought, last_on)
    ON CONFLICT (customer_id) DO UPDATE SET {_SET}
    """  # noqa: S608 -- as above
)


class _State(NamedTuple):
    """A row of ``_COLUMNS``."""

    customer_id: UUID
    silent: int
    active: int
    tenure: int
    lately: float
    bought: bool
    last_on: date


def score_everybody(session: Session, model: Model, version: Version, as_of: datetime) -> int:
    """Write everybody's probability; who has no sign of life gets none. Return how many."""
    session.flush()
    session.execute(_FRESH)
    session.execute(_GATHER, periods.values_of(session, _options(session, version), as_of))
    session.execute(_KEYED)
    session.execute(_GONE)
    count, after = 0, None
    while rows := session.execute(_TAKE, {"after": after, "most": AT_ONCE}).all():
        _store(session, model, version, as_of, rows)
        count, after = count + len(rows), rows[-1].customer_id
    session.execute(_FRESH)
    session.expire_all()
    return count


def score_few(
    session: Session,
    customers: Collection[UUID],
    model: Model,
    version: Version,
    as_of: datetime,
) -> None:
    """Write the probabilities of some customers anew."""
    ids = sorted(customers)
    values = periods.values_of(session, _options(session, version), as_of)
    (found,) = ask(session, (_FEW, {**values, "ids": ids}))
    rows = [_State._make(row) for row in found]
    gone = set(ids) - {row.customer_id for row in rows}
    if gone:
        session.execute(delete(SilenceScore).where(SilenceScore.customer_id.in_(gone)))
    if rows:
        _store(session, model, version, as_of, rows)
    session.expire_all()


def unscore(session: Session, model: Model) -> None:
    """Remove all scores of a model."""
    session.execute(delete(SilenceScore).where(SilenceScore.model_id == model.id))


def _store(
    session: Session, model: Model, version: Version, as_of: datetime, rows: Sequence[Any]
) -> None:
    known = version.parameters
    state = design.from_counts(
        [(r.silent, r.active, r.tenure, r.lately, float(r.bought)) for r in rows]
    )
    p = hazard.staying_silent(known, state, known["periods"])
    columns = list(zip(*rows, strict=True))
    values = {
        "model": model.id,
        "version": version.number,
        "as_of": as_of,
        "days": known["silence_days"],
        "ids": list(columns[0]),
        # To ten digits: the last ones depend on how many others were computed with them.
        "ps": [float(f"{one:.10g}") for one in p],
        "silents": list(columns[1]),
        "actives": list(columns[2]),
        "tenures": list(columns[3]),
        "latelys": list(columns[4]),
        "boughts": list(columns[5]),
        "lasts": list(columns[6]),
    }
    ask(session, (_STORE, values))


def _options(session: Session, version: Version) -> Chosen:
    known = version.parameters
    return Chosen(
        known["period_days"], known["silence_days"], known["signs"], company(session).zone
    )
