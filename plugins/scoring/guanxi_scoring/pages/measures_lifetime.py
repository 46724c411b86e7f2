"""What was measured of the lifetime model, in sentences; see ``measures``."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from guanxi.sdk import Text
from guanxi_scoring.pages.measure import Headline, Measure

HEADLINES: Final = (
    Headline(
        Text(
            "In the %(holdout_days)s days from %(holdout_from)s, which it did not see, it expected "
            "%(purchases_expected)s purchases; there were %(purchases_actual)s.",
            "在它未见过的自 %(holdout_from)s 起的 %(holdout_days)s 天里，预期购买 "
            "%(purchases_expected)s 次，实际 %(purchases_actual)s 次。",
        ),
        ("holdout_days", "holdout_from", "purchases_expected", "purchases_actual"),
    ),
)
MEASURES: Final[Mapping[str, Measure]] = MappingProxyType(
    {
        "purchases_expected": Measure(
            Text("Purchases expected", "预期购买次数"),
            Text(
                "In the hold-out there were %(purchases_actual)s: the total is off by "
                "%(total_error)s.",
                "留出期内实际为 %(purchases_actual)s 次：总数偏差 %(total_error)s。",
            ),
            "whole",
        ),
        "revenue_expected": Measure(
            Text("Revenue expected", "预期收入"),
            Text(
                "In the hold-out there was %(revenue_actual)s: off by %(revenue_error)s.",
                "留出期内实际为 %(revenue_actual)s：偏差 %(revenue_error)s。",
            ),
            "money",
        ),
        "mae": Measure(
            Text("Mean absolute error", "平均绝对误差"),
            Text(
                "So many purchases the expectation of one customer was off on average; letting "
                "each go on as before would be off by %(mae_naive)s.",
                "对单个客户预期的平均偏差次数；若假定每位客户照旧购买，则偏差 %(mae_naive)s 次。",
            ),
        ),
        "skill": Measure(
            Text("Skill", "技巧评分"),
            Text(
                "So much smaller is its error than that of letting each customer go on as before; "
                "100%% would be without a fault, below 0%% it is worse.",
                "误差比假定每位客户照旧购买小这么多；100%% 为毫无误差，低于 0%% 则更差。",
            ),
            "share",
        ),
        "auc": Measure(
            Text("Order (AUC)", "排序能力（AUC）"),
            Text(
                "Of two customers, one who bought in the hold-out and one who did not, so often "
                "more was expected of the one who did; 50%% would be guessing.",
                "在一位于留出期购买与一位未购买的客户组成的配对中，对购买者预期更高的比例；"
                "50%% 等同猜测。",
            ),
            "share",
        ),
        "lift_top_decile": Measure(
            Text("Best tenth", "最佳十分之一"),
            Text(
                "So many times the average the tenth bought of whom most was expected.",
                "预期最高的十分之一客户的购买次数是平均水平的倍数。",
            ),
        ),
        "correlation": Measure(
            Text("Correlation", "相关系数"),
            Text(
                "How well expected and actual purchases rise together, from 0 (not at all) to 1.",
                "预期与实际购买同升同降的程度，0 为毫无关系，1 为完全一致。",
            ),
        ),
        "rmse": Measure(
            Text("Root mean square error", "均方根误差"),
            Text(
                "The error in purchases, with large misses weighing more.",
                "以购买次数计的误差，较大的偏差权重更高。",
            ),
        ),
        "customers": Measure(
            Text("Customers measured", "参与检验的客户"),
            Text(
                "Those who had bought before %(holdout_from)s.",
                "在 %(holdout_from)s 之前购买过的客户。",
            ),
        ),
        "purchases_actual": Measure(Text("", ""), Text("", ""), "whole", is_told=False),
        "total_error": Measure(Text("", ""), Text("", ""), "share", is_told=False),
        "revenue_actual": Measure(Text("", ""), Text("", ""), "money", is_told=False),
        "revenue_error": Measure(Text("", ""), Text("", ""), "share", is_told=False),
        "mae_naive": Measure(Text("", ""), Text("", ""), is_told=False),
        "holdout_from": Measure(Text("", ""), Text("", ""), "day", is_told=False),
        "holdout_days": Measure(Text("", ""), Text("", ""), is_told=False),
        "rule": Measure(Text("", ""), Text("", ""), "text", is_told=False),
    }
)
"""In the order in which they stand on the page; some are told in the sentences of others only."""
