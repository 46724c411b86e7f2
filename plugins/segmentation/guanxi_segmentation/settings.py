"""The settings of segmentation; what belongs to one scheme stands in its own options."""

from collections.abc import Callable
from decimal import Decimal
from itertools import pairwise
from typing import Any
from zoneinfo import available_timezones

from marshmallow import Schema, ValidationError, fields, validate

from guanxi.sdk import Text
from guanxi_segmentation.setting_lines import (
    checks,
    parse_key_account,
    parse_reward_cost,
    parse_service_cost,
    parse_source,
)
from guanxi_segmentation.texts import _

_MAX_LINES = 200


def _about(
    en: str, zh: str, help_en: str = "", help_zh: str = "", group: str = ""
) -> dict[str, Any]:
    return {"title": Text(en, zh), "help": Text(help_en, help_zh), "group": group}


def _four_ascending(values: list[Decimal]) -> None:
    if len(values) != 4 or any(a >= b for a, b in pairwise(values)):
        raise ValidationError(_("Write four numbers, each greater than the one before."))


def _breaks(default: tuple[str, ...], about: dict[str, Any]) -> fields.List[Any]:
    return fields.List(
        fields.Decimal(places=4, as_string=True, validate=validate.Range(-(10**12), 10**12)),
        load_default=tuple(map(Decimal, default)),
        validate=_four_ascending,
        metadata=about,
    )


def _lines(
    check: Callable[[str], None], default: tuple[str, ...], about: dict[str, Any]
) -> fields.List[Any]:
    return fields.List(
        fields.String(validate=[validate.Length(max=200), check]),
        load_default=default,
        validate=validate.Length(max=_MAX_LINES),
        metadata=about,
    )


def _whole(default: int, least: int, most: int, about: dict[str, Any]) -> fields.Integer:
    return fields.Integer(
        strict=True,
        load_default=default,
        validate=validate.Range(least, most),
        metadata=about,
    )


