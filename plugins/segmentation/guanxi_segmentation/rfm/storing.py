"""Score customers by a cut and store what differs: a few in one statement, everybody in four."""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Dialect, text
from sqlalchemy.orm import Session

from guanxi.sdk import Ready
from guanxi_segmentation.company import Company
from guanxi_segmentation.models import RfmCut
from guanxi_segmentation.rfm import statements as sql
from guanxi_segmentation.rfm.classes import all_eight, all_segments

BEGINNING: Final = datetime(1, 1, 2, tzinfo=UTC)
ROOM: Final = "256MB"
"""Memory for sorting and hashing everybody."""


def gather(session: Session, company: Company, *, as_of: datetime) -> None:
    """Work out everybody's inputs by the settings, into a temporary table."""
    session.execute(sql.ROOM, {"size": ROOM})
    session.execute(sql.DROP_NOW)
    everybody = company.settings["rfm_convention"] == "fixed"
    days = company.settings["rfm_window_days"]
    asked = {"currency": company.currency, "zone": company.zone, **_window(days, as_of)}
    session.execute(text(sql.gather(sql.inputs(few=False, everybody=everybody))), asked)
    session.execute(sql.ANALYZE_NOW)


def store_everybody(session: Session, cut: RfmCut, *, as_of: datetime) -> bool:
    """Make everybody's stored scores those of the gathered inputs; say whether any changed."""
    values = {"today": _today(cut, as_of), **parameters(cut)}
    change, add = sql.store_all(_named(cut, sql.FROM_NOW))
    changed = 0
    if not session.execute(sql.IS_EMPTY).scalar_one():
        changed += written(session.execute(sql.FORGET_GONE))
        changed += written(session.execute(text(change), values))
    return changed + written(session.execute(text(add), values)) > 0


def written(result: Any) -> int:
    """Return how many rows a statement wrote."""
    count: int = result.rowcount
    return count


def store_few(
    session: Session, cut: RfmCut, customers: Collection[UUID], *, as_of: datetime
) -> bool:
    """Score a few customers as the cut was made: its window, currency and zone."""
    inputs = sql.inputs(few=True, everybody=cut.convention == "fixed")
    values = {
        "ids": list(customers),
        "currency": cut.currency,
        "zone": cut.zone,
        "today": _today(cut, as_of),
        **_window(cut.window_days, as_of),
        **parameters(cut),
    }
    stored: int = session.execute(text(sql.store_few(_named(cut, inputs))), values).scalar_one()
    return stored > 0


class FewScores:
    """What :func:`store_few` does with one cut, put together once to be done many times."""

    def __init__(self, cut: RfmCut, dialect: Dialect) -> None:
        inputs = sql.inputs(few=True, everybody=cut.convention == "fixed")
        self._ready = Ready(text(sql.store_few(_named(cut, inputs))), dialect)
        self._company = Company(cut.currency, cut.zone, {})
        self._days = cut.window_days
        self._fixed = {**parameters(cut), "currency": cut.currency, "zone": cut.zone}

    def asked(self, ids: Sequence[UUID], as_of: datetime) -> tuple[Ready, Mapping[str, Any]]:
        """Return the statement with its values; it returns how many rows it wrote."""
        values = {
            **self._fixed,
            **_window(self._days, as_of),
            "today": self._company.day(as_of),
            "ids": ids,
        }
        return self._ready, values


def moves_between(
    session: Session, before: RfmCut, after: RfmCut, *, as_of: datetime
) -> list[dict[str, Any]]:
    """Return how many of the gathered customers are in which segment by either cut."""
    ordering = sql.FROM_NOW if before.convention == "fixed" else sql.ORDERING_NOW
    statement = sql.moves(_named(before, ordering, "old_"), _named(after, sql.FROM_NOW))
    values = {
        "today": _today(after, as_of),
        **parameters(after),
        **{f"old_{name}": value for name, value in parameters(before).items()},
    }
    return [dict(row) for row in session.execute(text(statement), values).mappings()]


def parameters(cut: RfmCut) -> Mapping[str, Any]:
    """Return the parameters of the statements that stand for a cut."""
    found: dict[str, Any] = {
        f"{letter}{place}": value
        for letter in "rfm"
        for place, value in enumerate(getattr(cut, f"{letter}_breaks"), 1)
    }
    eight = {name: value for name, value in cut.eight.items() if name != "split"}
    named = {"segments": all_segments(), "eights": all_eight(), "cut": cut.version}
    return {**found, **eight, **named}


def _named(cut: RfmCut, inputs: str, prefix: str = "") -> str:
    by_values = cut.eight["split"] == "values"
    return sql.named(inputs, fixed=cut.convention == "fixed", by_values=by_values, prefix=prefix)


def _today(cut: RfmCut, as_of: datetime) -> Any:
    return Company(cut.currency, cut.zone, {}).day(as_of)


def _window(days: int, as_of: datetime) -> dict[str, datetime]:
    return {"as_of": as_of, "since": as_of - timedelta(days=days) if days else BEGINNING}
