"""The settings of surveys that hold for all of them; what belongs to one stands in its options."""

from typing import Any
from zoneinfo import available_timezones

from marshmallow import Schema, fields, validate

from guanxi.sdk import Text


def about(
    en: str, zh: str, help_en: str = "", help_zh: str = "", group: str = ""
) -> dict[str, Any]:
    """Return what the form of settings shows beside a field."""
    return {"title": Text(en, zh), "help": Text(help_en, help_zh), "group": group}


class SurveySettings(Schema):
    """Time zone of days; each part adds its own."""

    time_zone = fields.String(
        load_default="",
        validate=validate.OneOf(["", *sorted(available_timezones())]),
        metadata=about(
            "Time zone", "时区",
            "In which days and weeks begin; empty: the company's.",
            "用于划分日和周；留空则使用公司时区。",
        ),
    )  # fmt: skip
