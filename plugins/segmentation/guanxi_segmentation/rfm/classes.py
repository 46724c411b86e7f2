"""What three scores mean: the eleven English segments and the eight Chinese classes.

Both are total functions. The eleven lie on a grid of recency by the mean of frequency and money,
rounded half up, so that each of the 125 combinations has one name and each name occurs:

========  ============  ===========  ==============  ==========  =============
mean F M  R 1           R 2          R 3             R 4         R 5
========  ============  ===========  ==============  ==========  =============
5         Cannot Lose   At Risk      Loyal           Champions   Champions
4         Cannot Lose   At Risk      Loyal           Loyal       Champions
3         At Risk       At Risk      Need Attention  Potential   Potential
2         Hibernating   Hibernating  About to Sleep  Potential   Potential
1         Lost          Hibernating  About to Sleep  Promising   New Customers
========  ============  ===========  ==============  ==========  =============

The eight (重要/一般 × 价值/保持/发展/挽留) are decided by money first: high is important (重要),
then by frequency and recency: value R+F+, keep R-F+, develop R+F-, win back R-F-.
"""

from collections.abc import Mapping
from itertools import product
from typing import Final

from guanxi.sdk import Text

SCORES: Final = range(1, 6)

ELEVEN: Final[Mapping[str, Text]] = {
    "champions": Text("Champions", "冠军客户"),
    "loyal": Text("Loyal", "忠诚客户"),
    "potential_loyalists": Text("Potential Loyalists", "潜在忠诚客户"),
    "new_customers": Text("New Customers", "新客户"),
    "promising": Text("Promising", "有望客户"),
    "need_attention": Text("Need Attention", "需要关注"),
    "about_to_sleep": Text("About to Sleep", "即将沉睡"),
    "at_risk": Text("At Risk", "有流失风险"),
    "cannot_lose": Text("Cannot Lose Them", "不能失去"),
    "hibernating": Text("Hibernating", "沉睡客户"),
    "lost": Text("Lost", "已流失"),
}
EIGHT: Final[Mapping[str, Text]] = {
    "important_value": Text("Important: value", "重要价值客户"),
    "important_keep": Text("Important: keep", "重要保持客户"),
    "important_develop": Text("Important: develop", "重要发展客户"),
    "important_win_back": Text("Important: win back", "重要挽留客户"),
    "general_value": Text("General: value", "一般价值客户"),
    "general_keep": Text("General: keep", "一般保持客户"),
    "general_develop": Text("General: develop", "一般发展客户"),
    "general_win_back": Text("General: win back", "一般挽留客户"),
}

_GRID: Final[Mapping[int, tuple[str, ...]]] = {
    5: ("cannot_lose", "at_risk", "loyal", "champions", "champions"),
    4: ("cannot_lose", "at_risk", "loyal", "loyal", "champions"),
    3: ("at_risk", "at_risk", "need_attention", "potential_loyalists", "potential_loyalists"),
    2: ("hibernating", "hibernating", "about_to_sleep", "potential_loyalists",
        "potential_loyalists"),
    1: ("lost", "hibernating", "about_to_sleep", "promising", "new_customers"),
}  # fmt: skip
_KINDS: Final = {
    (True, True): "value",
    (False, True): "keep",
    (True, False): "develop",
    (False, False): "win_back",
}


def segment_of(r: int, f: int, m: int) -> str:
    """Return the key of the English segment of three scores from 1 to 5."""
    return _GRID[(f + m + 1) // 2][r - 1]


def eight_of(*, recent: bool, frequent: bool, much: bool) -> str:
    """Return the key of the Chinese class: 重要 or 一般 by money, then by the other two."""
    return f"{'important' if much else 'general'}_{_KINDS[recent, frequent]}"


def all_segments() -> list[str]:
    """Return the segments of all combinations; that of r, f, m is at 25(r-1) + 5(f-1) + (m-1)."""
    return [segment_of(r, f, m) for r, f, m in product(SCORES, SCORES, SCORES)]


def all_eight() -> list[str]:
    """Return the classes of all combinations; highs count: money 4, frequency 2, recency 1."""
    yes_no = (False, True)
    return [eight_of(recent=r, frequent=f, much=m) for m, f, r in product(yes_no, yes_no, yes_no)]
