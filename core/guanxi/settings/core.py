"""The core's own settings, changed in the web."""

from zoneinfo import available_timezones

from marshmallow import Schema, ValidationError, fields, validate

from guanxi.i18n import Text, _
from guanxi.settings.festivals import parse_festival

_CLOCK = r"^(|([01][0-9]|2[0-3]):[0-5][0-9])$"


def _about(
    en: str, zh: str, help_en: str = "", help_zh: str = "", **more: object
) -> dict[str, object]:
    return {"title": Text(en, zh), "help": Text(help_en, help_zh), **more}


def _is_festival(line: str) -> None:
    try:
        parse_festival(line)
    except ValueError:
        raise ValidationError(
            _("Write a country or language and the days, like CN 2027-02-05..2027-02-12.")
        ) from None


PURPOSES = ("marketing", "service", "profiling", "community", "referral", "credit")
"""The purposes of consent; the same as ``customers.domain.consents.PURPOSES``."""


def _months(en: str, zh: str) -> fields.Integer:
    """A period in months; 0 has no end."""
    return fields.Integer(
        strict=True,
        load_default=0,
        validate=validate.Range(0, 600),
        metadata=_about(
            f"{en}: months kept", f"{zh}：保存月数", "0: without end", "0 表示不限", group="privacy"
        ),
    )


def _purpose(default: str, en: str, zh: str) -> fields.String:
    return fields.String(
        load_default=default,
        validate=validate.OneOf(PURPOSES),
        metadata=_about(f"{en}: purpose", f"{zh}：用途", group="privacy"),
    )


class CoreSettings(Schema):
    """Company, language, mail server, sign-in."""

    company = fields.String(
        load_default="", validate=validate.Length(max=200), metadata=_about("Company", "公司名称")
    )
    currency = fields.String(
        load_default="GBP",
        validate=validate.Regexp(r"^[A-Z]{3}$"),
        metadata=_about(
            "Currency", "本位币",
            "ISO 4217; revenue in lists counts this currency.",
            "ISO 4217 代码；列表中的消费额按此币种计算。",
        ),
    )  # fmt: skip
    time_zone = fields.String(
        load_default="UTC",
        validate=validate.OneOf(sorted(available_timezones())),
        metadata=_about(
            "Time zone", "时区", "Used where a person has chosen none.", "个人未设置时使用。"
        ),
    )
    language = fields.String(
        load_default="en",
        validate=validate.OneOf(("zh", "en"), labels=("中文", "English")),
        metadata=_about("Language", "默认语言"),
    )
    phone_region = fields.String(
        load_default="GB",
        validate=validate.Regexp(r"^[A-Z]{2}$"),
        metadata=_about(
            "Phone region", "电话默认地区",
            "Country of phone numbers written without a country code.",
            "未写国家代码的电话号码所属国家。",
        ),
    )  # fmt: skip
    smtp_host = fields.String(
        load_default="", metadata=_about("Mail server", "邮件服务器", group="mail")
    )
    smtp_port = fields.Integer(
        strict=True, load_default=587, validate=validate.Range(1, 65535),
        metadata=_about("Port", "端口", group="mail"),
    )  # fmt: skip
    smtp_security = fields.String(
        load_default="starttls",
        validate=validate.OneOf(("starttls", "tls", "none"), labels=("STARTTLS", "TLS", "–")),
        metadata=_about("Security", "加密方式", group="mail"),
    )
    smtp_user = fields.String(load_default="", metadata=_about("User name", "用户名", group="mail"))
    smtp_password = fields.String(
        load_default="", metadata=_about("Password", "密码", group="mail", secret=True)
    )
    mail_from = fields.String(
        load_default="",
        metadata=_about(
            "Sender", "发件人地址", "name@company.example", "name@company.example", group="mail"
        ),
    )
    quiet_from = fields.String(
        load_default="21:00",
        validate=validate.Regexp(_CLOCK),
        metadata=_about(
            "Quiet from", "免打扰开始",
            "On the customer's clock; empty for no quiet hours. Messages wait until they end.",
            "按客户当地时间；留空表示不设。期间的消息会延后发送。", group="messages",
        ),
    )  # fmt: skip
    quiet_until = fields.String(
        load_default="08:00",
        validate=validate.Regexp(_CLOCK),
        metadata=_about("Quiet until", "免打扰结束", group="messages"),
    )
    quiet_days = fields.List(
        fields.Date(),
        load_default=(),
        validate=validate.Length(max=366),
        metadata=_about(
            "Quiet days", "免打扰日",
            "One date per line, like 2027-02-06; nothing but urgent service messages goes out.",
            "每行一个日期，如 2027-02-06；除紧急服务消息外不发送。", group="messages",
        ),
    )  # fmt: skip
    festivals = fields.List(
        fields.String(validate=_is_festival),
        load_default=(),
        validate=validate.Length(max=366),
        metadata=_about(
            "Festivals", "节日",
            "One per line: a country (CN) or language (zh), then the days: "
            "CN 2027-02-05..2027-02-12, or zh 10-01 for every year. Quiet for those customers.",
            "每行一个：国家（CN）或语言（zh）加日期，如 CN 2027-02-05..2027-02-12；"
            "每年固定的写 zh 10-01。节日期间不打扰相应客户。", group="messages",
        ),
    )  # fmt: skip
    outbound_allowed = fields.List(
        fields.String(validate=validate.Length(max=255)),
        load_default=(),
        validate=validate.Length(max=100),
        metadata=_about(
            "Internal addresses that may be called", "允许访问的内网地址",
            "One host or host:port per line, for webhooks and apps. Everything else must be a "
            "public https address.",
            "每行一个主机或主机:端口，供 Webhook 与应用调用；其余只允许公网 https 地址。",
            group="outbound",
        ),
    )  # fmt: skip
    session_hours = fields.Integer(
        strict=True, load_default=12, validate=validate.Range(1, 168),
        metadata=_about(
            "Hours until a quiet session ends", "会话无操作失效时间（小时）", group="sign_in"
        ),
    )  # fmt: skip
    require_totp = fields.Boolean(
        load_default=False,
        metadata=_about("Second factor for everybody", "所有人启用两步验证", group="sign_in"),
    )
    keep_basic_months = _months("Basic data", "基本信息")
    purpose_basic = _purpose("service", "Basic data", "基本信息")
    keep_transactions_months = _months("Transactions", "交易历史")
    purpose_transactions = _purpose("service", "Transactions", "交易历史")
    keep_preferences_months = _months("Preferences", "偏好")
    purpose_preferences = _purpose("profiling", "Preferences", "偏好")
    keep_behaviour_months = _months("Behaviour", "行为")
    purpose_behaviour = _purpose("profiling", "Behaviour", "行为")
    gap_tasks_below = fields.Integer(
        strict=True, load_default=0, validate=validate.Range(0, 100),
        metadata=_about(
            "Tasks for records less complete than (%)", "信息完整度低于此值时建待办（%）",
            "Each night, up to 200 tasks for those who look after the customers; 0: none.",
            "每晚为负责人最多建立 200 条待办；0 表示不建。", group="work",
        ),
    )  # fmt: skip
