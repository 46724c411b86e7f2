"""What was measured of recommendations, in words: hits, against best sellers."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from guanxi.sdk import Text
from guanxi_scoring.pages.measure import Headline, Measure

MEASURES: Final[Mapping[str, Measure]] = MappingProxyType(
    {
        "hit_rate": Measure(
            Text("Hit rate of ten", "十个推荐的命中率"),
            Text(
                "Of the customers who bought something new in the test, %(value)s bought one of "
                "the ten products recommended (95%% interval %(hit_rate_low)s to "
                "%(hit_rate_high)s).",
                "在测试期购买了新产品的客户中，%(value)s 购买了十个推荐产品之一"
                "（95%% 区间 %(hit_rate_low)s 至 %(hit_rate_high)s）。",
            ),
            "share",
        ),
        "popular_hit_rate": Measure(
            Text("Hit rate of best sellers", "畅销品的命中率"),
            Text(
                "The ten best sellers would have hit %(value)s of them: that is to be beaten.",
                "十大畅销品可命中其中的 %(value)s：这是需要超越的基准。",
            ),
            "share",
        ),
        "recall": Measure(
            Text("Recall of ten", "十个推荐的召回率"),
            Text(
                "Of the new products that a customer bought, %(value)s were among the ten.",
                "客户新购买的产品中，%(value)s 在十个推荐之内。",
            ),
            "share",
        ),
        "coverage": Measure(
            Text("Coverage", "覆盖率"),
            Text(
                "Of the products that can be had, %(value)s were recommended to somebody.",
                "在可供应的产品中，%(value)s 被推荐给了至少一位客户。",
            ),
            "share",
        ),
        "customers": Measure(
            Text("Customers in the test", "测试客户数"),
            Text(
                "%(value)s customers bought something new in the test.",
                "测试期内 %(value)s 位客户购买了新产品。",
            ),
        ),
        "products": Measure(
            Text("Products in the test", "测试产品数"),
            Text("%(value)s products could be recommended.", "可供推荐的产品有 %(value)s 个。"),
        ),
        "better_p": Measure(Text("", ""), Text("", ""), is_told=False),
        "hit_rate_low": Measure(Text("", ""), Text("", ""), "share", is_told=False),
        "hit_rate_high": Measure(Text("", ""), Text("", ""), "share", is_told=False),
        "popular_hit_rate_low": Measure(Text("", ""), Text("", ""), "share", is_told=False),
        "popular_hit_rate_high": Measure(Text("", ""), Text("", ""), "share", is_told=False),
        "popular_recall": Measure(Text("", ""), Text("", ""), "share", is_told=False),
        "popular_coverage": Measure(Text("", ""), Text("", ""), "share", is_told=False),
    }
)
HEADLINES: Final = (
    Headline(
        Text(
            "In a test on %(customers)s customers ten recommendations hit %(hit_rate)s of "
            "them, the ten best sellers %(popular_hit_rate)s.",
            "在对 %(customers)s 位客户的测试中，十个推荐命中 %(hit_rate)s，"
            "十大畅销品命中 %(popular_hit_rate)s。",
        ),
        ("customers", "hit_rate", "popular_hit_rate"),
    ),
)
