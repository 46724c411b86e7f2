"""The scores of a survey in a period, and week by week: read from counts, never from answers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Date, cast, func, literal_column, select, text
from sqlalchemy.orm import Session

from guanxi_surveys.figures.comparing import (
    Difference,
    Trend,
    mean_difference,
    nps_difference,
    share_difference,
    trend,
)
from guanxi_surveys.figures.intervals import Figure, NpsParts, mean, nps, nps_parts, share
from guanxi_surveys.figures.periods import Period
from guanxi_surveys.models import DayCount

_COUNTS = ("finished", "screened_out", "quota_full", "expired", "seconds_n", "good", "easy",
           "csat_n", "ces_n", "gap_n")  # fmt: skip
_SUMS = ("seconds", "csat", "csat_squares", "ces", "ces_squares", "gap", "gap_squares")


@dataclass(frozen=True, slots=True)
class Scores:
    """Sums of one group of answers, and the figures that follow from them.

    CSAT, CES and their parts are shares of their scales, 0 to 1; the gap is -1 to 1.
    """

    counts: Mapping[str, int]
    sums: Mapping[str, float]
    parts: NpsParts

    @property
    def nps(self) -> Figure | None:
        """Return the Net Promoter Score (净推荐值), -100 to 100."""
        return nps(self.parts)

    @property
    def csat(self) -> Figure | None:
        """Return the share of the satisfied (满意率): top boxes of all, with Wilson's interval."""
        return share(self.counts["good"], self.counts["csat_n"])

    @property
    def csat_mean(self) -> Figure | None:
        """Return how satisfied people are on average (满意度均值)."""
        return mean(*self.of("csat"))

    @property
    def ces(self) -> Figure | None:
        """Return how easy it was on average (客户费力度), 0 hard to 1 easy."""
        return mean(*self.of("ces"))

    @property
    def easy(self) -> Figure | None:
        """Return the share of those to whom it was easy."""
        return share(self.counts["easy"], self.counts["ces_n"])

    @property
    def gap(self) -> Figure | None:
        """Return experienced less expected (期望差距) on average."""
        return mean(*self.of("gap"))

    @property
    def seconds(self) -> float | None:
        """Return how long answering takes on average, in seconds; None where nobody knows."""
        timed = self.counts["seconds_n"]
        return self.sums["seconds"] / timed if timed else None

    @property
    def completion(self) -> Figure | None:
        """Return the share of the begun that were finished (完成率), screened-out ones aside."""
        ended = self.counts["finished"] + self.counts["expired"]
        return share(self.counts["finished"], ended)

    def of(self, kind: str) -> tuple[int, float, float]:
        """Return how many, sum and sum of squares of ``csat``, ``ces`` or ``gap``."""
        return self.counts[f"{kind}_n"], self.sums[kind], self.sums[f"{kind}_squares"]


@dataclass(frozen=True, slots=True)
class Week:
    """The scores of the week that begins on ``monday``."""

    monday: date
    scores: Scores


@dataclass(frozen=True, slots=True)
class Change:
    """How each score differs from the period before; None where one of both is not known."""

    nps: Difference | None
    csat: Difference | None
    ces: Difference | None
    gap: Difference | None


def totals(session: Session, survey_id: UUID, period: Period) -> Scores:
    """Return the scores of a period."""
    query = _in(select(*_NPS, *_PLAIN), survey_id, period)
    return _scores(dict(session.execute(query).mappings().one()))


def weekly(session: Session, survey_id: UUID, period: Period) -> list[Week]:
    """Return the scores of each week that has answers, the first first."""
    monday = cast(func.date_trunc("week", DayCount.day), Date).label("monday")
    query = _in(select(monday, *_NPS, *_PLAIN), survey_id, period)
    query = query.group_by(literal_column("monday")).order_by("monday")
    return [Week(row["monday"], _scores(dict(row))) for row in session.execute(query).mappings()]


def change(before: Scores, after: Scores) -> Change:
    """Compare two periods."""
    return Change(
        nps_difference(before.parts, after.parts),
        share_difference(
            before.counts["good"], before.counts["csat_n"],
            after.counts["good"], after.counts["csat_n"],
        ),
        mean_difference(before.of("ces"), after.of("ces")),
        mean_difference(before.of("gap"), after.of("gap")),
    )  # fmt: skip


def trends(weeks: Iterable[Week]) -> dict[str, Trend | None]:
    """Return whether ``nps``, ``csat`` and ``ces`` go up or down, per week."""
    kept = list(weeks)
    if not kept:
        return {"nps": None, "csat": None, "ces": None}
    first = kept[0].monday
    at = [(one.monday - first).days / 7 for one in kept]
    read = {
        "nps": [one.scores.nps for one in kept],
        "csat": [one.scores.csat for one in kept],
        "ces": [one.scores.ces for one in kept],
    }
    return {
        name: trend([(when, one) for when, one in zip(at, found, strict=True) if one is not None])
        for name, found in read.items()
    }


def still_open(session: Session, survey_id: UUID) -> int:
    """Return how many answers were begun and may still be finished."""
    query = text(
        "SELECT count(*) FROM surveys_answers "
        "WHERE survey_id = :survey AND state = 'begun' AND NOT trial"
    )
    return session.scalar(query, {"survey": survey_id}) or 0


_NPS = [func.sum(DayCount.nps[place + 1]).label(f"nps_{place}") for place in range(11)]
_PLAIN = [func.sum(getattr(DayCount, name)).label(name) for name in (*_COUNTS, *_SUMS)]


def _in(query: Any, survey_id: UUID, period: Period) -> Any:
    query = query.where(DayCount.survey_id == survey_id)
    if period.since is not None:
        query = query.where(DayCount.day >= period.since)
    return query if period.until is None else query.where(DayCount.day < period.until)


def _scores(row: Mapping[str, Any]) -> Scores:
    return Scores(
        {name: int(row[name] or 0) for name in _COUNTS},
        {name: float(row[name] or 0) for name in _SUMS},
        nps_parts([int(row[f"nps_{place}"] or 0) for place in range(11)]),
    )
