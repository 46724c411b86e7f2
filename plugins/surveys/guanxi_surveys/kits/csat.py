"""Customer satisfaction, CSAT (客户满意度): five points, the two best count as satisfied."""

from typing import Final

from guanxi.sdk import Text
from guanxi_surveys.kits.kit import (
    CSAT,
    WORDS,
    Kit,
    asked,
    both,
    choice,
    comment,
    page,
    satisfied,
    tick,
    yes_no,
)

KIT: Final = Kit(
    "csat",
    {"en": "Customer satisfaction", "zh-cn": "客户满意度（CSAT）"},
    Text(
        "How satisfied are customers? Five points with words; who is not satisfied is asked with "
        "what.",
        "客户有多满意？五级量表，每级均有文字；对不满意的客户追问原因。",
    ),
    "Five-point scale with labelled points; satisfied: the two best (top-2 box).",
    asked(
        both("Are you satisfied with us?", "您对我们满意吗？"),
        page(
            "satisfaction",
            satisfied(
                "csat",
                both("Overall, how satisfied are you with us?", "总体而言，您对我们有多满意？"),
                isRequired=True,
            ),
            tick(
                "unhappy_with",
                both("What were you not satisfied with?", "您对哪些方面不够满意？"),
                choice("product", "The product", "产品"),
                choice("price", "The price", "价格"),
                choice("delivery", "The delivery", "配送"),
                choice("advice", "Advice and service", "咨询与服务"),
                choice("complaint", "How a complaint was handled", "投诉处理"),
                visibleIf="{csat} <= 3",
                showOtherItem=True,
                otherText=both("Something else", "其他"),
            ),
            comment(
                "reason",
                both("What is the reason for your score?", "您打这个分数的原因是什么？"),
            ),
            yes_no(
                "may_contact",
                both("May we get in touch with you about this?", "我们可以就此与您联系吗？"),
                visibleIf="{csat} <= 2",
            ),
        ),
        thanks=both("<p>Thank you for your answer.</p>", "<p>感谢您的反馈。</p>"),
    ),
    {"csat": CSAT, "reason": WORDS},
)  # fmt: skip
