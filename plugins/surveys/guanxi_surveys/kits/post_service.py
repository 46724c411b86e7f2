"""After service (售后服务调查): was it solved, was it easy, how was the person."""

from typing import Final

from guanxi.sdk import Text
from guanxi_surveys.kits.kit import (
    CES,
    CSAT,
    WORDS,
    Kit,
    asked,
    both,
    comment,
    easy,
    page,
    satisfied,
    yes_no,
)

KIT: Final = Kit(
    "post_service",
    {"en": "After service", "zh-cn": "售后服务调查"},
    Text(
        "Asked when a case is closed: was it solved, was it easy (CES 2.0), how was the person.",
        "服务工单关闭后发送：问题是否解决、是否轻松（CES 2.0）、服务人员如何。",
    ),
    "CES 2.0 (CEB, 2013) with first contact resolution and satisfaction.",
    asked(
        both("Our service", "关于我们的服务"),
        page(
            "service",
            yes_no(
                "solved",
                both("Was your issue solved?", "您的问题解决了吗？"),
                isRequired=True,
            ),
            comment(
                "open_issue",
                both("What is still to be done?", "还有什么没有解决？"),
                visibleIf="{solved} = false",
                isRequired=True,
            ),
            easy(
                "ces",
                both("The company made it easy for me to handle my issue.",
                     "这家公司让我很轻松地解决了我的问题。"),
                isRequired=True,
            ),
            satisfied(
                "csat",
                both("How satisfied are you with the person who helped you?",
                     "您对为您服务的人员有多满意？"),
                isRequired=True,
            ),
            comment(
                "better",
                both("What could we have done better?", "我们哪些地方可以做得更好？"),
                visibleIf="{ces} <= 4 or {csat} <= 3",
            ),
            yes_no(
                "may_contact",
                both("May we get in touch with you about this?", "我们可以就此与您联系吗？"),
                visibleIf="{solved} = false or {ces} <= 3 or {csat} <= 2",
            ),
        ),
        thanks=both("<p>Thank you for your answer.</p>", "<p>感谢您的反馈。</p>"),
    ),
    {"ces": CES, "csat": CSAT, "open_issue": WORDS, "better": WORDS},
    options={"follow_up_hours": 24},
)  # fmt: skip
