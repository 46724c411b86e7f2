"""What was measured of a model on data that it did not learn from, each in one plain sentence.

A part adds its measures to ``MEASURES`` and, for the list of models, its sentence to
``HEADLINES``. A measure that stands in neither is shown with its number alone.
"""

from collections import defaultdict
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from guanxi.sdk import Text
from guanxi_scoring.pages import measures_lifetime, measures_products, measures_risk
from guanxi_scoring.pages.measure import Headline, Measure, words_of

MEASURES: Final[Mapping[str, Measure]] = MappingProxyType(
    {
        "mae": Measure(
            Text("Mean absolute error", "平均绝对误差"),
            Text(
                "The purchases expected of one customer were off by %(value)s on average.",
                "对单个客户预期的购买次数平均偏差 %(value)s 次。",
            ),
        ),
        "rmse": Measure(
            Text("Root mean square error", "均方根误差"),
            Text(
                "The same, with large misses weighing more: %(value)s purchases.",
                "同上，但较大的偏差权重更高：%(value)s 次。",
            ),
        ),
        "correlation": Measure(
            Text("Correlation", "相关系数"),
            Text(
                "How well expected and actual purchases rise together, from 0 (not at all) to 1: "
                "%(value)s.",
                "预期与实际购买同升同降的程度，0 为毫无关系，1 为完全一致：%(value)s。",
            ),
        ),
        "auc": Measure(
            Text("Order (AUC)", "排序能力（AUC）"),
            Text(
                "Of two customers, one who did it and one who did not, the one who did had the "
                "higher score in %(value)s of all pairs; 50%% would be guessing.",
                "在一位发生与一位未发生的客户组成的配对中，%(value)s 的情况下发生者评分更高；"
                "50%% 等同猜测。",
            ),
            "share",
        ),
        "silent_rate": Measure(
            Text("Silent in the test", "测试中的沉默率"),
            Text(
                "%(value)s of the customers stayed silent in the hold-out time.",
                "留出期内 %(value)s 的客户保持沉默。",
            ),
            "share",
        ),
        "skill": Measure(
            Text("Skill", "技巧评分"),
            Text(
                "How much better than always saying the average, from 0 (not at all) to 1: "
                "%(value)s.",
                "比总是预测平均值好多少，0 为毫无优势，1 为完美：%(value)s。",
            ),
        ),
        "calibration_error": Measure(
            Text("Calibration error", "校准误差"),
            Text(
                "Within tenths of customers, predicted and observed shares differ by %(value)s on "
                "average.",
                "各十分位内预测与实际比例平均相差 %(value)s。",
            ),
            "share",
        ),
        "lift_first_tenth": Measure(
            Text("First tenth", "首个十分位"),
            Text(
                "Of the tenth with the highest probabilities %(value)s times as many fell silent "
                "as of all.",
                "概率最高的十分之一客户中，陷入沉默的比例是总体的 %(value)s 倍。",
            ),
        ),
        "holdout_customers": Measure(
            Text("Customers in the test", "测试客户数"),
            Text("%(value)s customers were tested.", "测试了 %(value)s 位客户。"),
        ),
        "brier": Measure(
            Text("Brier score", "Brier 评分"),
            Text(
                "The mean squared distance between probability and outcome: %(value)s; the lower, "
                "the better.",
                "概率与结果之间的均方距离：%(value)s；越低越好。",
            ),
        ),
        "log_loss": Measure(
            Text("Log loss", "对数损失"),
            Text(
                "How surprised the model was by what happened: %(value)s; the lower, the better.",
                "模型对实际结果的意外程度：%(value)s；越低越好。",
            ),
        ),
        "lift": Measure(
            Text("Best tenth", "最佳十分之一"),
            Text(
                "Among the tenth with the highest scores it happened %(value)s times as often "
                "as on average.",
                "评分最高的十分之一中，发生的频率是平均的 %(value)s 倍。",
            ),
        ),
        "calibration_slope": Measure(
            Text("Calibration slope", "校准斜率"),
            Text(
                "1 means that probabilities are neither too bold nor too timid: %(value)s.",
                "1 表示概率既不过于大胆也不过于保守：%(value)s。",
            ),
        ),
        "rate": Measure(
            Text("Success in the test", "测试中的成功率"),
            Text("Of the cases kept back %(value)s succeeded.", "留出的案例中 %(value)s 成功。"),
            "share",
        ),
        "mean": Measure(
            Text("Predicted in the test", "测试中的预测"),
            Text(
                "On average %(value)s were predicted for them.",
                "对其预测的平均概率为 %(value)s。",
            ),
            "share",
        ),
    }
)
"""In the order in which they stand on the page."""

