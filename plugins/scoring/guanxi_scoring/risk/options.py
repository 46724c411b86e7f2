"""What people choose of a card: what it learns from, which characteristics, what points mean."""

from typing import Any, Final

from marshmallow import Schema, fields, validate

from guanxi.sdk import Text
from guanxi_scoring.life.options import ModelOptions
from guanxi_scoring.risk.card.cutting import TRENDS
from guanxi_scoring.risk.card.stability import ALARM, WATCH

KIND: Final = "scorecard"
OPERATORS: Final = ("eq", "ne", "lt", "lte", "gt", "gte", "in")
MOST_CHARACTERISTICS: Final = 60
LONGEST: Final = 120
MOST_WORDS: Final = 50


def _word(**more: Any) -> fields.String:
    return fields.String(validate=validate.Length(max=LONGEST), **more)


def _words(**more: Any) -> "fields.List[Any]":
    return fields.List(
        fields.String(validate=validate.Length(max=LONGEST)),
        validate=validate.Length(max=MOST_WORDS),
        **more,
    )


class OutcomeSchema(Schema):
    """When a case is bad. Cases of which that is not known are left out.

    ``attribute``: of whom the condition on an attribute holds. ``touchpoint``: whose last
    touchpoint of a kind came to one of the outcomes ``bad``; good: to one of ``good``.
    ``column``: whose column of the file holds one of ``bad``.
    """

    by = fields.String(
        load_default="attribute", validate=validate.OneOf(("attribute", "touchpoint", "column"))
    )
    attribute = _word(load_default="")
    operator = fields.String(load_default="eq", validate=validate.OneOf(OPERATORS))
    value = _word(load_default="")
    kind = _word(load_default="")
    column = _word(load_default="")
    bad = _words(load_default=list)
    good = _words(load_default=list)


class CharacteristicSchema(Schema):
    """One characteristic: an attribute of customers, and for a file the column that holds it."""

    key = _word(required=True)
    column = _word(load_default="")
    type = fields.String(
        load_default="auto", validate=validate.OneOf(("auto", "number", "category"))
    )
    trend = fields.String(load_default="monotone", validate=validate.OneOf(tuple(TRENDS)))
    special = _words(load_default=list)


class CardOptions(ModelOptions):
    """What a card learns from and how its points are scaled."""

    file = _word(
        load_default="",
        metadata={
            "title": Text("File of past cases", "历史案例文件"),
            "help": Text(
                "Empty: it learns from your own customers.", "留空则从您自己的客户中学习。"
            ),
        },
    )
    outcome = fields.Nested(
        OutcomeSchema,
        load_default=lambda: OutcomeSchema().load({}),
        metadata={"title": Text("When a case is bad", "何为坏样本")},
    )
    characteristics = fields.List(
        fields.Nested(CharacteristicSchema),
        load_default=list,
        validate=validate.Length(max=MOST_CHARACTERISTICS),
        metadata={"title": Text("Characteristics", "特征")},
    )
    pdo = fields.Float(
        load_default=20.0,
        validate=validate.Range(1, 1000),
        metadata={"title": Text("Points that double the odds", "比率翻倍分数（PDO）")},
    )
    base_score = fields.Float(
        load_default=600.0,
        validate=validate.Range(-10_000, 10_000),
        metadata={"title": Text("Base score", "基准分")},
    )
    base_odds = fields.Float(
        load_default=50.0,
        validate=validate.Range(0.001, 100_000),
        metadata={"title": Text("Odds, good to bad, at the base score", "基准好坏比")},
    )
    holdout = fields.Float(
        load_default=0.3,
        validate=validate.Range(0.1, 0.5),
        metadata={"title": Text("Share kept for measuring", "留作检验的比例")},
    )
    least_iv = fields.Float(
        load_default=0.02,
        validate=validate.Range(0, 1),
        metadata={"title": Text("Least information value", "最低信息价值")},
    )
    psi_watch = fields.Float(
        load_default=WATCH,
        validate=validate.Range(0, 10),
        metadata={
            "title": Text("Stability index to be watched from", "稳定性指数：关注起点"),
            "help": Text(
                "0.1 is the rule of thumb of the field (Siddiqi 2006).",
                "0.1 是业界经验值（Siddiqi 2006）。",
            ),
        },
    )
    psi_alarm = fields.Float(
        load_default=ALARM,
        validate=validate.Range(0, 10),
        metadata={
            "title": Text("Stability index of an alarm", "稳定性指数：报警起点"),
            "help": Text(
                "0.25 is the rule of thumb of the field (Siddiqi 2006).",
                "0.25 是业界经验值（Siddiqi 2006）。",
            ),
        },
    )
    reasons_against = fields.String(
        load_default="neutral",
        validate=validate.OneOf(("neutral", "maximum")),
        metadata={
            "title": Text("Reasons: points lost against", "原因：相对何者失分"),
            "help": Text(
                "neutral: the average case; maximum: the most that the characteristic can give.",
                "neutral：平均水平；maximum：该特征的最高分。",
            ),
        },
    )
