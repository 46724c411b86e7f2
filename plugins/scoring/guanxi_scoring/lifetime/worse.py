"""Whether a version of the lifetime model is surely worse than the one in force."""

from collections.abc import Mapping
from typing import Any

from guanxi_scoring.life.comparing import ERRORS, surely_less
from guanxi_scoring.life.contract import Sentence
from guanxi_scoring.texts import N_


def worse(new: Mapping[str, Any], old: Mapping[str, Any], least: float) -> Sentence | None:
    """Say why a version is worse than the one in force, or None.

    Compared by measures that do not depend on how long the hold-out is: how much better than
    letting each customer go on as before, and how far off the total. Versions whose hold-outs
    were chosen by different rules cannot be compared; the new one is not called worse then.

    :param least: by how many standard errors of the difference.
    """
    if new.get("rule") != old.get("rule"):
        return None
    if surely_less(new, old, "skill", least):
        told = N_(
            "On the hold-out it is only %(new)s better than the simplest guess; the version in "
            "force is %(old)s better. It was kept back."
        )
        return Sentence(told, {"new": {"share": new["skill"]}, "old": {"share": old["skill"]}})
    if not surely_less(_distance(new), _distance(old), "total_error", least, sign=-1):
        return None
    told = N_(
        "On the hold-out its total of purchases is off by %(new)s, that of the version in force "
        "by %(old)s. It was kept back."
    )
    off = {name: {"share": abs(one["total_error"])} for name, one in (("new", new), ("old", old))}
    return Sentence(told, off)


def _distance(metrics: Mapping[str, Any]) -> dict[str, Any]:
    """Return the metrics with the error of the total as a distance, whichever side it is on."""
    off = metrics.get("total_error")
    return {"total_error": None if off is None else abs(off), ERRORS: metrics.get(ERRORS)}
