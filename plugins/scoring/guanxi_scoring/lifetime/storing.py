"""Store lifetime scores: those that differ, in one statement per batch, in the order of ids."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from sqlalchemy.orm import Session

from guanxi.sdk import send
from guanxi_scoring.company import Company
from guanxi_scoring.models import Version

if TYPE_CHECKING:
    from guanxi_scoring.lifetime.histories import Histories, Real
    from guanxi_scoring.lifetime.predicting import Predicted

LARGEST: Final = 10.0**13
"""Of an amount; the columns hold no greater ones."""
_FIGURES: Final = (
    "x", "t_x", "t", "mean_spend", "p_alive", "expected_purchases_90d", "expected_spend", "clv_12m",
)  # fmt: skip
_COMPARED: Final = ("model_version", *_FIGURES, "currency")
_SET: Final = (*_COMPARED, "as_of", "scored_at")
_STORE: Final = f"""
    INSERT INTO scoring_lifetime (customer_id, {", ".join(_FIGURES)},
        model_version, currency, as_of, scored_at)
    SELECT n.customer_id, n.x, n.t_x, n.t, round(n.mean_spend::numeric, 4), n.p_alive,
        n.expected_purchases_90d, round(n.expected_spend::numeric, 4),
        round(n.clv_12m::numeric, 4),
        %(model_version)s, %(currency)s, %(as_of)s, %(scored_at)s
    FROM unnest(%(ids)s::uuid[], %(x)s::bigint[], %(t_x)s::bigint[], %(t)s::bigint[],
        %(mean_spend)s::float8[], %(p_alive)s::float8[], %(expected_purchases_90d)s::float8[],
        %(expected_spend)s::float8[], %(clv_12m)s::float8[])
        AS n(customer_id, {", ".join(_FIGURES)})
    JOIN customers c ON c.id = n.customer_id AND c.merged_into IS NULL AND c.erased_at IS NULL
    ORDER BY n.customer_id
    ON CONFLICT (customer_id) DO UPDATE
    SET {", ".join(f"{name} = excluded.{name}" for name in _SET)}
    WHERE ({", ".join(f"scoring_lifetime.{name}" for name in _COMPARED)})
        IS DISTINCT FROM ({", ".join(f"excluded.{name}" for name in _COMPARED)})
"""  # noqa: S608 -- constants
_FORGET_SPAN: Final = """
    DELETE FROM scoring_lifetime
    WHERE customer_id > %(after)s AND customer_id <= %(until)s
        AND NOT customer_id = ANY(%(ids)s::uuid[])
"""
_FORGET_SOME: Final = """
    DELETE FROM scoring_lifetime
    WHERE customer_id = ANY(%(gone)s::uuid[])
"""
_FORGET_ALL: Final = "DELETE FROM scoring_lifetime"


def store(
    session: Session,
    now: Company,
    version: Version,
    found: "Histories",
    scores: "Predicted",
    *,
    as_of: datetime,
    scored_at: datetime,
) -> None:
    """Store the scores of customers that are new or differ; of who is gone nothing is stored."""
    if not found.ids:
        return
    values = {
        "ids": list(found.ids),
        "x": found.x.tolist(),
        "t_x": found.t_x.tolist(),
        "t": found.t.tolist(),
        "mean_spend": _money(found.spend),
        "p_alive": _figures(scores.p_alive),
        "expected_purchases_90d": _figures(scores.purchases_soon),
        "expected_spend": _money(scores.spend),
        "clv_12m": _money(scores.value),
        "model_version": version.number,
        "currency": now.currency,
        "as_of": as_of,
        "scored_at": scored_at,
    }
    send(session, _STORE, values)


def forget_span(session: Session, after: UUID, until: UUID, but: Sequence[UUID]) -> None:
    """Remove the scores of a span of ids, but for those customers."""
    send(session, _FORGET_SPAN, {"after": after, "until": until, "ids": list(but)})


def forget_some(session: Session, customers: Sequence[UUID]) -> None:
    """Remove the scores of customers who have not bought, as it now is."""
    if customers:
        send(session, _FORGET_SOME, {"gone": list(customers)})


def forget_all(session: Session) -> None:
    """Remove all scores."""
    send(session, _FORGET_ALL, ())


def _figures(values: "Real") -> list[float]:
    """Return figures to ten digits: the last ones depend on who else was computed with them."""
    return [float(f"{one:.10g}") for one in values.tolist()]


def _money(values: "Real") -> list[Any]:
    """Return amounts, None where there is none or it is beyond all sense."""
    return [one if -LARGEST < one < LARGEST else None for one in values.tolist()]
