"""What may be chosen of the model of silence."""

from dataclasses import dataclass
from typing import Any, Final

from marshmallow import fields, validate

from guanxi.sdk import Text
from guanxi_scoring.life.options import WatchedOptions, size_of_drift

PERIODS: Final = {"week": 7, "month": 30}
"""Days of a period; a month is of equal length, so that hazards compare."""
SIGNS: Final = ("contacts", "purchases")

DRIFT_PERCENT: Final = 10


class SilenceOptions(WatchedOptions):
    """Length of periods, what counts as a sign of life, and after how long it is silence."""

    period = fields.String(
        load_default="week",
        validate=validate.OneOf(tuple(PERIODS)),
        metadata={
            "title": Text("Period", "周期"),
            "help": Text(
                "week: 7 days; month: 30 days, for customers who come rarely.",
                "week：7 天；month：30 天，适用于很少来访的客户。",
            ),
        },
    )
    silence_days = fields.Integer(
        strict=True,
        load_default=None,
        allow_none=True,
        validate=validate.Range(7, 730),
        metadata={
            "title": Text("Silence, in days", "沉默天数"),
            "help": Text(
                "So long without a sign of life is silence; empty: longer than four of five gaps "
                "so far, at most a third of the time that is known.",
                "超过这么多天没有任何联系即为沉默；留空：长于迄今五分之四的间隔，"
                "且不超过已知时段的三分之一。",
            ),
        },
    )
    signs = fields.String(
        load_default="contacts",
        validate=validate.OneOf(SIGNS),
        metadata={
            "title": Text("Signs of life", "活跃信号"),
            "help": Text(
                "contacts: everything that the customer takes part in; purchases: only these.",
                "contacts：客户参与的一切接触；purchases：仅购买。",
            ),
        },
    )
    drift_percent = size_of_drift(
        DRIFT_PERCENT,
        Text(
            "And the share that fell silent must differ by so many points of a hundred. 10 is our "
            "choice: fewer hardly change whom one would contact.",
            "且沉默比例须相差这么多个百分点。10 为我们的取值：更小的差异几乎不改变该联系谁。",
        ),
    )


@dataclass(frozen=True, slots=True)
class Chosen:
    """The options in force, with the zone in which days begin."""

    length: int
    silence_days: int | None
    signs: str
    zone: str


def chosen(options: dict[str, Any], zone: str) -> Chosen:
    """Return the options of a model or version; what is missing is as usual."""
    given: dict[str, Any] = SilenceOptions().load(options)
    return Chosen(PERIODS[given["period"]], given["silence_days"], given["signs"], zone)
