"""Relationship review (关系回顾): what was expected, what was experienced, and the gap (期望差距).

After expectation and disconfirmation (Oliver, 1980) and the gaps of SERVQUAL (Parasuraman, Zeithaml
and Berry, 1988): each aspect is asked twice on one scale, first expected, then experienced.
"""

from typing import Any, Final

from guanxi.sdk import Text
from guanxi_surveys.kits.kit import (
    NPS,
    WORDS,
    Kit,
    asked,
    both,
    choice,
    choose,
    comment,
    level,
    page,
    recommend,
    scale,
)

_ASPECTS: Final = (
    ("reliability", "Keeping what was promised", "履行承诺"),
    ("response", "Quick answers", "快速响应"),
    ("competence", "Knowing what we do", "专业能力"),
    ("care", "Understanding your needs", "理解您的需求"),
    ("value", "Value for money", "物有所值"),
)


def _pair(key: str, en: str, zh: str) -> dict[str, Any]:
    low, high = both("Low", "低"), both("High", "高")
    expected = both("What level do you expect?", "您期望的水平")
    experienced = both("What level did you experience?", "您实际体验到的水平")
    return {
        "type": "panel",
        "name": key,
        "title": both(en, zh),
        "elements": [
            scale(f"{key}_expected", expected, (1, 5), low, high),
            scale(f"{key}_experienced", experienced, (1, 5), low, high),
        ],
    }


KIT: Final = Kit(
    "relationship",
    {"en": "Relationship review", "zh-cn": "关系回顾"},
    Text(
        "Once or twice a year: what was expected, what was experienced, and where the gap is.",
        "每年一至两次：期望如何、体验如何、差距何在。",
    ),
    "Oliver, R. L. (1980), Journal of Marketing Research 17; Parasuraman, Zeithaml and Berry "
    "(1988), SERVQUAL, Journal of Retailing 64.",
    asked(
        both("Working with us", "与我们的合作"),
        page("levels", *(_pair(*one) for one in _ASPECTS),
             title=both("Expected and experienced", "期望与体验")),
        page(
            "overall",
            choose(
                "matters",
                both("Which of these matters most to you?", "以下哪一项对您最重要？"),
                *(choice(key, en, zh) for key, en, zh in _ASPECTS),
            ),
            recommend(
                "nps",
                both("How likely is it that you would recommend us to a friend or colleague?",
                     "您有多大可能将我们推荐给朋友或同事？"),
                isRequired=True,
            ),
            comment(
                "change",
                both("If you could change one thing about working with us, what would it be?",
                     "如果能改变与我们合作中的一件事，您会改变什么？"),
            ),
            title=both("Overall", "总体评价"),
        ),
        thanks=both("<p>Thank you for the time that you took.</p>", "<p>感谢您抽出时间。</p>"),
    ),
    {
        **{f"{key}_{which}": level(which, key)
           for key, _en, _zh in _ASPECTS for which in ("expected", "experienced")},
        "nps": NPS,
        "change": WORDS,
    },
    options={"gap_below": -0.25},
)  # fmt: skip
