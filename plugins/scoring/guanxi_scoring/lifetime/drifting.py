"""Whether customers still buy as the version in force expects: purchases since it learnt."""

from datetime import datetime
from math import sqrt
from typing import Final

from sqlalchemy.orm import Session

from guanxi_scoring.company import company
from guanxi_scoring.life.contract import Sentence
from guanxi_scoring.life.options import DRIFT_ERRORS
from guanxi_scoring.lifetime import histories
from guanxi_scoring.lifetime.holdout import split
from guanxi_scoring.lifetime.options import DRIFT_PERCENT
from guanxi_scoring.lifetime.predicting import Predictor
from guanxi_scoring.lifetime.scoring import where_of
from guanxi_scoring.models import Model, Version
from guanxi_scoring.texts import N_

LEAST_DAYS: Final = 14
LEAST_EXPECTED: Final = 50.0
"""With fewer expected purchases, chance alone explains much."""


def drift(session: Session, model: Model, version: Version, as_of: datetime) -> Sentence | None:
    """Say by how much purchases since the version learnt differ from what it expects, or None.

    They must differ both by what matters (``drift_percent``) and by what is no chance any more
    (``drift_errors`` standard deviations of a Poisson sum); see the options.
    """
    now = company(session)
    cut, end = now.day(version.as_of), now.day(as_of)
    if (end - cut).days < LEAST_DAYS:
        return None
    summed = histories.summed(session, as_of, cut=cut, **where_of(version))
    parts = split(summed, cut, cut, end)
    known = parts.before
    if not len(known):
        return None
    purchases = Predictor.of(version.fit, version.parameters).purchases
    each = purchases.expected_purchases(parts.days, known.x, known.t_x, known.t)
    expected, actual = float(each.sum()), int(parts.days_after.sum())
    off = abs(actual - expected)
    largest = model.options.get("drift_percent", DRIFT_PERCENT) / 100
    if expected < LEAST_EXPECTED or off < largest * expected:
        return None
    if off < model.options.get("drift_errors", DRIFT_ERRORS) * sqrt(expected):
        return None
    told = N_(
        "In %(days)s since it learnt, customers came back to buy %(actual)s times; it expected "
        "%(expected)s. Fit it anew, and look what changed."
    )
    values = {"days": {"days": parts.days}, "actual": actual, "expected": round(expected)}
    return Sentence(told, values)
