"""How each picture of a model is drawn, by the name under which a version stores it.

A part adds its pictures to ``DRAWINGS`` and the titles of their columns to ``COLUMNS``. A picture
that stands in neither is shown as a table under its own name, so nothing is ever lost.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Literal

from guanxi.sdk import Text

Chart = Literal["line", "area", "bar", "matrix", "table"]
Written = Literal["number", "share", "money", "day", "text"]


@dataclass(frozen=True, slots=True)
class Column:
    """The title of a column, and how its values are written; ``share`` is of 1."""

    title: Text
    written: Written = "number"


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture: what it is called, what one sees in it, how it is drawn.

    :param chart: a ``matrix`` is a heat map of three columns: across, down, value.
    :param across: what the horizontal axis is, and ``up`` the vertical one.
    :param series: the columns that are drawn; empty: all after the first. A ``matrix`` names
        its across, down and value here, if they are not the first three.
    :param columns: titles of columns that mean something else here than in ``COLUMNS``.
    """

    title: Text
    caption: Text
    chart: Chart
    across: Text
    up: Text
    series: tuple[str, ...] = ()
    columns: Mapping[str, Column] = field(default_factory=dict)


COLUMNS: Final[Mapping[str, Column]] = MappingProxyType(
    {
        "week": Column(Text("Week", "周"), "day"),
        "month": Column(Text("Month", "月份"), "text"),
        "day": Column(Text("Day", "日期"), "day"),
        "actual": Column(Text("Actual", "实际")),
        "expected": Column(Text("Expected", "预期")),
        "forecast": Column(Text("Forecast", "预测（留出期）")),
        "predicted": Column(Text("Predicted", "预测")),
        "observed": Column(Text("Observed", "实际")),
        "customers": Column(Text("Customers", "客户数")),
        "purchases": Column(Text("Purchases", "购买次数")),
        "frequency": Column(Text("Repeat purchases", "复购次数"), "text"),
        "recency": Column(Text("Days from first to last", "首末次间隔天数"), "text"),
        "p_alive": Column(Text("Still active", "仍活跃的概率"), "share"),
        "share": Column(Text("Share of customers", "客户占比"), "share"),
        "gain": Column(Text("Share found", "命中占比"), "share"),
        "lift": Column(Text("Lift", "提升度")),
        "decile": Column(Text("Tenth", "十分位"), "text"),
        "from": Column(Text("From", "下限")),
        "to": Column(Text("To", "上限")),
    }
)
"""Columns that mean the same in every picture."""