class SegmentationSettings(Schema):
    """Time zone, RFM, value, key accounts."""

    time_zone = fields.String(
        load_default="",
        validate=validate.OneOf(["", *sorted(available_timezones())]),
        metadata=_about(
            "Time zone", "时区",
            "In which days, months and years begin; empty: the company's.",
            "用于划分日、月、年；留空则使用公司时区。",
        ),
    )  # fmt: skip
    rfm_convention = fields.String(
        load_default="quantile",
        validate=validate.OneOf(
            ("quantile", "fixed"), labels=("五等分 Quintiles", "固定阈值 Fixed thresholds")
        ),
        metadata=_about(
            "Scores by", "评分方式",
            "Quintiles: five equal parts of your customers, cut anew now and then. Fixed "
            "thresholds: the numbers below; who never ordered gets the worst scores.",
            "五等分：按客户分布切成五份，定期重新切分；固定阈值：使用下列数值，未下单者得最低分。",
            "RFM",
        ),
    )  # fmt: skip
    rfm_window_days = _whole(0, 0, 36_500, _about(
        "Days that count", "统计天数", "0: the whole history.", "0 表示全部历史。", "RFM"
    ))  # fmt: skip
    rfm_recut_days = _whole(7, 0, 3_660, _about(
        "Days between cuts of the break points", "切分点更新间隔（天）",
        "Between cuts everybody is scored by the same numbers; 0: only when asked.",
        "两次切分之间使用同一组切分点；0 表示只手动更新。", "RFM",
    ))  # fmt: skip
    rfm_fixed_days = _breaks(("30", "90", "180", "365"), _about(
        "Fixed: days since the last order", "固定阈值：距上次下单天数",
        "Four numbers, one per line: up to the first is 5, beyond the last is 1.",
        "四个数，每行一个：不超过第一个得 5 分，超过最后一个得 1 分。", "RFM",
    ))  # fmt: skip
    rfm_fixed_orders = _breaks(("1", "2", "4", "9"), _about(
        "Fixed: orders", "固定阈值：订单数",
        "Four numbers, one per line: up to the first is 1, beyond the last is 5.",
        "四个数，每行一个：不超过第一个得 1 分，超过最后一个得 5 分。", "RFM",
    ))  # fmt: skip
    rfm_fixed_amounts = _breaks(("50", "200", "500", "1000"), _about(
        "Fixed: money", "固定阈值：消费金额",
        "Four amounts, one per line, as for orders.", "四个金额，每行一个，规则同订单数。", "RFM",
    ))  # fmt: skip
    eight_split = fields.String(
        load_default="score",
        validate=validate.OneOf(("score", "values"), labels=("按分值 Score", "按数值 Values")),
        metadata=_about(
            "Eight classes split by", "八类客户的划分依据",
            "A score from which on it is high, or the days, orders and amount below.",
            "以分值判定高低，或以下列天数、订单数、金额判定。", "RFM",
        ),
    )  # fmt: skip
    eight_score = _whole(4, 2, 5, _about(
        "Eight classes: high from score", "八类：不低于此分为高", group="RFM"
    ))  # fmt: skip
    eight_days = _whole(10, 0, 36_500, _about(
        "Eight classes: recent within days", "八类：近期（天）", group="RFM"
    ))  # fmt: skip
    eight_orders = _whole(3, 1, 1_000_000, _about(
        "Eight classes: frequent from orders", "八类：高频（订单数）", group="RFM"
    ))  # fmt: skip
    eight_amount = fields.Decimal(
        places=4, as_string=True, load_default=Decimal(200),
        validate=validate.Range(0, 10**12),
        metadata=_about("Eight classes: much from amount", "八类：高额（金额）", group="RFM"),
    )  # fmt: skip
    margin_percent = fields.Decimal(
        places=2, as_string=True, load_default=Decimal(100),
        validate=validate.Range(0, 100),
        metadata=_about(
            "Margin (%)", "毛利率（%）",
            "The part of the revenue that counts in the net value.",
            "净价值中计入的收入比例。", "value",
        ),
    )  # fmt: skip
    cost_to_serve = _lines(checks(parse_service_cost), (), _about(
        "Cost to serve", "服务成本",
        "One per line: channel, kind, cost of one contact in the company's currency, like "
        "phone call 3.50; * stands for any. The most exact line counts, the channel before "
        "the kind.",
        "每行一个：渠道 类型 单次成本（本位币），如 phone call 3.50；* 表示任意。"
        "以最具体的一行为准，渠道优先于类型。", "value",
    ))  # fmt: skip
    reward_costs = _lines(checks(parse_reward_cost), (), _about(
        "Cost of rewards", "奖励成本",
        "One per line: unit and what one costs in the company's currency, like points 0.01. "
        "Rewards in the company's currency count as they are.",
        "每行一个：单位 单价（本位币），如 points 0.01。以本位币计的奖励按面额计。", "value",
    ))  # fmt: skip
    expected_from = fields.String(
        load_default="scoring.clv_12m",
        validate=[
            validate.Length(max=100),
            validate.Regexp(r"^(?!segmentation\.)[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$|^$"),
        ],
        metadata=_about(
            "Expected future value from", "预期未来价值来源",
            "The key of an attribute in money; while nobody offers it, the future is unknown.",
            "某个金额类客户属性的键；没有该属性时，未来价值显示为未知。", "value",
        ),
    )  # fmt: skip
    service_kinds = fields.List(
        fields.String(validate=validate.Regexp(r"^[a-z][a-z0-9_]*$")),
        load_default=("complaint", "inquiry", "care", "call"),
        validate=validate.Length(max=_MAX_LINES),
        metadata=_about(
            "Kinds that are service", "服务类接触",
            "One kind of touchpoint per line; their outcomes make the service value.",
            "每行一个接触类型；其结果构成服务价值。", "value",
        ),
    )  # fmt: skip
    emotional_sources = _lines(
        checks(parse_source),
        ("surveys.nps_score 0 10", "surveys.satisfaction 1 5", "social.sentiment -1 1"),
        _about(
            "Sources of emotional value", "情感价值来源",
            "One per line: an attribute with its least and greatest value. Those that nobody "
            "offers are left out.",
            "每行一个：属性键 最小值 最大值。没有的属性不计。", "value",
        ),
    )  # fmt: skip
    weight_product = _whole(1, 0, 100, _about("Weight: product", "权重：产品价值", group="value"))
    weight_service = _whole(1, 0, 100, _about("Weight: service", "权重：服务价值", group="value"))
    weight_emotional = _whole(1, 0, 100, _about(
        "Weight: emotional", "权重：情感价值", group="value"
    ))  # fmt: skip
    key_account_by = fields.String(
        load_default="class:tiers/core",
        validate=[validate.Length(max=200), checks(parse_key_account)],
        metadata=_about(
            "Key accounts are", "重点客户来自",
            "segment:KEY or class:SCHEME/CLASS; empty: only those marked by hand.",
            "segment:键 或 class:方案/类别；留空则只有手动标记的客户。", "key_account",
        ),
    )  # fmt: skip
