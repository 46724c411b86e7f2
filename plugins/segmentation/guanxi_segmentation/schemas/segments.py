"""What the API takes and gives back about segments."""

from collections.abc import Mapping
from typing import Any, Final

from marshmallow import Schema, fields, validate

from guanxi.sdk import web
from guanxi_segmentation.membership.drafts import LONGEST_DESCRIPTION, LONGEST_TITLE
from guanxi_segmentation.models import Segment

EXAMPLE: Final[Mapping[str, Any]] = {
    "title_en": "Regular buyers",
    "title_zh": "常客",
    "rule": {
        "v": 1,
        "where": {
            "touchpoints": {"kind": ["purchase"]},
            "measure": "count",
            "window": {"last": "P90D"},
            "is": "gte",
            "value": 2,
        },
    },
}
"""A segment for the document of the API."""


def _rule(**more: Any) -> web.Object:
    told = 'The condition tree: {"v": 1, "where": {...}}; null for a list put together by hand.'
    return web.Object(metadata={"description": told}, **more)


class SegmentPatchSchema(Schema):
    """What can be changed of a segment; what is not sent stays."""

    title_en = web.CleanText(LONGEST_TITLE)
    title_zh = web.CleanText(LONGEST_TITLE)
    description = web.CleanText(LONGEST_DESCRIPTION, multiline=True, allow_none=True)
    rule = _rule(allow_none=True)
    announce = web.Flag()
    announce_build = web.Flag(
        load_default=False,
    )


class SegmentDraftSchema(SegmentPatchSchema):
    """A segment to be made; without a rule it is a list put together by hand."""

    key = web.CleanText(60, allow_none=True)


class SegmentCopySchema(Schema):
    """What a copy of a segment is called; empty titles become those of the original."""

    title_en = web.CleanText(LONGEST_TITLE, load_default="")
    title_zh = web.CleanText(LONGEST_TITLE, load_default="")
    key = web.CleanText(60, allow_none=True, load_default=None)


class SegmentProblemSchema(Schema):
    """Why a segment cannot be worked out now; it keeps its members."""

    message = fields.String()
    values = web.Object()


class SegmentSchema(Schema):
    """A segment. ``members`` counts those whom whoever asks may see."""

    key = fields.String()
    kind = fields.String(validate=validate.OneOf(("rule", "static")))
    title_en = fields.String()
    title_zh = fields.String()
    description = fields.String(allow_none=True)
    rule = _rule(allow_none=True)
    rule_version = fields.Integer()
    state = fields.String(validate=validate.OneOf(("active", "archived")))
    announce = fields.Boolean()
    problem = fields.Nested(SegmentProblemSchema, allow_none=True)
    building = fields.Boolean()
    members = fields.Integer()
    evaluated_at = fields.DateTime(allow_none=True)
    created_at = fields.DateTime()
    changed_at = fields.DateTime()
    changed_by = fields.String()
    version = fields.Integer()


class SegmentsSchema(Schema):
    """Segments by title."""

    items = fields.List(fields.Nested(SegmentSchema))


class SegmentListSchema(Schema):
    """Which segments are wanted."""

    state = fields.String(load_default="active", validate=validate.OneOf(("active", "archived")))


class SegmentPreviewDraftSchema(Schema):
    """A rule to be tried."""

    rule = _rule(required=True)


class SegmentSampleSchema(Schema):
    """A customer whom a rule fits."""

    customer_id = fields.UUID()
    name = fields.String(allow_none=True)


class SegmentPreviewSchema(Schema):
    """Whom a rule fits now. ``count`` is null where counting would have taken too long.

    ``held_from_now``: a ``held`` of the rule is new and counts from when the rule is saved, so
    nobody has been so for long enough yet.
    """

    count = fields.Integer(allow_none=True)
    samples = fields.List(fields.Nested(SegmentSampleSchema))
    sentence = fields.String()
    held_from_now = fields.Boolean()


class SegmentRuleVersionSchema(Schema):
    """A rule that a segment had."""

    version = fields.Integer()
    rule = _rule(allow_none=True)
    sentence = fields.String()
    at = fields.DateTime()
    actor_name = fields.String()


class SegmentRuleVersionsSchema(Schema):
    """The rules that a segment had, the latest first."""

    items = fields.List(fields.Nested(SegmentRuleVersionSchema))


class SegmentUseSchema(Schema):
    """What asks for a segment: another segment, a class as ``scheme/class``, or a setting."""

    kind = fields.String(validate=validate.OneOf(("segment", "class", "setting")))
    key = fields.String()
    title_en = fields.String()
    title_zh = fields.String()


class SegmentUsesSchema(Schema):
    """What mentions a segment, by title."""

    items = fields.List(fields.Nested(SegmentUseSchema))


class SegmentQueuedSchema(Schema):
    """Whether the work was queued; false where it waits already."""

    queued = fields.Boolean()


def shown_segment(segment: Segment, members: int) -> dict[str, Any]:
    """Return a segment as ``SegmentSchema`` describes it."""
    names = [n for n in SegmentSchema().fields if n not in ("members", "building", "problem")]
    problem = segment.problem
    return {
        **{name: getattr(segment, name) for name in names},
        "members": members,
        "building": segment.building is not None,
        "problem": {"message": problem.get("message", ""), "values": problem.get("values") or {}}
        if problem
        else None,
    }
