"""Cut the break points anew (重新切分), on a schedule or when somebody asks.

Between two cuts everybody is scored by the same numbers, so that one customer's order moves no
other customer's score, and one customer can be scored without looking at all others.
"""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi_segmentation.company import Company, company
from guanxi_segmentation.models import RfmCut
from guanxi_segmentation.rfm import quantiles
from guanxi_segmentation.rfm import statements as sql
from guanxi_segmentation.rfm.storing import gather, moves_between, store_everybody


def latest_cut(session: Session) -> RfmCut | None:
    """Return the break points in force; None before the first cut."""
    return session.scalars(select(RfmCut).order_by(RfmCut.version.desc()).limit(1)).one_or_none()


def is_due(session: Session, *, as_of: datetime) -> str | None:
    """Return why a new cut is due: ``first``, ``settings``, ``schedule``; None if it is not."""
    found, now = latest_cut(session), company(session)
    if found is None:
        return "first"
    if _described(found) != _wanted(now) or _fixed_differ(found, now):
        return "settings"
    days = now.settings["rfm_recut_days"]
    return "schedule" if days and found.at + timedelta(days=days) <= as_of else None


def cut(session: Session, *, as_of: datetime, cause: str = "asked") -> RfmCut | None:
    """Cut new break points by the settings and score everybody by them.

    :return: None where there is nothing to cut: quantiles, and nobody ever ordered.
    """
    before, now = latest_cut(session), company(session)
    gather(session, now, as_of=as_of)
    count = session.execute(sql.COUNT_ORDERING).scalar_one()
    if count == 0 and now.settings["rfm_convention"] == "quantile":
        session.execute(sql.FORGET_GONE)
        return None
    breaks = _breaks(session, now, count, as_of)
    after = RfmCut(
        version=before.version + 1 if before else 1,
        at=as_of,
        cause=cause,
        customers=count,
        moves=[],
        scored_on=now.day(as_of),
        **_wanted(now),
        **{f"{letter}_breaks": breaks[letter] for letter in "rfm"},
    )
    if before is not None:
        after.moves = moves_between(session, before, after, as_of=as_of)
    session.add(after)
    session.flush()
    store_everybody(session, after, as_of=as_of)
    return after


def _breaks(
    session: Session, now: Company, count: int, as_of: datetime
) -> dict[str, list[Decimal]]:
    if now.settings["rfm_convention"] == "fixed":
        return _fixed(now)
    asked = {"at": quantiles.shares(count), "today": now.day(as_of)}
    row = session.execute(sql.QUANTILES, asked).one()
    return {letter: quantiles.break_points(count, getattr(row, letter)) for letter in "rfm"}


def _fixed(now: Company) -> dict[str, list[Decimal]]:
    names = {"r": "rfm_fixed_days", "f": "rfm_fixed_orders", "m": "rfm_fixed_amounts"}
    return {letter: list(now.settings[name]) for letter, name in names.items()}


def _fixed_differ(found: RfmCut, now: Company) -> bool:
    breaks = {letter: list(getattr(found, f"{letter}_breaks")) for letter in "rfm"}
    return found.convention == "fixed" and breaks != _fixed(now)


def _wanted(now: Company) -> dict[str, Any]:
    return {
        "convention": now.settings["rfm_convention"],
        "window_days": now.settings["rfm_window_days"],
        "currency": now.currency,
        "zone": now.zone,
        "eight": _eight(now),
    }


def _described(found: RfmCut) -> dict[str, Any]:
    names = ("convention", "window_days", "currency", "zone", "eight")
    return {name: getattr(found, name) for name in names}


def _eight(now: Company) -> dict[str, Any]:
    chosen = now.settings
    if chosen["eight_split"] == "score":
        return {"split": "score", "high": chosen["eight_score"]}
    return {
        "split": "values",
        "days": chosen["eight_days"],
        "orders": chosen["eight_orders"],
        "amount": str(chosen["eight_amount"]),
    }