HEADLINES: Final[Mapping[str, tuple[Headline, ...]]] = MappingProxyType(
    {
        "lifetime": measures_lifetime.HEADLINES,
        "silence": (
            Headline(
                Text(
                    "Tested on %(holdout_customers)s customers of whom %(silent_rate)s fell "
                    "silent, it put the right one first in %(auc)s of all pairs.",
                    "以 %(holdout_customers)s 位客户测试，其中 %(silent_rate)s 陷入沉默；"
                    "%(auc)s 的配对排序正确。",
                ),
                ("holdout_customers", "silent_rate", "auc"),
            ),
        ),
        "propensity": (
            Headline(
                Text(
                    "In a test on %(cases)s cases it put the right one first in %(auc)s of all "
                    "pairs; the best tenth succeeded %(lift)s times as often as the average.",
                    "在 %(cases)s 个留出案例的测试中，%(auc)s 的配对排序正确；"
                    "最佳十分之一的成功率是平均的 %(lift)s 倍。",
                ),
                ("cases", "auc", "lift"),
            ),
        ),
        "products": measures_products.HEADLINES,
        "scorecard": measures_risk.HEADLINES,
    }
)
"""By kind of model; the first of which everything is known is said."""


def measures_of(kind: str) -> Mapping[str, Measure]:
    """Return the measures of a kind of model: its own ones, then those that all share."""
    own = _OWN.get(kind, {})
    return {**own, **{key: one for key, one in MEASURES.items() if key not in own}}


def measured(kind: str, metrics: Mapping[str, Any], currency: str) -> list[dict[str, str]]:
    """Return each measure with its number and its sentence, known ones first."""
    known = measures_of(kind)
    words = words_of(metrics, known, currency)
    told = [k for k, one in known.items() if one.is_told and words.get(k) not in (None, "–")]
    return [
        *({"key": key, **_line(known[key], words, key, metrics[key])} for key in told),
        *(
            {"key": key, "label": _plain(key), "value": words[key], "says": ""}
            for key in sorted(words.keys() - known)
        ),
    ]


def headline(kind: str, metrics: Mapping[str, Any], currency: str) -> str:
    """Return the one sentence about the quality of a version; empty where nothing is known."""
    words = words_of(metrics, measures_of(kind), currency)
    for one in HEADLINES.get(kind, ()):
        if all(metrics.get(name) is not None for name in one.needs):
            return str(one.says) % words
    return ""


def _line(one: Measure, words: Mapping[str, str], key: str, value: Any) -> dict[str, str]:
    said = defaultdict(lambda: "–", {**words, "value": words[key]})
    says = "" if value is None else str(one.says) % said
    return {"label": str(one.title), "value": words[key], "says": says}


def _plain(name: str) -> str:
    return name.replace("_", " ").capitalize()


_OWN: Final[Mapping[str, Mapping[str, Measure]]] = MappingProxyType(
    {
        "lifetime": measures_lifetime.MEASURES,
        "products": measures_products.MEASURES,
        "scorecard": measures_risk.MEASURES,
    }
)
"""Measures that mean something else for one kind of model, or only there; by the kind."""
