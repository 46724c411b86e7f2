"""Segments: list, make, change, copy, archive, delete, try a rule, work out anew."""

from typing import Any

from flask import Response, url_for

from guanxi.sdk import current, web
from guanxi_segmentation import rules
from guanxi_segmentation.api.blueprint import MANAGE, VIEW, api
from guanxi_segmentation.membership import segments
from guanxi_segmentation.membership.drafts import SegmentDraft
from guanxi_segmentation.membership.previewing import preview
from guanxi_segmentation.membership.rebuilding import ask_rebuild
from guanxi_segmentation.membership.usage import uses_of
from guanxi_segmentation.models import Segment
from guanxi_segmentation.schemas.segments import (
    EXAMPLE,
    SegmentCopySchema,
    SegmentDraftSchema,
    SegmentListSchema,
    SegmentPatchSchema,
    SegmentPreviewDraftSchema,
    SegmentPreviewSchema,
    SegmentQueuedSchema,
    SegmentRuleVersionsSchema,
    SegmentSchema,
    SegmentsSchema,
    SegmentUsesSchema,
    shown_segment,
)
from guanxi_segmentation.sentences import in_words, rule_in_words
from guanxi_segmentation.sight import member_counts, visible_attributes


@api.get("/segments", permission=VIEW)
@api.arguments(SegmentListSchema(), location="query")
@api.response(200, SegmentsSchema)
def list_segments(query: dict[str, Any]) -> Response:
    """The segments that people made, by title, each with its number of members."""
    session = current.session()
    found = segments.listed(session, archived=query["state"] == "archived")
    counts = member_counts(session)
    return web.answer({"items": [shown_segment(one, counts.get(one.id, 0)) for one in found]})


@api.post("/segments", permission=MANAGE)
@api.arguments(SegmentDraftSchema(), example=EXAMPLE)
@api.response(201, SegmentSchema)
def create_segment(values: dict[str, Any]) -> Response:
    """Make a segment; its first members are found in the background."""
    _require_visible(values.get("rule"))
    segment = segments.create(current.tx(), SegmentDraft(**_titled(values)), now=current.now())
    return _made(segment)


@api.get("/segments/<key>", permission=VIEW, versioned=True)
@api.response(200, SegmentSchema)
def show_segment(key: str) -> Response:
    """One segment."""
    return _answer(segments.get(current.session(), key))


@api.patch("/segments/<key>", permission=MANAGE, versioned=True)
@api.arguments(SegmentPatchSchema())
@api.response(200, SegmentSchema)
def change_segment(values: dict[str, Any], key: str) -> Response:
    """Change a segment; with If-Match only if nobody was faster. A new rule is built at once."""
    announce_build = values.pop("announce_build")
    _require_visible(values.get("rule"))
    segment = segments.change(
        current.tx(),
        key,
        values,
        expected_version=web.expected_version(),
        announce_build=announce_build,
        now=current.now(),
    )
    return _answer(segment)


@api.delete("/segments/<key>", permission=MANAGE)
@api.response(204)
def delete_segment(key: str) -> None:
    """Delete a segment with its history; refused while something uses it."""
    segments.delete(current.tx(), key, now=current.now())


@api.post("/segments/<key>/archive", permission=MANAGE, versioned=True)
@api.response(200, SegmentSchema)
def archive_segment(key: str) -> Response:
    """Put a segment away; its members leave, its history stays."""
    expected = web.expected_version()
    done = segments.archive(current.tx(), key, expected_version=expected, now=current.now())
    return _answer(done)


@api.post("/segments/<key>/restore", permission=MANAGE, versioned=True)
@api.response(200, SegmentSchema)
def restore_segment(key: str) -> Response:
    """Take a segment out of the archive."""
    expected = web.expected_version()
    done = segments.restore(current.tx(), key, expected_version=expected, now=current.now())
    return _answer(done)


@api.post("/segments/<key>/copy", permission=MANAGE)
@api.arguments(SegmentCopySchema())
@api.response(201, SegmentSchema)
def copy_segment(values: dict[str, Any], key: str) -> Response:
    """Make a segment with the rule of another; a list takes its customers along."""
    draft = SegmentDraft(**values)
    return _made(segments.clone(current.tx(), key, draft, now=current.now()))


@api.get("/segments/<key>/rules", permission=VIEW)
@api.response(200, SegmentRuleVersionsSchema)
def list_rules(key: str) -> Response:
    """The rules that a segment had, the latest first, each in words, too."""
    session = current.session()
    items = [
        {
            "version": one.version,
            "rule": one.rule,
            "sentence": rule_in_words(session, one.rule) if one.rule else "",
            "at": one.at,
            "actor_name": one.actor_name,
        }
        for one in segments.rule_versions(session, key)
    ]
    return web.answer({"items": items})


@api.get("/segments/<key>/uses", permission=VIEW)
@api.response(200, SegmentUsesSchema)
def list_uses(key: str) -> Response:
    """What needs a segment, so that it cannot be archived or deleted."""
    segments.get(current.session(), key)
    names = ("kind", "key", "title_en", "title_zh")
    found = uses_of(current.session(), key)
    return web.answer({"items": [{n: getattr(one, n) for n in names} for one in found]})


@api.post("/preview", permission=MANAGE)
@api.arguments(SegmentPreviewDraftSchema(), example={"rule": EXAMPLE["rule"]})
@api.response(200, SegmentPreviewSchema)
def try_rule(values: dict[str, Any]) -> Response:
    """Whom a rule fits now, of those whom one may see; nothing is stored."""
    session = current.session()
    rule = rules.parse(values["rule"], visible_attributes(session))
    found = preview(session, values["rule"], now=current.now())
    samples = [{"customer_id": one.customer_id, "name": one.name} for one in found.samples]
    sentence = in_words(session, rule)
    return web.answer(
        {
            "count": found.count,
            "samples": samples,
            "sentence": sentence,
            "held_from_now": found.held_from_now,
        }
    )


@api.post("/rebuild", permission=MANAGE)
@api.response(202, SegmentQueuedSchema)
def rebuild() -> Response:
    """Work everything out again, in the background."""
    return web.answer({"queued": ask_rebuild(current.tx())}, 202)


def _require_visible(rule: Any) -> None:
    """Refuse a rule on what whoever asks may not see."""
    if rule is not None:
        rules.parse(rule, visible_attributes(current.session()))


def _titled(values: dict[str, Any]) -> dict[str, Any]:
    return {"title_en": "", **values}


def _made(segment: Segment) -> Response:
    response = _answer(segment, 201)
    response.headers["Location"] = url_for("api_segmentation.show_segment", key=segment.key)
    return response


def _answer(segment: Segment, status: int = 200) -> Response:
    counts = member_counts(current.session(), segment.id)
    body = shown_segment(segment, counts.get(segment.id, 0))
    return web.answer(body, status, version=segment.version, counts=True)
