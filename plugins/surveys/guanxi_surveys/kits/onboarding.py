"""First impression (初始印象): one question after the first contact, and why."""

from typing import Final

from guanxi.sdk import Text
from guanxi_surveys.kits.kit import CSAT, WORDS, Kit, asked, both, choice, choose, comment, page

KIT: Final = Kit(
    "first_impression",
    {"en": "First impression", "zh-cn": "初始印象"},
    Text(
        "One question after the first contact, before the impression fades; was the answer quick?",
        "首次接触后趁印象尚新只问一题：第一印象如何、答复是否及时。",
    ),
    "One labelled five-point question, with the felt time to the first response.",
    asked(
        both("Your first impression", "您的第一印象"),
        page(
            "impression",
            {
                "type": "rating",
                "name": "impression",
                "title": both("What is your first impression of us?", "您对我们的第一印象如何？"),
                "rateValues": [
                    choice(1, "Very poor", "很差"),
                    choice(2, "Poor", "较差"),
                    choice(3, "Fair", "一般"),
                    choice(4, "Good", "较好"),
                    choice(5, "Very good", "很好"),
                ],
                "isRequired": True,
            },
            comment(
                "put_off",
                both("What put you off?", "是什么让您印象不佳？"),
                visibleIf="{impression} <= 3",
            ),
            comment(
                "won_over",
                both("What won you over?", "是什么让您印象良好？"),
                visibleIf="{impression} >= 4",
            ),
            choose(
                "speed",
                both("How quickly did we get back to you?", "我们的答复是否及时？"),
                choice("faster", "Faster than expected", "比预期快"),
                choice("expected", "As expected", "与预期相当"),
                choice("slower", "Slower than expected", "比预期慢"),
                choice("none", "I am still waiting", "仍在等待"),
            ),
        ),
        thanks=both("<p>Thank you, and welcome!</p>", "<p>感谢您，欢迎加入！</p>"),
    ),
    {"impression": CSAT, "put_off": WORDS, "won_over": WORDS},
    options={"follow_up_hours": 24},
)  # fmt: skip
