"""What people choose about a goal, checked; what is not said is as usual for its question."""

from collections.abc import Mapping
from typing import Any, Final

from marshmallow import Schema, ValidationError, fields, pre_load, validate, validates_schema

from guanxi.sdk import Text
from guanxi_scoring.life.options import WatchedOptions, size_of_drift
from guanxi_scoring.propensity import learners
from guanxi_scoring.propensity.conditions import DIRECTIONS
from guanxi_scoring.propensity.goals import QUESTIONS, USUAL
from guanxi_scoring.texts import _

MOST_ATTRIBUTES: Final = 20
MOST_WORDS: Final = 50
DRIFT_PERCENT: Final = 2


def _words() -> fields.List[str]:
    each = fields.String(validate=validate.Length(1, 120))
    return fields.List(each, load_default=list, validate=validate.Length(max=MOST_WORDS))


class ConditionOptions(Schema):
    """Touchpoints of one of the kinds, channels, directions and outcomes; empty means any."""

    kinds = _words()
    channels = _words()
    outcomes = _words()
    directions = fields.List(
        fields.String(validate=validate.OneOf(DIRECTIONS)),
        load_default=list,
        validate=validate.Length(max=len(DIRECTIONS)),
    )


def _number(least: int, most: int, title: Text) -> fields.Integer:
    limits = validate.Range(least, most)
    return fields.Integer(strict=True, required=True, validate=limits, metadata={"title": title})


class GoalOptions(WatchedOptions):
    """The options of a model of kind ``propensity``; see :class:`goals.Goal`."""

    question = fields.String(
        required=True,
        validate=validate.OneOf(QUESTIONS),
        metadata={"title": Text("What is predicted", "预测什么")},
    )
    exposure = fields.Nested(ConditionOptions, required=True)
    success = fields.Nested(ConditionOptions, required=True)
    within_days = _number(1, 730, Text("Within days", "天数内"))
    every_days = _number(1, 730, Text("A case begins every … days", "每隔多少天开始一个案例"))
    history_days = _number(30, 3_650, Text("Days looked back", "回溯天数"))
    attributes = fields.List(
        fields.String(validate=validate.Length(1, 200)),
        required=True,
        validate=validate.Length(max=MOST_ATTRIBUTES),
        metadata={"title": Text("Attributes", "属性")},
    )
    learner = fields.String(required=True, metadata={"title": Text("Learner", "学习方法")})
    min_each = _number(2, 10_000, Text("Least cases of each result", "每种结果的最少案例数"))
    min_cases = _number(4, 1_000_000, Text("Least cases", "最少案例数"))
    by_team = fields.Boolean(
        required=True, metadata={"title": Text("Teams learn from their own", "团队各自学习")}
    )
    drift_percent = size_of_drift(
        DRIFT_PERCENT,
        Text(
            "And so many more or fewer of a hundred cases must succeed than expected. 2 is our "
            "choice: goals are often rare, and for those it is much.",
            "且每百个案例的成功数须比预期多或少这么多。2 为我们的取值：目标往往少见，这已不小。",
        ),
    )

    @pre_load
    def fill(self, given: Mapping[str, Any], **_more: Any) -> dict[str, Any]:
        """Take what is usual for what is not said."""
        question = given.get("question", "buy")
        usual = USUAL.get(question, USUAL["buy"]) if isinstance(question, str) else USUAL["buy"]
        return {**usual.stored, "question": question, **given}

    @validates_schema(skip_on_field_errors=True)
    def check(self, given: Mapping[str, Any], **_more: Any) -> None:
        """Refuse a learner that is not there, and a success that is everything."""
        if given["learner"] not in (learners.AUTO, *learners.names()):
            raise ValidationError(_("There is no such learner here."), "learner")
        if given["question"] == "convert" and not any(given["success"].values()):
            raise ValidationError(_("Say which touchpoints count as success."), "success")
