"""What models are about in plain words: their questions, states, causes, families, parameters."""

import math
from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from flask_babel import format_decimal

from guanxi.sdk import Text, web
from guanxi_scoring.models import Model, Version
from guanxi_scoring.texts import _

QUESTIONS: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "lifetime": Text(
            "Who will buy again, how often, and what each customer is still worth.",
            "谁会再次购买、买几次，以及每位客户未来还值多少。",
        ),
        "silence": Text(
            "Who will not come for a long time, whatever they came for before.",
            "谁会长时间不再出现，无论此前因何而来。",
        ),
        "propensity": Text("How likely each customer is to do it.", "每位客户这样做的可能性。"),
        "products": Text("What each customer will buy next.", "每位客户接下来会买什么。"),
        "scorecard": Text(
            "How risky it is to give each customer credit.", "给每位客户授信的风险。"
        ),
    }
)
"""What a kind of model predicts; a part adds its kinds."""

PARAMETERS: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "r": Text("shape of how purchase rates differ", "购买率差异的形状参数"),
        "alpha": Text("scale of purchase rates", "购买率的尺度参数"),
        "a": Text("chance to leave after a purchase: for", "购买后离开的可能性（正向）"),
        "b": Text("chance to leave after a purchase: against", "购买后离开的可能性（反向）"),
        "s": Text("shape of how fast customers leave", "流失率差异的形状参数"),
        "beta": Text("scale of how fast customers leave", "流失率的尺度参数"),
        "gamma": Text("chance to leave: for", "离开的可能性（正向）"),
        "delta": Text("chance to leave: against", "离开的可能性（反向）"),
        "p": Text("shape of spend per purchase", "单次消费的形状参数"),
        "q": Text("shape of how spend differs", "消费差异的形状参数"),
        "v": Text("scale of spend", "消费的尺度参数"),
        "pdo": Text("points that double the odds", "比率翻倍分数"),
        "factor": Text("points per unit of the logarithm of the odds", "每单位对数比率的分数"),
        "offset": Text("points at even odds", "好坏比为 1 时的分数"),
        "base_score": Text("base score", "基准分"),
        "base_odds": Text("odds, good to bad, at the base score", "基准好坏比"),
        "intercept": Text("log-odds where all evidence is nought", "各项证据为零时的对数比率"),
        "reasons_against": Text("what lost points are counted against", "失分的比较基准"),
    }
)
"""What the parameters of the known families mean."""


def title_of(model: Model) -> str:
    """Return the title of a model in the reader's language."""
    return model.title_zh if web.language() == "zh" else model.title_en


def question_of(model: Model) -> str:
    """Return what a model predicts, in plain words."""
    return str(QUESTIONS[model.kind]) if model.kind in QUESTIONS else ""


def states() -> dict[str, tuple[str, str]]:
    """Return what the states of versions are called, each with its tone."""
    return {
        "current": (_("in force"), "success"),
        "superseded": (_("was in force"), "neutral"),
        "kept_back": (_("kept back: worse"), "warning"),
        "failed": (_("could not be fitted"), "danger"),
    }


def causes() -> dict[str, str]:
    """Return why a version was fitted, in words."""
    return {
        "first": _("the first fit"),
        "schedule": _("on schedule"),
        "asked": _("asked for"),
        "drift": _("the data had changed"),
    }


def engines() -> dict[str, str]:
    """Return where features are computed, in words."""
    return {"postgres": "PostgreSQL", "duckdb": "DuckDB", "spark": "Apache Spark"}


def precise(value: Any, digits: int = 4) -> str | None:
    """Write a number with so many significant digits; None stays None."""
    if value is None or isinstance(value, bool | str):
        return None if value is None else str(value)
    rounded = Decimal(f"{value:.{digits}g}") if math.isfinite(value) else None
    return "–" if rounded is None else str(format_decimal(rounded, "#,##0.##########"))


def parameter_rows(version: Version) -> list[dict[str, Any]]:
    """Return the parameters of a version with their standard errors, groups after one another."""
    return list(_rows("", version.parameters, version.standard_errors))


def _rows(group: str, parameters: Mapping[str, Any], errors: Any) -> Any:
    errors = errors if isinstance(errors, Mapping) else {}
    for name, value in parameters.items():
        path = f"{group}{name}"
        if isinstance(value, Mapping):
            yield from _rows(f"{path}.", value, errors.get(name, {}))
        elif not isinstance(value, list):
            means = PARAMETERS.get(name)
            yield {
                "key": path,
                "means": str(means) if means else "",
                "value": precise(value),
                "error": precise(errors.get(name, errors.get(path))),
            }
