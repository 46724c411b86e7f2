"""Needs and risk appetite (信贷需求, 风险偏好): an interview whose answers hold for a year.

Six questions of one to five points each give 6 to 30; the bounds of the classes are those of five
equal parts, C1 cautious to C5 aggressive, as retail banks name them. A company whose regulator
prescribes questions or bounds changes its draft.
"""

from typing import Any, Final

from guanxi.sdk import Text
from guanxi_surveys.kits.kit import WORDS, Kit, asked, both, choice, choose, comment, page, tick

_POINTS: Final = ("horizon", "knowledge", "income", "share", "fall", "aim")
_CLASSES: Final = (
    "iif({risk_points} <= 10, 'C1', iif({risk_points} <= 15, 'C2', iif({risk_points} <= 20, 'C3', "
    "iif({risk_points} <= 25, 'C4', 'C5'))))"
)
_WANTS_CREDIT: Final = "{needs} contains 'credit'"
_INVESTS: Final = "{needs} contains 'invest' or {needs} contains 'pension'"


def _points(name: str, en: str, zh: str, *answers: tuple[str, str]) -> dict[str, Any]:
    choices = (choice(points, *words) for points, words in enumerate(answers, start=1))
    return choose(name, both(en, zh), *choices, isRequired=True)


KIT: Final = Kit(
    "needs",
    {"en": "Needs and risk appetite", "zh-cn": "需求与风险偏好访谈"},
    Text(
        "What a customer needs credit or investment for, and how much risk they are ready to bear; "
        "holds for a year, then ask anew.",
        "了解客户的信贷或投资需求及风险承受意愿；有效期一年，到期重新询问。",
    ),
    "Six equally weighted items of five points, classes C1 to C5 as five equal parts.",
    asked(
        both("What you need", "您的需求"),
        page(
            "needs",
            tick(
                "needs",
                both("What can we help you with?", "我们可以在哪些方面帮到您？"),
                choice("credit", "A loan or credit line", "贷款或授信"),
                choice("invest", "Investing money", "投资理财"),
                choice("pension", "Saving for later", "养老储蓄"),
                choice("payments", "Payments and accounts", "支付与账户"),
                choice("insurance", "Insurance", "保险"),
                isRequired=True,
            ),
            choose(
                "credit_purpose",
                both("What is the credit for?", "贷款用途是什么？"),
                choice("working_capital", "Working capital", "流动资金"),
                choice("equipment", "Machines and equipment", "设备购置"),
                choice("property", "Property", "房产"),
                choice("consumption", "Personal purchase", "个人消费"),
                visibleIf=_WANTS_CREDIT,
                isRequired=True,
                showOtherItem=True,
                otherText=both("Something else", "其他"),
            ),
            {
                "type": "text",
                "inputType": "number",
                "name": "credit_amount",
                "title": both("How much do you need?", "您需要多少金额？"),
                "min": 0,
                "visibleIf": _WANTS_CREDIT,
            },
            {
                "type": "text",
                "inputType": "number",
                "name": "credit_months",
                "title": both("For how many months?", "期限多少个月？"),
                "min": 1,
                "max": 480,
                "visibleIf": _WANTS_CREDIT,
            },
            choose(
                "credit_when",
                both("When do you need it?", "您何时需要？"),
                choice("now", "Within a month", "一个月内"),
                choice("quarter", "Within three months", "三个月内"),
                choice("later", "Later", "更晚"),
                visibleIf=_WANTS_CREDIT,
            ),
            choose(
                "credit_security",
                both("What can you offer as security?", "您可以提供何种担保？"),
                choice("property", "Property", "房产抵押"),
                choice("guarantee", "A guarantee", "保证担保"),
                choice("receivables", "Receivables or stock", "应收账款或存货"),
                choice("none", "None", "无"),
                visibleIf=_WANTS_CREDIT,
            ),
            title=both("What you need", "您的需求"),
        ),
        {
            **page(
                "risk",
                _points(
                    "horizon", "How long can you leave the money untouched?",
                    "这笔资金您可以多久不动用？",
                    ("Less than a year", "不到一年"), ("One to three years", "一至三年"),
                    ("Three to five years", "三至五年"), ("Five to ten years", "五至十年"),
                    ("More than ten years", "十年以上"),
                ),
                _points(
                    "knowledge", "How well do you know investments?", "您对投资的了解程度如何？",
                    ("Not at all", "不了解"), ("A little", "了解一点"), ("Fairly well", "比较了解"),
                    ("Well", "很了解"), ("It is my profession", "专业人士"),
                ),
                _points(
                    "income", "How steady is your income?", "您的收入是否稳定？",
                    ("Not steady at all", "很不稳定"), ("Rather unsteady", "不太稳定"),
                    ("Fairly steady", "基本稳定"), ("Steady", "稳定"), ("Very steady", "非常稳定"),
                ),
                _points(
                    "share", "How much of your savings would you invest with risk?",
                    "您愿意将多少积蓄用于有风险的投资？",
                    ("Less than 10 %", "10% 以下"), ("10 to 25 %", "10% 至 25%"),
                    ("25 to 50 %", "25% 至 50%"), ("50 to 75 %", "50% 至 75%"),
                    ("More than 75 %", "75% 以上"),
                ),
                _points(
                    "fall", "Your investment loses a fifth of its value. What do you do?",
                    "若投资亏损五分之一，您会怎么做？",
                    ("Sell everything", "全部卖出"), ("Sell a part", "卖出一部分"),
                    ("Wait", "观望"), ("Buy a little more", "少量买入"),
                    ("Buy much more", "大量买入"),
                ),
                _points(
                    "aim", "What are you aiming at?", "您的投资目标是什么？",
                    ("Losing nothing", "本金不受损失"),
                    ("A little more than interest", "略高于存款利息"),
                    ("Steady growth", "稳健增长"), ("High growth", "较高增长"),
                    ("The highest growth, whatever the risk", "追求最高收益，不计风险"),
                ),
                title=both("How much risk you are ready to bear", "您的风险承受意愿"),
            ),
            "visibleIf": _INVESTS,
        },
        page("end", comment("else", both("Is there anything else that we should know?",
                                         "还有什么需要我们了解的吗？"))),
        calculatedValues=[
            {
                "name": "risk_points",
                "expression": " + ".join(f"{{{name}}}" for name in _POINTS),
                "includeIntoResult": True,
            },
            {
                "name": "risk_class",
                "expression": f"iif({{aim}} notempty, {_CLASSES}, '')",
                "includeIntoResult": True,
            },
        ],
        thanks=both("<p>Thank you. Your adviser will get back to you.</p>",
                    "<p>感谢您，客户经理将与您联系。</p>"),
    ),
    {"else": WORDS},
    options={"valid_days": 365, "follow_up": False},
)  # fmt: skip
