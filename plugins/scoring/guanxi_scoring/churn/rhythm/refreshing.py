"""Keep everybody's gaps, and fit now and then what is usual."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from guanxi_scoring.asking import ask
from guanxi_scoring.churn.policy import ONE
from guanxi_scoring.churn.rhythm import population as usual
from guanxi_scoring.churn.rhythm import statements as sql
from guanxi_scoring.company import company
from guanxi_scoring.life.contract import Sentence
from guanxi_scoring.models import RhythmPopulation
from guanxi_scoring.texts import N_

REFIT_EVERY: Final = timedelta(days=7)
_HALF: Final = 0.5
_AS_OF: Final = text("SELECT as_of FROM scoring_lapse_policy WHERE id = CAST(:one AS integer)")


@dataclass(frozen=True, slots=True)
class Options:
    """What counts as coming, from how many gaps on, and how rare a gap must be."""

    signs: str
    min_gaps: int
    quantile: float


def options_of(session: Session) -> Options:
    """Return the settings in force."""
    chosen = company(session).settings
    return Options(
        chosen["rhythm_signs"], chosen["rhythm_min_gaps"], float(chosen["rhythm_quantile"]) / 100
    )


def as_of(session: Session, now: datetime) -> datetime:
    """Return the instant as of which rhythms are judged: now, unless the policy says another."""
    (rows,) = ask(session, (_AS_OF, {"one": ONE}))
    return rows[0][0] if rows and rows[0][0] is not None else now


def refresh(session: Session, customers: Collection[UUID] | None, *, now: datetime) -> None:
    """Bring the gaps of some customers up to date, or everybody's (None)."""
    if customers is not None and not customers:
        return
    values: dict[str, Any] = {
        "signs": options_of(session).signs,
        "zone": company(session).zone,
        "as_of": as_of(session, now),
    }
    if customers is not None:
        values["ids"] = sorted(customers)
        ask(session, (sql.REMOVE_FEW, values), (sql.STORE_FEW, values))
    else:
        ask(session, (sql.REMOVE_ALL, values), (sql.STORE_ALL, values))
    session.expire_all()


def population_of(session: Session) -> RhythmPopulation | None:
    """Return what is usual as it was last fitted; None before the first time."""
    return session.get(RhythmPopulation, ONE, populate_existing=True)


def is_due(session: Session, *, now: datetime) -> bool:
    """Say whether what is usual should be fitted again: it is old, or the settings changed."""
    found, wanted = population_of(session), options_of(session)
    if found is None or found.fitted_at <= now - REFIT_EVERY:
        return True
    return (found.signs, found.min_gaps, found.quantile) != (
        wanted.signs,
        wanted.min_gaps,
        wanted.quantile,
    )


def rebuild(session: Session, *, now: datetime) -> RhythmPopulation:
    """Work out everybody's gaps, fit what is usual, and everybody's days by it."""
    wanted = options_of(session)
    refresh(session, None, now=now)
    rows = session.execute(sql.STORED_GAPS, {"most": usual.MOST_ROWS}).all()
    enough = sum(row.customers for row in rows if row.gaps >= wanted.min_gaps)
    values: dict[str, Any] = {
        "min_gaps": wanted.min_gaps,
        "quantile": wanted.quantile,
        "signs": wanted.signs,
        "customers": sum(row.customers for row in rows),
        "gaps": sum(row.gaps * row.customers for row in rows),
        "fitted_at": now,
        "refreshed_until": as_of(session, now),
        **(_fitted(rows, wanted) if enough >= usual.LEAST_CUSTOMERS else _too_few(enough)),
    }
    statement = insert(RhythmPopulation).values(id=ONE, **values)
    session.execute(statement.on_conflict_do_update(index_elements=["id"], set_=values))
    refresh(session, None, now=now)
    found = population_of(session)
    assert found is not None  # noqa: S101 -- it was just written
    return found


def _fitted(rows: Any, wanted: Options) -> dict[str, Any]:
    found = usual.fit(
        usual.Gaps(
            [row.gaps for row in rows],
            [row.gap_days for row in rows],
            [row.customers for row in rows],
            float(sum(row.logs for row in rows)) / 1e6,
        )
    )
    return {
        "shape": found.shape,
        "prior_shape": found.prior_shape,
        "prior_rate": found.prior_rate,
        "due_factors": usual.factors(found, _HALF),
        "warn_factors": usual.factors(found, wanted.quantile),
        "problem": None,
    }


def _too_few(enough: int) -> dict[str, Any]:
    told = Sentence(
        N_(
            "Only %(found)s customers came often enough to have a rhythm; %(needed)s are needed. "
            "Warnings begin by themselves as soon as there are."
        ),
        {"found": enough, "needed": usual.LEAST_CUSTOMERS},
    ).told
    nothing = dict.fromkeys(("shape", "prior_shape", "prior_rate"))
    return {**nothing, "due_factors": [], "warn_factors": [], "problem": told}
