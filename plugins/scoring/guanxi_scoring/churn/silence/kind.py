"""The model of silence as a kind of model."""

from collections.abc import Mapping
from datetime import datetime
from math import sqrt
from typing import Any, Final

from sqlalchemy.orm import Session

from guanxi.sdk import Text
from guanxi_scoring.churn.silence import fitting, periods, scoring
from guanxi_scoring.churn.silence.options import DRIFT_PERCENT, Chosen, SilenceOptions
from guanxi_scoring.company import company
from guanxi_scoring.life.comparing import surely_less
from guanxi_scoring.life.contract import Kind, Sentence
from guanxi_scoring.life.options import DRIFT_ERRORS
from guanxi_scoring.models import Model, Version
from guanxi_scoring.texts import N_

_LEAST: Final = 50


def worse(
    candidate: Mapping[str, Any], current: Mapping[str, Any], least: float
) -> Sentence | None:
    """Say whether a candidate surely orders customers worse, or predicts worse, on the hold-out.

    :param least: by how many standard errors of the difference.
    """
    for name, message in (
        ("auc", N_("It orders customers worse: AUC %(new)s instead of %(old)s.")),
        ("skill", N_("It predicts worse: skill %(new)s instead of %(old)s.")),
    ):
        new, old = candidate.get(name), current.get(name)
        if old is not None and (new is None or surely_less(candidate, current, name, least)):
            return Sentence(message, {"new": new, "old": old})
    return None


def drift(session: Session, model: Model, version: Version, as_of: datetime) -> Sentence | None:
    """Look whether as many customers fell silent of late as the version would have said.

    The share must differ both by what matters (``drift_percent``) and by what is no chance any
    more (``drift_errors`` standard deviations of a sum of independent customers).
    """
    known = version.parameters
    options = Chosen(
        known["period_days"], known["silence_days"], known["signs"], company(session).zone
    )
    rows = periods.tested(session, options, as_of, known["periods"])
    if sum(int(row.customers) for row in rows) < _LEAST:
        return None
    p, customers, silent = fitting.predicted(known, rows, known["periods"])
    expected = float((p * customers).sum() / customers.sum())
    observed = float(silent.sum() / customers.sum())
    total = float(customers.sum())
    spread = sqrt(float((p * (1 - p) * customers).sum())) / total
    off = abs(expected - observed)
    if off <= model.options.get("drift_percent", DRIFT_PERCENT) / 100:
        return None
    if off <= model.options.get("drift_errors", DRIFT_ERRORS) * spread:
        return None
    return Sentence(
        N_(
            "Of the customers of %(days)s ago %(observed)s fell silent, where the model would have "
            "said %(expected)s. Fit it anew."
        ),
        {
            "days": {"days": known["silence_days"]},
            "observed": {"share": round(observed, 4)},
            "expected": {"share": round(expected, 4)},
        },
    )


SILENCE: Final = Kind(
    key="silence",
    title=Text("Silence", "沉默"),
    fit=fitting.fit,
    score=scoring.score_everybody,
    worse=worse,
    drift=drift,
    unscore=scoring.unscore,
    options=SilenceOptions,
)
