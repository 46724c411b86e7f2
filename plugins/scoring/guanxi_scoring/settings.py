"""The settings of scoring; what belongs to one model stands in its own options."""

from typing import Any
from zoneinfo import available_timezones

from marshmallow import Schema, fields, validate

from guanxi.sdk import Text
from guanxi_scoring.life.threshold_lines import check_threshold


def about(
    en: str, zh: str, help_en: str = "", help_zh: str = "", group: str = ""
) -> dict[str, Any]:
    """Return what the form of settings shows beside a field."""
    return {"title": Text(en, zh), "help": Text(help_en, help_zh), "group": group}


class ScoringSettings(Schema):
    """Time zone of days."""

    time_zone = fields.String(
        load_default="",
        validate=validate.OneOf(["", *sorted(available_timezones())]),
        metadata=about(
            "Time zone", "时区",
            "In which days and months begin; empty: the company's.",
            "用于划分日和月；留空则使用公司时区。",
        ),
    )  # fmt: skip

    rhythm_signs = fields.String(
        load_default="contacts",
        validate=validate.OneOf(("contacts", "purchases")),
        metadata=about(
            "Rhythm: what counts as coming",
            "节奏：以什么为准",
            "contacts: everything that the customer takes part in; purchases: only these.",
            "contacts：客户参与的一切接触；purchases：仅购买。",
            group="rhythm",
        ),
    )
    rhythm_min_gaps = fields.Integer(
        strict=True,
        load_default=3,
        validate=validate.Range(2, 50),
        metadata=about(
            "Rhythm: least number of gaps",
            "节奏：最少间隔数",
            "Who came on fewer days has no rhythm of their own yet.",
            "来访天数更少的客户尚无自己的节奏。",
            group="rhythm",
        ),
    )
    rhythm_quantile = fields.Integer(
        strict=True,
        load_default=95,
        validate=validate.Range(60, 99),
        metadata=about(
            "Rhythm: how rare a gap warns",
            "节奏：多罕见才预警",
            "In percent: the gap is longer than so many of the customer's own.",
            "百分比：当前间隔长于该客户自身间隔的这一比例。",
            group="rhythm",
        ),
    )
    rhythm_news_days = fields.Integer(
        strict=True,
        load_default=30,
        validate=validate.Range(1, 3650),
        metadata=about(
            "Rhythm: for how long a break is news",
            "节奏：中断多久内算新消息",
            "In days: events tell of no break that began earlier, as when this is new.",
            "天数：更早开始的中断不再发送事件，例如刚启用本插件时。",
            group="rhythm",
        ),
    )
    next_control_percent = fields.Integer(
        strict=True,
        load_default=10,
        validate=validate.Range(0, 90),
        metadata=about(
            "Next product: held back to compare",
            "下一产品：对照组比例",
            "In percent of the customers: what is offered to them is only noted, never made, so "
            "that one sees what they would have bought anyway.",
            "客户百分比：对这些客户仅记录而不实际推荐，以便了解他们本来会购买多少。",
            group="products",
        ),
    )
    next_offer_days = fields.Integer(
        strict=True,
        load_default=30,
        validate=validate.Range(1, 365),
        metadata=about(
            "Next product: days of an offer",
            "下一产品：推荐有效天数",
            "It counts as taken up if the product is bought within so many days.",
            "在这些天内购买该产品即视为转化。",
            group="products",
        ),
    )
    thresholds = fields.List(
        fields.String(validate=[validate.Length(max=100), check_threshold]),
        load_default=(),
        validate=validate.Length(max=20),
        metadata=about(
            "Thresholds", "阈值",
            "One per line, like scoring.p_alive < 0.5: an event is sent whenever a customer "
            "begins or ceases to meet it.",
            "每行一个，如 scoring.p_alive < 0.5；客户开始或不再满足时发出事件。",
        ),
    )  # fmt: skip
