"""What was measured of a scorecard, in words: how well it tells good from bad, how stable it is."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from guanxi.sdk import Text
from guanxi_scoring.pages.measure import Headline, Measure

MEASURES: Final[Mapping[str, Measure]] = MappingProxyType(
    {
        "auc": Measure(
            Text("Order (AUC)", "排序能力（AUC）"),
            Text(
                "Of two cases that it did not learn from, a good one and a bad one, it put the "
                "good one higher in %(value)s of all pairs; 50%% would be guessing.",
                "在未参与学习的一好一坏案例组成的配对中，%(value)s 的情况下好案例得分更高；"
                "50%% 等同猜测。",
            ),
            "share",
        ),
        "auc_learnt": Measure(
            Text("Order on what it learnt from", "在训练案例上的排序能力"),
            Text(
                "The same on the cases that it learnt from: %(value)s. Much more than above means "
                "that it learnt them by heart.",
                "在训练案例上为 %(value)s；若远高于上一项，说明只是死记训练案例。",
            ),
            "share",
        ),
        "gini": Measure(
            Text("Gini coefficient", "基尼系数"),
            Text(
                "The same on another scale, from 0 (guessing) to 1 (without a fault): %(value)s.",
                "排序能力的另一种刻度，0 为猜测，1 为完美：%(value)s。",
            ),
        ),
        "ks": Measure(
            Text("Kolmogorov-Smirnov", "KS 值"),
            Text(
                "At the best cut-off the shares of good and bad cases below it differ by "
                "%(value)s.",
                "在最佳分界处，低于该分数的好坏案例占比相差 %(value)s。",
            ),
            "share",
        ),
        "psi": Measure(
            Text("Stability index", "群体稳定性指数（PSI）"),
            Text(
                "How much the scores of the cases kept back differ from those that it learnt "
                "from: %(value)s; below 0.1 is stable.",
                "留出案例的得分分布与训练案例的差异：%(value)s；低于 0.1 为稳定。",
            ),
        ),
        "bad_rate": Measure(
            Text("Bad cases", "坏样本占比"),
            Text("%(value)s of all cases turned out bad.", "全部案例中 %(value)s 为坏样本。"),
            "share",
        ),
        "holdout": Measure(
            Text("Cases in the test", "检验案例数"),
            Text(
                "%(value)s cases were kept back to measure it.", "留出 %(value)s 个案例用于检验。"
            ),
            "whole",
        ),
    }
)
"""In the order in which they stand on the page."""

HEADLINES: Final[tuple[Headline, ...]] = (
    Headline(
        Text(
            "Tested on %(holdout)s cases, %(bad_rate)s of all being bad, it put the good one "
            "higher in %(auc)s of all pairs.",
            "以 %(holdout)s 个案例检验（总体坏样本占 %(bad_rate)s），%(auc)s 的配对排序正确。",
        ),
        ("holdout", "bad_rate", "auc"),
    ),
)
