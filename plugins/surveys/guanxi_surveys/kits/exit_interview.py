"""Who leaves (流失访谈): why, whereto, what could have kept them, and whether they would return."""

from typing import Final

from guanxi.sdk import Text
from guanxi_surveys.kits.kit import (
    CSAT,
    WORDS,
    Kit,
    asked,
    both,
    choice,
    choose,
    comment,
    page,
    satisfied,
    yes_no,
)

KIT: Final = Kit(
    "exit",
    {"en": "Leaving customers", "zh-cn": "流失客户访谈"},
    Text(
        "For who has left or is about to: the main reason, and what would have kept them.",
        "面向已流失或即将流失的客户：主要原因，以及怎样才能挽留。",
    ),
    "One main reason, after Keaveney (1995), Customer Switching Behavior in Service Industries, "
    "Journal of Marketing 59(2).",
    asked(
        both("Before you go", "在您离开之前"),
        page(
            "leaving",
            choose(
                "reason",
                both("What was the main reason that you left us?", "您离开我们的主要原因是什么？"),
                choice("price", "The price", "价格"),
                choice("quality", "The product did not meet my needs", "产品不能满足需求"),
                choice("service", "The service", "服务"),
                choice("failure", "Something went wrong and was not put right",
                       "出错后未得到妥善处理"),
                choice("competitor", "Somebody else had a better offer", "其他公司的方案更好"),
                choice("no_need", "I no longer need it", "不再需要"),
                isRequired=True,
                showOtherItem=True,
                otherText=both("Something else", "其他"),
            ),
            comment(
                "what_failed",
                both("What went wrong?", "发生了什么问题？"),
                visibleIf="{reason} = 'failure' or {reason} = 'service'",
            ),
            {
                "type": "text",
                "name": "competitor",
                "title": both("What is better there?", "对方的优势是什么？"),
                "visibleIf": "{reason} = 'competitor'",
                "maxLength": 300,
            },
            satisfied(
                "csat",
                both("Looking back, how satisfied were you with us?",
                     "回顾以往，您对我们有多满意？"),
            ),
            comment(
                "kept",
                both("What could have kept you?", "怎样做才能挽留您？"),
                visibleIf="{reason} <> 'no_need'",
            ),
            yes_no("return", both("Would you come back to us one day?", "您将来会考虑回来吗？")),
            yes_no(
                "may_contact",
                both("May we get in touch with you about this?", "我们可以就此与您联系吗？"),
                visibleIf="{return} = true or {reason} = 'failure'",
            ),
        ),
        thanks=both("<p>Thank you for having been with us.</p>", "<p>感谢您一路相伴。</p>"),
    ),
    {"csat": CSAT, "what_failed": WORDS, "competitor": WORDS, "kept": WORDS},
)  # fmt: skip
