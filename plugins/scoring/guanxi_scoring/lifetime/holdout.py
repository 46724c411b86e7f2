"""The hold-out: learn from the time before a day, and measure on the time from that day on."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from guanxi_scoring.lifetime.families import Chosen, choose
from guanxi_scoring.lifetime.histories import Histories
from guanxi_scoring.lifetime.measuring import measured, total_error

if TYPE_CHECKING:
    from guanxi_scoring.features.summarising import Summary
    from guanxi_scoring.lifetime.histories import Real, Whole
    from guanxi_scoring.lifetime.spend import Spend


@dataclass(frozen=True, slots=True)
class Split:
    """The hold-out ``[cut, end)`` in days; ``before`` is as it was at the cut.

    :param days_after: days with a purchase in the hold-out, of each in ``before``; and what was
        paid on them.
    """

    first: date
    cut: date
    end: date
    before: Histories
    days_after: "Whole"
    paid_after: "Real"

    @property
    def days(self) -> int:
        """How long the hold-out is."""
        return (self.end - self.cut).days


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of the hold-out: the family, and what it expected of each customer."""

    chosen: Chosen
    expected: "Real"
    metrics: dict[str, Any]


def split(found: "Summary", first: date, cut: date, end: date) -> Split:
    """Take summaries apart at a day; who first bought from then on is not in ``before``."""
    import numpy as np  # noqa: PLC0415 -- heavy

    known = found.days_before > 0
    days, paid_days = (end - cut).days, found.paid_days_before[known]
    paid = found.paid_before[known]
    before = Histories(
        ids=(),
        x=found.days_before[known] - 1,
        t_x=found.t_x_before[known],
        t=found.T[known] - days,
        paid_days=paid_days,
        spend=np.where(paid_days > 0, paid / np.maximum(paid_days, 1), np.nan),
        kept=found.kept[known],
    )
    return Split(first, cut, end, before, found.days_after[known], found.paid_after[known])


def tried(parts: Split, family: str, rule: str) -> Trial:
    """Choose and fit a family on the time before the cut, and measure it on the rest.

    :param rule: how the hold-out was chosen; only versions of the same rule are compared.
    :raises CannotFit: nothing can be learnt from the time before.
    """
    import numpy as np  # noqa: PLC0415 -- heavy

    known = parts.before
    chosen = choose(family, known.x, known.t_x, known.t)
    expected = np.atleast_1d(
        chosen.model.expected_purchases(parts.days, known.x, known.t_x, known.t)
    )
    naive = known.x / np.maximum(known.t, 1) * parts.days
    told = {
        "rule": rule,
        "holdout_from": parts.cut.isoformat(),
        "holdout_days": parts.days,
        "customers": len(known),
        **measured(expected, parts.days_after, naive),
    }
    return Trial(chosen, expected, told)


def revenue(parts: Split, trial: Trial, spend: "Spend | None") -> dict[str, Any]:
    """Return the revenue that was expected of the hold-out, and what came."""
    actual = float(parts.paid_after.sum())
    if spend is None:
        return {"revenue_expected": None, "revenue_actual": actual, "revenue_error": None}
    each = spend.expected(parts.before.paid_days, parts.before.spend)
    expected = float((each * trial.expected).sum())
    error = total_error(expected, actual)
    return {"revenue_expected": expected, "revenue_actual": actual, "revenue_error": error}
