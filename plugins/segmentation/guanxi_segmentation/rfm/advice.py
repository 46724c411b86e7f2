"""What to do with whom: one sentence for each RFM segment and each of the eight classes."""

from collections.abc import Mapping
from typing import Final

from guanxi.sdk import Text

ADVICE: Final[Mapping[str, Text]] = {
    "champions": Text("Buy often, much and lately. Thank them, ask them first.",
                      "近期、高频、高额。表达感谢，优先征询意见。"),
    "loyal": Text("Buy again and again. Reward them, offer what goes with it.",
                  "持续购买。给予回馈，推荐搭配商品。"),
    "potential_loyalists": Text("Bought lately and more than once. Invite them to stay.",
                                "近期多次购买。邀请入会，培养忠诚。"),
    "new_customers": Text("Bought for the first time. Welcome them, help them start.",
                          "刚刚首次购买。表示欢迎，帮助上手。"),
    "promising": Text("Bought lately, little so far. Show what else there is.",
                      "近期购买但金额不高。介绍更多选择。"),
    "need_attention": Text("Good customers, not seen for a while. Write now.",
                           "曾经不错，近期未见。及时联系。"),
    "about_to_sleep": Text("Little, and longer ago. A reminder may wake them.",
                           "消费少且渐远。适时提醒。"),
    "at_risk": Text("Bought much, but long ago. Win them back in person.",
                    "曾高额消费但久未购买。主动挽回。"),
    "cannot_lose": Text("Were among the best, and are gone. Call them.",
                        "曾是最佳客户，现已远离。亲自致电。"),
    "hibernating": Text("Little, and long ago. Only offers that cost little.",
                        "低频且久远。仅用低成本方式触达。"),
    "lost": Text("Once, little, very long ago. Let them rest.",
                 "很久以前的零星购买。不再投入。"),
    "important_value": Text("Recent, frequent, much: keep them close.",
                            "近期、高频、高额：重点维护。"),
    "important_keep": Text("Frequent and much, not lately: get in touch.",
                           "高频高额但近期未购：主动联系。"),
    "important_develop": Text("Recent and much, rarely: bring them back sooner.",
                              "近期高额但低频：提升频次。"),
    "important_win_back": Text("Much once, neither lately nor often: win them back.",
                               "高额但久未购买且低频：重点挽留。"),
    "general_value": Text("Recent and frequent, little: offer more.",
                          "近期高频但金额低：提升客单价。"),
    "general_keep": Text("Frequent, little, not lately: remind them.",
                         "高频低额且近期未购：适时提醒。"),
    "general_develop": Text("Recent, little, rarely: help them begin.",
                            "近期低频低额：引导复购。"),
    "general_win_back": Text("Little, rarely, long ago: cost little effort.",
                             "低频低额且久远：低成本维系。"),
}  # fmt: skip
HUES: Final[Mapping[str, int]] = {
    "champions": 1, "loyal": 1, "potential_loyalists": 6, "new_customers": 3, "promising": 3,
    "need_attention": 4, "about_to_sleep": 4, "at_risk": 2, "cannot_lose": 2,
    "hibernating": 8, "lost": 8,
    "important_value": 1, "important_keep": 4, "important_develop": 3, "important_win_back": 2,
    "general_value": 7, "general_keep": 8, "general_develop": 8, "general_win_back": 8,
}  # fmt: skip
"""Colours of charts: those that go well, that begin, that need somebody, that sleep."""
