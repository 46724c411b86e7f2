"""Customer Effort Score (客户费力度), variant CES 2.0: a statement, seven points of agreement."""

from typing import Final

from guanxi.sdk import Text
from guanxi_surveys.kits.kit import (
    CES,
    WORDS,
    Kit,
    asked,
    both,
    choice,
    comment,
    easy,
    page,
    tick,
)

KIT: Final = Kit(
    "ces",
    {"en": "Customer Effort Score (CES 2.0)", "zh-cn": "客户费力度（CES 2.0）"},
    Text(
        "Was it easy to get something done? Variant CES 2.0: a statement with seven points, 7 is "
        "best; scores of CES 1.0 (five points, 1 is best) cannot be compared with it.",
        "办事是否轻松？采用 CES 2.0：一句陈述、七级同意度，7 为最佳；"
        "与 CES 1.0（五级，1 为最佳）的得分不可比较。",
    ),
    "CEB (2013), Customer Effort Score 2.0; after Dixon, Freeman and Toman (2010), Stop Trying to "
    "Delight Your Customers, Harvard Business Review 88(7/8).",
    asked(
        both("Was it easy?", "办理是否轻松？"),
        page(
            "effort",
            easy(
                "ces",
                both("The company made it easy for me to handle my issue.",
                     "这家公司让我很轻松地解决了我的问题。"),
                isRequired=True,
            ),
            tick(
                "hard",
                both("What made it hard?", "哪些方面让您觉得费力？"),
                choice("repeat", "I had to explain it more than once", "我需要多次重复说明"),
                choice("contact", "I had to get in touch more than once", "我需要多次联系"),
                choice("wait", "I had to wait long", "等待时间太长"),
                choice("transfer", "I was handed from one to another", "被转来转去"),
                choice("find", "I could not find what I needed", "找不到需要的信息"),
                visibleIf="{ces} <= 4",
                showOtherItem=True,
                otherText=both("Something else", "其他"),
            ),
            comment(
                "easier",
                both("What would have made it easier?", "怎样会更轻松？"),
                visibleIf="{ces} <= 4",
            ),
            comment(
                "went_well",
                both("What went well?", "哪些方面做得好？"),
                visibleIf="{ces} >= 5",
            ),
        ),
        thanks=both("<p>Thank you for your answer.</p>", "<p>感谢您的反馈。</p>"),
    ),
    {"ces": CES, "easier": WORDS, "went_well": WORDS},
)  # fmt: skip
