"""The core's own settings, changed in the web."""

from zoneinfo import available_timezones

from marshmallow import Schema, fields, validate

from guanxi.i18n import Text


def _about(en: str, zh: str, help_en: str = "", help_zh: str = "", **more: object) -> dict[str, object]:
    return {"title": Text(en, zh), "help": Text(help_en, help_zh), **more}


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
        metadata=_about("Time zone", "时区", "Used where a person has chosen none.", "个人未设置时使用。"),
    )
    language = fields.String(
        load_default="en",
        validate=validate.OneOf(("zh", "en")),
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
    smtp_host = fields.String(load_default="", metadata=_about("Mail server", "邮件服务器", group="mail"))
    smtp_port = fields.Integer(
        strict=True, load_default=587, validate=validate.Range(1, 65535),
        metadata=_about("Port", "端口", group="mail"),
    )  # fmt: skip
    smtp_security = fields.String(
        load_default="starttls",
        validate=validate.OneOf(("starttls", "tls", "none")),
        metadata=_about("Security", "加密方式", group="mail"),
    )
    smtp_user = fields.String(load_default="", metadata=_about("User name", "用户名", group="mail"))
    smtp_password = fields.String(
        load_default="", metadata=_about("Password", "密码", group="mail", secret=True)
    )
    mail_from = fields.String(
        load_default="",
        metadata=_about("Sender", "发件人地址", "name@company.example", "name@company.example", group="mail"),
    )
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