DRAWINGS: Final[Mapping[str, Drawing]] = MappingProxyType(
    {
        "tracking": Drawing(
            Text("Purchases so far, actual and expected", "累计购买次数：实际与预期"),
            Text(
                "The closer the lines, the better the model. The forecast begins where the time "
                "ends that it learnt from.",
                "各线越接近，模型越好；预测从模型学习数据的末尾开始。",
            ),
            "line",
            Text("week", "周"),
            Text("repeat purchases of all customers", "所有客户的复购次数"),
        ),
        "calibration": Drawing(
            Text("Purchases in the hold-out time", "留出期内的购买次数"),
            Text(
                "Customers by how often they had bought before; what they then bought on average, "
                "and what was expected.",
                "按之前的购买次数分组的客户，其后实际购买的平均次数与预期次数。",
            ),
            "bar",
            Text("repeat purchases before", "之前的复购次数"),
            Text("purchases per customer", "每位客户的购买次数"),
            series=("actual", "expected"),
        ),
        "silence_calibration": Drawing(
            Text("Silence, predicted and observed", "沉默：预测与实际"),
            Text(
                "Customers by tenths, the most probable first: how many were expected to stay "
                "silent in the hold-out time, and how many did.",
                "按预测概率从高到低分成十组：留出期内预期保持沉默的比例与实际比例。",
            ),
            "bar",
            Text("tenths of the customers, the most probable first", "客户十分位，概率最高者在前"),
            Text("share that stays silent", "保持沉默的比例"),
            series=("predicted", "observed"),
            columns=MappingProxyType(
                {
                    "predicted": Column(Text("Predicted", "预测"), "share"),
                    "observed": Column(Text("Observed", "实际"), "share"),
                }
            ),
        ),
        "silence_lift": Drawing(
            Text("Silence: lift", "沉默：提升度"),
            Text(
                "How many times more of the tenth with the highest probabilities fell silent than "
                "of all customers, and so on down.",
                "概率最高的十分之一客户陷入沉默的比例是总体的多少倍，依次类推。",
            ),
            "bar",
            Text("tenths of the customers, the most probable first", "客户十分位，概率最高者在前"),
            Text("times the average", "平均水平的倍数"),
            series=("lift",),
        ),
        "silence_hazard": Drawing(
            Text("When customers come back", "客户何时回来"),
            Text(
                "How probable a sign of life is in a period, by how many silent periods went "
                "before: the longer the silence, the less probable.",
                "某一周期内出现活跃信号的概率，按此前已沉默的周期数：沉默越久，概率越低。",
            ),
            "line",
            Text("silent periods before", "此前沉默的周期数"),
            Text("probability of a sign of life", "出现活跃信号的概率"),
            series=("observed", "predicted"),
            columns=MappingProxyType(
                {
                    "silent": Column(Text("Silent periods", "沉默周期数"), "text"),
                    "observed": Column(Text("Observed", "实际"), "share"),
                    "predicted": Column(Text("Fitted", "拟合"), "share"),
                    "periods": Column(Text("Person-periods", "人-周期数")),
                }
            ),
        ),
        "alive_matrix": Drawing(
            Text("Still active, by how often and how lately", "按频次与近度的活跃概率"),
            Text(
                "Who bought often and then fell silent is more likely to be gone than who buys "
                "rarely anyway.",
                "曾经频繁购买而后沉默的客户，比本来就很少购买的客户更可能已经流失。",
            ),
            "matrix",
            Text("repeat purchases", "复购次数"),
            Text("days between the first and the last purchase", "首次与最近一次购买之间的天数"),
        ),
        "lift": Drawing(
            Text("Lift", "提升度"),
            Text(
                "How many times more purchases the tenth with the highest scores made than the "
                "average customer, and so on down.",
                "评分最高的十分之一客户的购买次数是平均水平的多少倍，依次类推。",
            ),
            "bar",
            Text("tenths of the customers, the highest scores first", "客户十分位，评分最高者在前"),
            Text("times the average", "平均水平的倍数"),
            series=("lift",),
        ),
        "information_value": Drawing(
            Text("Information value", "信息价值（IV）"),
            Text(
                "How much each characteristic tells good from bad by itself: to 0.1 weak, to 0.3 "
                "medium, above strong.",
                "各特征单独区分好坏的能力：0.1 以下弱，0.3 以下中等，以上为强。",
            ),
            "bar",
            Text("characteristics", "特征"),
            Text("information value", "信息价值"),
            columns=MappingProxyType(
                {
                    "characteristic": Column(Text("Characteristic", "特征"), "text"),
                    "iv": Column(Text("Information value", "信息价值")),
                }
            ),
        ),
        "score_classes": Drawing(
            Text("Scores that it learnt from", "训练案例的得分分布"),
            Text(
                "How many cases have how many points; populations are compared by these classes.",
                "各分数段的案例数；人群稳定性以此分段比较。",
            ),
            "bar",
            Text("points", "分数"),
            Text("cases", "案例数"),
            series=("cases",),
            columns=MappingProxyType({"cases": Column(Text("Cases", "案例数"))}),
        ),
        "clv": Drawing(
            Text("Distribution of lifetime value", "终身价值分布"),
            Text(
                "How many customers are worth how much; a few usually carry most of it.",
                "各价值区间的客户数；通常少数客户占据大部分价值。",
            ),
            "bar",
            Text("expected value", "预期价值"),
            Text("customers", "客户数"),
            series=("customers",),
            columns=MappingProxyType(
                {
                    "from": Column(Text("From", "下限"), "money"),
                    "to": Column(Text("To", "上限"), "money"),
                }
            ),
        ),
        "probability_calibration": Drawing(
            Text("Probabilities, predicted and observed", "概率：预测与实际"),
            Text(
                "Cases by tenths, the most probable first: how many were expected to succeed, and "
                "how many did. Measured on cases that the model did not know.",
                "按预测概率从高到低分成十组：预期成功的比例与实际成功的比例。"
                "以模型未见过的案例测得。",
            ),
            "bar",
            Text("tenths of the cases, the most probable first", "案例十分位，概率最高者在前"),
            Text("share that succeeds", "成功比例"),
            series=("predicted", "observed"),
            columns=MappingProxyType(
                {
                    "predicted": Column(Text("Predicted", "预测"), "share"),
                    "observed": Column(Text("Observed", "实际"), "share"),
                    "cases": Column(Text("Cases", "案例数")),
                }
            ),
        ),
        "probability_lift": Drawing(
            Text("Success among the best", "最佳人群中的成功"),
            Text(
                "Who approaches only the best tenths finds this share of all successes. Without a "
                "model the best tenth would hold a tenth of them.",
                "只联系概率最高的若干个十分之一，可覆盖全部成功案例的这一比例；"
                "没有模型时，十分之一的人只覆盖十分之一。",
            ),
            "bar",
            Text("best tenths of the cases together", "概率最高的十分位（累计）"),
            Text("share of all successes", "占全部成功的比例"),
            series=("gain",),
            columns=MappingProxyType(
                {"share": Column(Text("Share of cases", "案例占比"), "share")}
            ),
        ),
        "hits_by_history": Drawing(
            Text("Hits, by how much was known", "命中率：按已知信息多少"),
            Text(
                "Customers by how many products they had bought before: how many of them then "
                "bought one of ten recommended products, and one of the ten best sellers.",
                "按之前购买的产品数分组的客户：其后购买了十个推荐产品之一的比例，以及购买了十大畅销品之一的比例。",
            ),
            "bar",
            Text("products bought before", "之前购买的产品数"),
            Text("share of customers with a hit", "命中客户占比"),
            series=("items", "popular"),
            columns=MappingProxyType(
                {
                    "products": Column(Text("Products bought before", "之前购买的产品数"), "text"),
                    "items": Column(Text("Recommended", "推荐"), "share"),
                    "popular": Column(Text("Best sellers", "畅销品"), "share"),
                }
            ),
        ),
        "hits_by_place": Drawing(
            Text("Hits, by how many are recommended", "命中率：按推荐数量"),
            Text(
                "The more products one recommends, the likelier one of them is bought; the upper "
                "line should be that of recommendations.",
                "推荐得越多，其中之一被购买的可能性越大；推荐的曲线应在畅销品之上。",
            ),
            "line",
            Text("products recommended", "推荐的产品数"),
            Text("share of customers with a hit", "命中客户占比"),
            series=("items", "popular"),
            columns=MappingProxyType(
                {
                    "place": Column(Text("Recommended products", "推荐产品数"), "text"),
                    "items": Column(Text("Recommended", "推荐"), "share"),
                    "popular": Column(Text("Best sellers", "畅销品"), "share"),
                }
            ),
        ),
    }
)
"""In the order in which they stand on the page."""
