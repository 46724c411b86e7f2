"""The list of segments: what there is, how many are in each, how it stands."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import render_template, request, url_for

from guanxi.sdk import current, customers, web
from guanxi_segmentation.membership import segments
from guanxi_segmentation.models import Segment
from guanxi_segmentation.pages.blueprint import VIEW, pages
from guanxi_segmentation.pages.builder.offers import titled
from guanxi_segmentation.pages.states import problem_of, state_of
from guanxi_segmentation.sight import member_counts, sees_all
from guanxi_segmentation.texts import lazy_

PAGE = 100
SORTS = {"members": lazy_("Members, most first"), "changed": lazy_("Last change")}
"""How the list can be sorted beside by title."""


@pages.get("/", permission=VIEW)
def index() -> str:
    """The segments, searched and sorted; a search looks at titles, descriptions and keys."""
    session, language = current.session(), web.language()
    archived = request.args.get("state") == "archived"
    found = segments.listed(session, archived=archived)
    counts = member_counts(session)
    wanted = _sorted([one for one in found if _fits(one, request.args)], counts, language)
    start = _start()
    return render_template(
        "segmentation/index.html",
        rows=[_row(one, counts.get(one.id, 0), language) for one in wanted[start : start + PAGE]],
        total=len(wanted),
        any_at_all=bool(found),
        filters={name: request.args.get(name, "") for name in ("q", "by", "state", "sort")},
        sorts={name: str(title) for name, title in SORTS.items()},
        sees_all=sees_all(),
        next_url=_page_url(start + PAGE) if start + PAGE < len(wanted) else None,
        previous_url=_page_url(max(start - PAGE, 0)) if start else None,
    )


def _sorted(found: list[Segment], counts: Mapping[UUID, int], language: str) -> list[Segment]:
    """Return them by title, Chinese ones by their pinyin, or as the reader asks."""
    by_title = sorted(found, key=lambda one: customers.in_latin(titled(one, language)).casefold())
    match request.args.get("sort"):
        case "members":
            return sorted(by_title, key=lambda one: -counts.get(one.id, 0))
        case "changed":
            return sorted(by_title, key=lambda one: one.changed_at, reverse=True)
    return by_title


def _fits(segment: Segment, asked: Any) -> bool:
    by = {"rule": "rule", "hand": "static"}.get(asked.get("by", ""))
    if by is not None and segment.kind != by:
        return False
    words = asked.get("q", "").casefold().split()
    texts = (segment.title_en, segment.title_zh, segment.description or "", segment.key)
    text = " ".join(texts).casefold()
    return all(word in text for word in words)


def _row(segment: Segment, members: int, language: str) -> dict[str, Any]:
    state, tone = state_of(segment)
    return {
        "key": segment.key,
        "title": titled(segment, language),
        "description": segment.description,
        "url": url_for("segmentation.show_segment", key=segment.key),
        "by_hand": segment.kind == "static",
        "members": members,
        "state": state,
        "tone": tone,
        "problem": problem_of(segment),
        "changed_at": segment.changed_at,
        "changed_by": segment.changed_by,
    }


def _start() -> int:
    text = request.args.get("from", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 7 else 0


def _page_url(start: int) -> str:
    kept: dict[str, Any] = {**request.args.to_dict(), "from": str(start)}
    return url_for("segmentation.index", **{k: v for k, v in kept.items() if v})
