"""What can be chosen of a survey beside its questions; all values are plain JSON once loaded."""

import base64
import binascii
import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from marshmallow import Schema, ValidationError, fields, pre_load, validate

from guanxi.sdk import Invalid, Text
from guanxi_surveys.life.drafts import LANGUAGE
from guanxi_surveys.settings import about
from guanxi_surveys.texts import N_, _

PROGRESS: Final = {
    "none": Text("Not shown", "不显示"),
    "pages": Text("Page 2 of 5", "第 2 页，共 5 页"),
    "percent": Text("In percent", "百分比"),
}
LONGEST_TEXT: Final = 5000
MOST_LOGO: Final = 32 << 10
"""Bytes of a logo: it travels with each page, whose whole weight is small."""
_LOGO: Final = re.compile(r"data:image/(png|jpeg|webp);base64,([A-Za-z0-9+/]+={0,2})")
_BEGINS: Final = {"png": b"\x89PNG\r\n\x1a\n", "jpeg": b"\xff\xd8\xff", "webp": b"RIFF"}


def _language(value: str) -> None:
    if not LANGUAGE.fullmatch(value):
        raise ValidationError(_("Write the code of a language, such as en or zh-cn."))


def _colour(value: str) -> None:
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", value):
        raise ValidationError(_("Write a colour as #rrggbb."))


def _logo(value: str) -> None:
    """Refuse what is no small picture: the kind is told by the bytes, not by what is said."""
    if not value:
        return
    found = _LOGO.fullmatch(value) if len(value) <= 2 * MOST_LOGO else None
    try:
        content = base64.b64decode(found[2], validate=True) if found else b""
    except binascii.Error:
        content = b""
    if not found or not content.startswith(_BEGINS[found[1]]) or len(content) > MOST_LOGO:
        raise ValidationError(_("Choose a PNG, JPEG or WebP picture of at most 32 kB."))


def _amount(value: str | None) -> None:
    if value is None:
        return
    try:
        amount = Decimal(value)
    except InvalidOperation:
        amount = Decimal(0)
    if not (amount.is_finite() and 0 < amount < 10**14 and amount == round(amount, 4)):
        raise ValidationError(
            _("Write an amount above zero, with at most 4 digits after the point.")
        )


class Texts(fields.Dict):
    """A text in several languages: SurveyJS's code of the language to the text."""

    def __init__(self, **more: Any) -> None:
        super().__init__(
            keys=fields.String(validate=_language),
            values=fields.String(validate=validate.Length(max=LONGEST_TEXT)),
            **more,
        )


class Theme(Schema):
    """How the pages look (主题)."""

    colour = fields.String(
        load_default="#2f5fd0",
        validate=_colour,
        metadata=about("Colour", "主题色", "Of buttons and of what is chosen.",
                       "用于按钮与选中项。"),
    )  # fmt: skip
    logo = fields.String(
        load_default="",
        validate=_logo,
        metadata=about("Logo", "徽标", "PNG, JPEG or WebP of at most 32 kB.",
                       "PNG、JPEG 或 WebP，不超过 32 kB。"),
    )  # fmt: skip


class Reward(Schema):
    """What is asked for on behalf of who answered (答题奖励), as the core's request wants it."""

    kind = fields.String(required=True, validate=validate.Length(1, 60))
    amount = fields.String(load_default=None, allow_none=True, validate=_amount)
    """Decimal, in text; None where the kind counts nothing."""
    unit = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=20))

    @pre_load
    def _plain(self, values: Mapping[str, Any], **more: Any) -> dict[str, Any]:  # noqa: ARG002 -- marshmallow gives them
        amount = values.get("amount")
        whole = isinstance(amount, int) and not isinstance(amount, bool)
        return {**values, "amount": str(amount) if whole else amount}


class SurveyOptions(Schema):
    """How a survey is asked, and what follows an answer."""

    theme = fields.Nested(Theme, load_default=lambda: Theme().load({}))
    thanks = Texts(
        load_default=dict,
        metadata=about(
            "Thanks", "致谢语",
            "Shown at the end where the questionnaire has no text of its own for it.",
            "问卷未自带结束语时，在结尾显示。",
        ),
    )  # fmt: skip
    resume_days = fields.Integer(
        strict=True, load_default=30, validate=validate.Range(1, 365),
        metadata=about(
            "Days to go on", "可续答天数",
            "So long an unfinished answer can be resumed.", "未完成的答卷在此期间可继续填写。",
        ),
    )  # fmt: skip
    progress = fields.String(
        load_default="pages", validate=validate.OneOf(tuple(PROGRESS)),
        metadata={**about("Progress", "进度"), "choices": PROGRESS},
    )  # fmt: skip
    question_numbers = fields.Boolean(
        load_default=False, metadata=about("Number the questions", "显示题号")
    )
    languages = fields.List(
        fields.String(validate=_language),
        load_default=list, validate=validate.Length(max=20),
        metadata=about(
            "Languages", "语言",
            "SurveyJS's codes, such as en, zh-cn; empty: all that the questionnaire has.",
            "SurveyJS 语言代码，如 en、zh-cn；留空则为问卷已有的全部语言。",
        ),
    )  # fmt: skip
    reward = fields.Nested(Reward, load_default=None, allow_none=True)
    attributes = fields.List(
        fields.String(validate=validate.Length(1, 120)),
        load_default=list, validate=validate.Length(max=20),
        metadata=about(
            "Remember of the customer", "记录客户属性",
            "Attributes, such as segmentation.class, kept as they were when answering.",
            "作答时的客户属性（如 segmentation.class），供交叉分析。",
        ),
    )  # fmt: skip
    valid_days = fields.Integer(
        strict=True, load_default=None, allow_none=True, validate=validate.Range(1, 3650),
        metadata=about(
            "Holds for, in days", "有效天数",
            "After that the customer is to be asked anew; empty: for good.",
            "到期后应重新询问；留空则长期有效。",
        ),
    )  # fmt: skip
    follow_up = fields.Boolean(
        load_default=True,
        metadata=about(
            "Answer who is unhappy", "跟进不满意者",
            "A low score of a named answer asks a person to follow it up.",
            "实名答卷出现低分时，由专人跟进。",
        ),
    )  # fmt: skip
    follow_up_hours = fields.Integer(
        strict=True, load_default=48, validate=validate.Range(1, 720),
        metadata=about("Follow up within, in hours", "跟进时限（小时）"),
    )  # fmt: skip
    gap_below = fields.Float(
        load_default=None, allow_none=True, validate=validate.Range(-1, 0),
        metadata=about(
            "Tolerated gap", "可容忍的期望差距",
            "Experienced less expected as a share of the scale, -1 to 0; a wider gap is followed "
            "up. Empty: none is.",
            "体验减期望，占量表的比例（-1 至 0）；差距更大时跟进。留空则不跟进。",
        ),
    )  # fmt: skip


def checked(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return options as they are stored, with what was left out as usual.

    :raises Invalid: one does not fit, with what is wrong by name.
    """
    try:
        found: dict[str, Any] = SurveyOptions().load(dict(options))
    except ValidationError as error:
        told = N_("These options of the survey do not fit. See what is said about each.")
        faults = error.messages_dict
        raise Invalid(
            told, fields={f"options.{name}": said for name, said in faults.items()}
        ) from None
    return found


def usual() -> dict[str, Any]:
    """Return the options of a survey for which nobody chose any."""
    return checked({})
