"""Employee Net Promoter Score, eNPS (员工净推荐值): anonymous, so that it is honest."""

from typing import Final

from guanxi.sdk import Text
from guanxi_surveys.kits.kit import (
    AGREED,
    NPS,
    WORDS,
    Kit,
    asked,
    both,
    choice,
    comment,
    page,
    recommend,
)

KIT: Final = Kit(
    "employee_nps",
    {"en": "Employee survey (eNPS)", "zh-cn": "员工调查（eNPS）"},
    Text(
        "Would colleagues recommend working here? Anonymous, and it cannot be made otherwise once "
        "somebody has answered.",
        "员工是否愿意推荐在此工作？匿名作答，有人作答后不可更改。",
    ),
    "The recommendation question of Reichheld (2003), asked about the workplace.",
    asked(
        both("Working here", "在这里工作"),
        page(
            "work",
            recommend(
                "nps",
                both("How likely is it that you would recommend working here to a friend?",
                     "您有多大可能向朋友推荐到这里工作？"),
                isRequired=True,
            ),
            {
                "type": "matrix",
                "name": "statements",
                "title": both("How much do you agree?", "您在多大程度上同意以下说法？"),
                "columns": [*AGREED],
                "rows": [
                    choice("tools", "I have what I need to serve customers well.",
                           "我具备服务好客户所需的条件。"),
                    choice("decide", "I may decide what helps a customer.",
                           "我有权决定如何帮助客户。"),
                    choice("heard", "What I notice is heard.", "我的意见能被听到。"),
                    choice("team", "In my team we help each other.", "我的团队互相帮助。"),
                ],
            },
            comment(
                "better",
                both("What should change first?", "最先应当改变什么？"),
                visibleIf="{nps} <= 8",
            ),
            comment(
                "keep",
                both("What should stay as it is?", "什么应当保持不变？"),
                visibleIf="{nps} >= 9",
            ),
        ),
        thanks=both("<p>Thank you. Nobody can tell who answered what.</p>",
                    "<p>感谢您。没有人能知道谁作了哪份答卷。</p>"),
    ),
    {"nps": NPS, "better": WORDS, "keep": WORDS},
    identity="anonymous",
    options={"follow_up": False},
)  # fmt: skip
