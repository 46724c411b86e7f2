"""What a column of a file of customers can fill: the core's fields, consent, the admin's own."""

from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy.orm import Session

from guanxi.customers.domain.consents import ANY, CHANNELS, PURPOSES
from guanxi.customers.domain.custom_values import fields_by_key
from guanxi.customers.models import CustomField
from guanxi.i18n import Text
from guanxi.imports.contract import ImportField

CUSTOM: Final = "custom."
_YES_OR_NO: Final = Text(
    "Yes or no; an empty cell says nothing about it.", "是或否；空单元格表示未说明。"
)


CONSENTS: Final[Mapping[str, tuple[str, str]]] = {
    **{f"consent.marketing.{channel}": ("marketing", channel) for channel in CHANNELS},
    **{f"consent.{one}.{ANY}": (one, ANY) for one in PURPOSES if one != "marketing"},
}
"""Purpose and channel by field: marketing for each channel, all else for all channels together."""


def _consent(key: str) -> ImportField:
    purpose, channel = (PURPOSES[CONSENTS[key][0]], CHANNELS[CONSENTS[key][1]])
    title = Text(f"Consent: {purpose.en}, {channel.en}", f"同意：{purpose.zh}，{channel.zh}")
    return ImportField(key, title, aliases=_ALIASES.get(key, ()), help=_YES_OR_NO)


_ALIASES: Final[Mapping[str, tuple[str, ...]]] = {
    "consent.marketing.any": ("marketing consent", "marketing", "同意营销"),
    "consent.marketing.email": ("newsletter", "email marketing", "邮件订阅"),
    "consent.marketing.sms": ("sms marketing", "短信订阅"),
}


FIELDS: Final = (
    ImportField("kind", Text("Kind", "类型"), aliases=("type",)),
    ImportField(
        "name", Text("Full name", "全名"), aliases=("name", "customer", "姓名", "名称", "公司")
    ),
    ImportField("family_name", Text("Family name", "姓"), aliases=("last name", "surname")),
    ImportField("given_name", Text("Given name", "名"), aliases=("first name",)),
    ImportField("name_order", Text("Name order", "姓名顺序")),
    ImportField(
        "external_id",
        Text("Number in the other system", "外部编号"),
        aliases=("id", "customer id", "customerid", "编号"),
        needs="external_source",
    ),
    ImportField("external_source", Text("The other system", "外部系统"), aliases=("system",)),
    ImportField("email", Text("E-mail", "电子邮件"), aliases=("e-mail", "mail", "邮箱")),
    ImportField("phone", Text("Phone", "电话"), aliases=("mobile", "tel", "手机", "手机号")),
    ImportField(
        "social",
        Text("Social account", "社交账号"),
        aliases=("handle",),
        needs="social_platform",
    ),
    ImportField("social_platform", Text("Social platform", "社交平台"), aliases=("platform",)),
    ImportField("language", Text("Language", "语言")),
    ImportField("country", Text("Country", "国家/地区"), aliases=("国家",)),
    ImportField("region", Text("Region", "省/州"), aliases=("state", "province", "省份")),
    ImportField("city", Text("City", "城市")),
    ImportField("street", Text("Street", "街道"), aliases=("address", "地址")),
    ImportField("postcode", Text("Postcode", "邮编"), aliases=("zip", "postal code")),
    ImportField("birthday", Text("Birthday", "生日"), aliases=("date of birth", "出生日期")),
    ImportField("tags", Text("Tags", "标签")),
    ImportField("note", Text("Note", "备注"), aliases=("comment",)),
    ImportField("source", Text("First source", "首次来源")),
    ImportField("invented", Text("Invented name", "虚构姓名")),
    ImportField(
        "owner",
        Text("Owner's e-mail", "负责人邮箱"),
        aliases=("owner", "account manager", "负责人", "客户经理"),
        help=Text("The address with which the member of staff signs in", "员工登录所用的邮箱地址"),
    ),
    ImportField(
        "organisation",
        Text("Organisation's name", "所属组织名称"),
        aliases=("organisation", "organization", "employer", "所属组织", "所属公司", "单位"),
        help=Text(
            "Where the person belongs. One that is not there yet is created.",
            "个人所属的组织；尚不存在的会自动建立。",
        ),
    ),
    ImportField(
        "organisation_id",
        Text("Organisation's number in the other system", "所属组织外部编号"),
        aliases=("company id", "组织编号"),
        needs="external_source",
    ),
    ImportField(
        "role", Text("Role in the organisation", "在组织中的职务"), aliases=("job title", "职务")
    ),
    *(_consent(key) for key in CONSENTS),
    ImportField(
        "consent_at",
        Text("Consents given at", "同意时间"),
        help=Text("Left out: the time of the import", "不填则为导入时间"),
    ),
    ImportField(
        "consent_evidence",
        Text("Evidence of the consents", "同意依据"),
        help=Text("Left out: the name of the file", "不填则为文件名"),
    ),
)


def custom_fields(session: Session) -> Sequence[ImportField]:
    """Return a field for each custom field that is in use."""
    return tuple(_custom(field) for field in fields_by_key(session).values())


def _custom(field: CustomField) -> ImportField:
    title = Text(field.title_en, field.title_zh)
    return ImportField(f"{CUSTOM}{field.key}", title, help=_help(field))


def _help(field: CustomField) -> Text:
    if field.choices:
        offered = ", ".join(map(str, field.choices[:20]))
        return Text(f"One of: {offered}", f"可选：{offered}")
    return _HELP.get(field.type, Text("", ""))


_HELP: Final[Mapping[str, Text]] = {
    "boolean": Text("Yes or no", "是或否"),
    "date": Text("A date", "日期"),
    "number": Text("A number", "数字"),
    "money": Text("A number", "数字"),
}
