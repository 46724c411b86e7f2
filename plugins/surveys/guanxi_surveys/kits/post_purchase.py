"""After a purchase (购后调查): satisfaction, what with, would they recommend, what to do better."""

from typing import Final

from guanxi.sdk import Text
from guanxi_surveys.kits.kit import (
    CSAT,
    NPS,
    SATISFIED,
    WORDS,
    Kit,
    asked,
    both,
    choice,
    comment,
    page,
    recommend,
    satisfied,
    tick,
    yes_no,
)

KIT: Final = Kit(
    "post_purchase",
    {"en": "After a purchase", "zh-cn": "购后调查"},
    Text(
        "Asked some days after the goods arrived: how satisfied, with which part, and why.",
        "收货数日后发送：是否满意、哪些环节、原因何在。",
    ),
    "Five-point satisfaction by aspect; recommendation after Reichheld (2003).",
    asked(
        both("Your purchase", "关于您的购买"),
        page(
            "purchase",
            satisfied(
                "csat",
                both("Overall, how satisfied are you with your purchase?",
                     "总体而言，您对这次购买有多满意？"),
                isRequired=True,
            ),
            {
                "type": "matrix",
                "name": "aspects",
                "title": both("How satisfied are you with each of these?",
                              "您对以下各方面的满意程度如何？"),
                "columns": [*SATISFIED],
                "rows": [
                    choice("choice", "The choice of goods", "商品选择"),
                    choice("quality", "The quality of the goods", "商品质量"),
                    choice("price", "Value for money", "性价比"),
                    choice("ordering", "Ordering and paying", "下单与支付"),
                    choice("delivery", "The delivery", "配送"),
                ],
            },
            tick(
                "problem",
                both("What went wrong?", "出现了什么问题？"),
                choice("damaged", "Something was damaged", "商品破损"),
                choice("wrong", "Something was wrong or missing", "商品错发或漏发"),
                choice("late", "It came late", "配送延迟"),
                choice("unlike", "It was not as described", "与描述不符"),
                visibleIf="{csat} <= 2",
                showOtherItem=True,
                otherText=both("Something else", "其他"),
            ),
            title=both("What you bought", "您购买的商品"),
        ),
        page(
            "recommendation",
            recommend(
                "nps",
                both("How likely is it that you would recommend us to a friend or colleague?",
                     "您有多大可能将我们推荐给朋友或同事？"),
                isRequired=True,
            ),
            comment(
                "better",
                both("What should we do better?", "我们应当改进什么？"),
                visibleIf="{nps} <= 8",
            ),
            comment(
                "liked",
                both("What did you like best?", "您最喜欢哪一点？"),
                visibleIf="{nps} >= 9",
            ),
            yes_no(
                "may_contact",
                both("May we get in touch with you about this?", "我们可以就此与您联系吗？"),
                visibleIf="{csat} <= 2 or {nps} <= 6",
            ),
            title=both("And overall", "总体评价"),
        ),
        thanks=both("<p>Thank you. Enjoy what you bought!</p>",
                    "<p>感谢您的反馈，祝您使用愉快！</p>"),
    ),
    {"csat": CSAT, "nps": NPS, "better": WORDS, "liked": WORDS},
)  # fmt: skip
