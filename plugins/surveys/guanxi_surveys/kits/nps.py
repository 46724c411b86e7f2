"""Net Promoter Score (净推荐值): one score, one reason, and whether somebody may get in touch."""

from typing import Final

from guanxi.sdk import Text
from guanxi_surveys.kits.kit import NPS, WORDS, Kit, asked, both, comment, page, recommend, yes_no

_TITLE: Final = both("How are we doing?", "您愿意推荐我们吗？")

KIT: Final = Kit(
    "nps",
    {"en": "Net Promoter Score", "zh-cn": "净推荐值（NPS）"},
    Text(
        "Would customers recommend you? A score from 0 to 10, then why: each group is asked in its "
        "own words.",
        "客户是否愿意推荐您？先打 0 至 10 分，再按推荐者、中立者、贬损者分别追问原因。",
    ),
    "Reichheld, F. (2003), The One Number You Need to Grow, Harvard Business Review 81(12).",
    asked(
        _TITLE,
        page(
            "score",
            recommend(
                "nps",
                both(
                    "How likely is it that you would recommend us to a friend or colleague?",
                    "您有多大可能将我们推荐给朋友或同事？",
                ),
                isRequired=True,
            ),
            comment(
                "reason_detractor",
                both("What is the most important thing that we should do better?",
                     "我们最需要改进的是什么？"),
                visibleIf="{nps} <= 6",
            ),
            comment(
                "reason_passive",
                both("What would it take for you to give us a 9 or 10?",
                     "我们怎样做，您才会打 9 分或 10 分？"),
                visibleIf="{nps} = 7 or {nps} = 8",
            ),
            comment(
                "reason_promoter",
                both("What do you like best about us?", "您最满意我们的哪一点？"),
                visibleIf="{nps} >= 9",
            ),
            yes_no(
                "may_contact",
                both("May we get in touch with you about this?", "我们可以就此与您联系吗？"),
                visibleIf="{nps} <= 6",
            ),
        ),
        thanks=both("<p>Thank you. We read every answer.</p>",
                    "<p>感谢您！每一份反馈我们都会认真阅读。</p>"),
    ),
    {
        "nps": NPS,
        "reason_detractor": WORDS,
        "reason_passive": WORDS,
        "reason_promoter": WORDS,
    },
)  # fmt: skip
