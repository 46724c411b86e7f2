"""The pictures of a version of the lifetime model, from what its fit computed anyway."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from guanxi_scoring.life.contract import Picture
from guanxi_scoring.lifetime import pictures
from guanxi_scoring.lifetime.holdout import Split, Trial
from guanxi_scoring.lifetime.predicting import Predictor, predict

if TYPE_CHECKING:
    from guanxi_scoring.lifetime.histories import Histories, Whole


def pictures_of(
    parts: Split,
    trial: Trial,
    repeats: tuple["Whole", "Whole"],
    predictor: Predictor,
    found: "Histories",
) -> Mapping[str, Picture]:
    """Return the pictures by their names.

    How good it is, is shown by the trial, which did not know the hold-out; P(alive) and values
    are those of the version itself.
    """
    before, chosen = parts.before, trial.chosen.model
    days = (parts.end - parts.first).days
    drawn = {
        "tracking": pictures.tracking(chosen, parts.first, before.t, days, repeats),
        "calibration": pictures.calibration(before.x, trial.expected, parts.days_after),
        "alive_matrix": pictures.alive_matrix(predictor.purchases, found.x, found.t),
        "lift": pictures.lift(trial.expected, parts.days_after),
    }
    if predictor.spend is not None:
        drawn["clv"] = pictures.value_distribution(predict(predictor, found).value)
    return drawn
