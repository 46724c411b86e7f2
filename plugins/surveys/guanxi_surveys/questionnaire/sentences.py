"""What is said about a wrong answer, in the language that the person answers in."""

from collections.abc import Mapping
from typing import Any, Final

from guanxi.sdk import Text
from guanxi_surveys.questionnaire.checking import Fault
from guanxi_surveys.questionnaire.wording import said

SENTENCES: Final[Mapping[str, Text]] = {
    "required": Text("Please answer this question.", "请回答此问题。"),
    "panel": Text("Please answer at least one question.", "请至少回答一个问题。"),
    "other": Text("Please write what you mean by “other”.", "请填写“其他”的内容。"),
    "least_chosen": Text("Please choose at least {least}.", "请至少选择 {least} 项。"),
    "most_chosen": Text("Please choose at most {most}.", "最多选择 {most} 项。"),
    "least": Text("This has to be {least} or more.", "不能小于 {least}。"),
    "most": Text("This has to be {most} or less.", "不能大于 {most}。"),
    "step": Text("This has to be a multiple of {step}.", "必须是 {step} 的倍数。"),
    "shortest": Text("Please write at least {least} characters.", "请至少填写 {least} 个字符。"),
    "longest": Text("Please write at most {most} characters.", "最多填写 {most} 个字符。"),
    "digits": Text("This must not end with digits.", "末尾不能是数字。"),
    "email": Text("Please write an e-mail address.", "请填写正确的电子邮件地址。"),
    "pattern": Text("This does not have the expected form.", "格式不正确。"),
    "expression": Text("This answer does not fit.", "该答案不符合要求。"),
    "each_row": Text("Please answer in every row.", "请回答每一行。"),
    "unique": Text("Please give a different answer in each row.", "各行的答案不能相同。"),
    "number": Text("Please write a number.", "请填写数字。"),
    "date": Text("Please give a date or time that exists.", "请填写正确的日期或时间。"),
    "choice": Text("This answer is not offered here.", "此处没有该选项。"),
    "long": Text("This text is too long.", "内容过长。"),
    "shape": Text("This cannot be an answer to the question.", "该内容不能作为此题的答案。"),
}
"""Each kind of fault to its usual sentence."""

YES_NO: Final = (Text("Yes", "是"), Text("No", "否"))
OTHER_TEXT: Final = Text("Other (describe)", "其他（请说明）")
NONE_TEXT: Final = Text("None", "无")
THANKS: Final = Text("Thank you for completing the survey!", "感谢您完成本次调查！")


def sentence(fault: Fault, language: str, default: str) -> str:
    """Return what is said about a fault: the author's words, else the usual ones."""
    text = said(fault.text, language, default)
    if text:
        limit = fault.values.get("least", fault.values.get("most", ""))
        return text.replace("{0}", shown(limit))
    values = {name: shown(value) for name, value in fault.values.items()}
    return SENTENCES[fault.kind].in_language(language).format(**values)


def shown(value: Any) -> str:
    """Write a number without a useless ``.0``."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
