"""What a goal predicts (预测目标): the options of a model of kind ``propensity``, checked.

Three questions. ``buy``: every so many days each customer who ever bought is a new case, won by a
purchase within the horizon. ``answer``: each contact of ours is a case, decided by a good or bad
outcome of its own, or without one by whether the customer makes contact within the horizon.
``convert``: each touchpoint that meets one condition is a case, won by one that meets the other
within the horizon.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Final

from guanxi_scoring.propensity.conditions import Condition

KIND: Final = "propensity"
PREFIX: Final = "propensity_"
QUESTIONS: Final = ("buy", "answer", "convert")
_PURCHASE: Final = Condition(kinds=("purchase",))


@dataclass(frozen=True, slots=True)
class Goal:
    """What is predicted and how it is learnt.

    :param within_days: the horizon, ``(at, at + within_days)``.
    :param every_days: how often a case begins for each customer; only for ``buy``.
    :param history_days: how far back cases are looked for.
    :param attributes: keys of the catalogue that are looked at, beside what customers did.
    :param learner: ``auto``, or the name of one of ``learners``.
    :param min_each: without so many won and as many lost cases nothing is predicted.
    :param min_cases: and so many in all; both hold for a team of its own, too.
    :param by_team: a team with enough cases learns from its own.
    """

    question: str = "buy"
    exposure: Condition = _PURCHASE
    success: Condition = _PURCHASE
    within_days: int = 90
    every_days: int = 30
    history_days: int = 730
    attributes: tuple[str, ...] = ()
    learner: str = "auto"
    min_each: int = 20
    min_cases: int = 100
    by_team: bool = True

    @property
    def stored(self) -> dict[str, Any]:
        """The form in which it is stored, without what every model has (``life.options``)."""
        told = asdict(self)
        told["exposure"], told["success"] = self.exposure.stored, self.success.stored
        return {**told, "attributes": list(self.attributes)}


ANSWER: Final = Goal(
    "answer", Condition(directions=("out",)), Condition(directions=("in",)), within_days=14
)
CONVERT: Final = Goal("convert", Condition(directions=("out",)), within_days=30)
USUAL: Final[Mapping[str, Goal]] = {"buy": Goal(), "answer": ANSWER, "convert": CONVERT}
"""What is usual for each question."""


def goal_of(options: Mapping[str, Any]) -> Goal:
    """Return the goal that checked options describe (``options.GoalOptions``)."""
    named = {one.name: options[one.name] for one in fields(Goal)}
    conditions = {name: Condition.read(options[name]) for name in ("exposure", "success")}
    return Goal(**{**named, **conditions, "attributes": tuple(options["attributes"])})
