"""What the API takes and gives back about who is in a class, and was."""

from typing import Any

from marshmallow import Schema, fields

from guanxi.sdk import web
from guanxi_segmentation.models import ClassStay
from guanxi_segmentation.schemas.instants import AsOf
from guanxi_segmentation.schemes.history import Stay


class ClassStaySchema(Schema):
    """A customer in a class of a scheme, ``[entered_at, left_at)``."""

    scheme = fields.String()
    class_key = fields.String(data_key="class")
    title_en = fields.String()
    title_zh = fields.String()
    entered_at = fields.DateTime()
    entered_cause = fields.String()
    left_at = fields.DateTime(allow_none=True)
    left_cause = fields.String(allow_none=True)


class ClassStaysQuerySchema(Schema):
    """Without ``at`` all stays are wanted, with it those at that instant: one in each scheme."""

    at = AsOf()


class ClassStaysSchema(Schema):
    """Stays of a customer by scheme, the latest first."""

    items = fields.List(fields.Nested(ClassStaySchema))


class ClassMembersQuerySchema(Schema):
    """A page of members; ``at`` asks for those of a past instant."""

    at = AsOf()
    limit = web.Limit()
    cursor = web.Cursor()


class ClassMemberSchema(Schema):
    """A stay in a class, ``[entered_at, left_at)``."""

    customer_id = fields.UUID()
    entered_at = fields.DateTime()
    entered_cause = fields.String()
    left_at = fields.DateTime(allow_none=True)
    left_cause = fields.String(allow_none=True)


class ClassMembersSchema(Schema):
    """Members in the order of their ids, and where the next page begins."""

    items = fields.List(fields.Nested(ClassMemberSchema))
    next = fields.String(allow_none=True)


def shown_class_stay(stay: Stay) -> dict[str, Any]:
    """Return a stay in a class as it is given out."""
    names = ("scheme", "entered_at", "entered_cause", "left_at", "left_cause")
    member = stay.member
    titles = {"class": member.key, "title_en": member.title_en, "title_zh": member.title_zh}
    return {**{name: getattr(stay, name) for name in names}, **titles}


def shown_class_member(stay: ClassStay) -> dict[str, Any]:
    """Return a member of a class as it is given out."""
    return {name: getattr(stay, name) for name in ClassMemberSchema().fields}
