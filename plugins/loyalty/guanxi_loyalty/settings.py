"""The settings of loyalty. What belongs to one programme stands in its policies instead."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from guanxi.sdk import Text
from guanxi_loyalty.texts import _

_GROUP = "index"


def _about(
    en: str, zh: str, help_en: str = "", help_zh: str = "", group: str = _GROUP
) -> dict[str, Any]:
    return {"title": Text(en, zh), "help": Text(help_en, help_zh), "group": group}


def _whole(default: int, least: int, most: int, about: dict[str, Any]) -> fields.Integer:
    return fields.Integer(
        strict=True, load_default=default, validate=validate.Range(least, most), metadata=about
    )


class LoyaltySettings(Schema):
    """Members' own pages, and how the loyalty index (忠诚度指数) is made up."""

    shop_address = fields.String(
        load_default="",
        validate=[validate.Length(max=300), validate.Regexp(r"^$|^https?://[^\s/?#]+[^\s]*$")],
        metadata=_about(
            "Address of the shop", "商城网址",
            "Where the links lead that members give to friends; empty: members give their codes.",
            "会员推荐链接指向的网址；留空则会员只分享推荐码。",
            group="members",
        ),
    )  # fmt: skip
    member_link_days = _whole(365, 1, 3650, _about(
        "Days a member's link opens the page", "会员专属链接有效天数",
        "Of links made from now on; each can be revoked earlier.",
        "适用于此后生成的链接；每个链接都可提前撤销。",
        group="members",
    ))  # fmt: skip
    index_weight_repeat = _whole(1, 0, 100, _about(
        "Weight: repeat purchases", "权重：复购率",
        "Which part of a customer's purchases were repeat purchases; 0: left out.",
        "客户的购买中复购所占的比例；0 表示不计入。",
    ))  # fmt: skip
    index_weight_tenure = _whole(1, 0, 100, _about(
        "Weight: tenure", "权重：关系时长",
        "How long a customer has kept buying; 0: left out.",
        "客户持续购买的时间；0 表示不计入。",
    ))  # fmt: skip
    index_weight_recommendation = _whole(1, 0, 100, _about(
        "Weight: recommendation", "权重：推荐意愿",
        "Friends brought, or the willingness to recommend; 0: left out.",
        "带来的朋友数或推荐意愿评分；0 表示不计入。",
    ))  # fmt: skip
    index_weight_tier = _whole(1, 0, 100, _about(
        "Weight: tier", "权重：会员等级",
        "How high the member's tier is; 0: left out.",
        "会员等级的高低；0 表示不计入。",
    ))  # fmt: skip
    index_tenure_days = _whole(730, 1, 36_500, _about(
        "Days for a full tenure", "关系时长满分天数",
        "From the first purchase to the last one; so many or more are 100.",
        "首次购买到最近购买的天数；达到该天数得 100 分。",
    ))  # fmt: skip
    index_referrals = _whole(3, 1, 1000, _about(
        "Friends for a full recommendation", "推荐满分人数",
        "So many friends who came by the customer's code and bought are 100.",
        "通过客户推荐码到来并购买的人数达到该值得 100 分。",
    ))  # fmt: skip
    index_nps_from = fields.String(
        load_default="surveys.nps_score",
        validate=[
            validate.Length(max=100),
            validate.Regexp(r"^(?!loyalty\.)[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$|^$"),
        ],
        metadata=_about(
            "Willingness to recommend from", "推荐意愿来源",
            "The key of an attribute with numbers from 0 to 10; while nobody offers it, it is "
            "left out.",
            "取值 0 至 10 的客户属性的键；没有该属性时不计入。",
        ),
    )  # fmt: skip

    @validates_schema
    def _weigh_something(self, data: dict[str, Any], **_more: Any) -> None:
        weights = [value for name, value in data.items() if name.startswith("index_weight_")]
        if len(weights) == 4 and not any(weights):
            raise ValidationError(_("Give at least one part a weight."), "index_weight_repeat")
