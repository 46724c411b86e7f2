"""A segment's definition as a document, to keep in a file or to take to another installation."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi.sdk import Conflict, Invalid
from guanxi_segmentation.membership import segments
from guanxi_segmentation.membership.drafts import SegmentDraft, checked_key
from guanxi_segmentation.models import Segment
from guanxi_segmentation.texts import N_

FORMAT: Final = "guanxi-segment"
VERSION: Final = 1
_TEXTS: Final = ("key", "title_en", "title_zh")
_NAMES: Final = ("key", "title_en", "title_zh", "description", "rule", "announce")


def exported(segment: Segment) -> dict[str, Any]:
    """Return the definition of a segment: key, titles, description, rule, announce."""
    return {"format": FORMAT, "version": VERSION} | {n: getattr(segment, n) for n in _NAMES}


def imported(
    session: Session, document: Mapping[str, Any], *, replace: bool = False, now: datetime
) -> Segment:
    """Make a segment of a document, or change the one of that key.

    :param replace: change the segment that has the key already.
    :raises Invalid: it is no such document.
    :raises Conflict: the key is taken and ``replace`` is not asked for.
    """
    draft = _draft(document)
    known = session.scalars(select(Segment).where(Segment.key == draft.key)).one_or_none()
    if known is None:
        return segments.create(session, draft, now=now)
    if not replace:
        raise Conflict(N_("There is a segment %(key)s already. Choose another key."), key=known.key)
    changes = {name: getattr(draft, name) for name in sorted(segments.CHANGEABLE)}
    return segments.change(session, known.key, changes, now=now)


def _draft(document: Any) -> SegmentDraft:
    if not isinstance(document, Mapping) or document.get("format") != FORMAT:
        raise Invalid(N_("This is no definition of a segment."))
    if document.get("version") != VERSION:
        raise Invalid(N_("This definition was written by a later version of Guanxi."))
    unknown = sorted(map(str, document.keys() - {"format", "version", *_NAMES}))
    if unknown:
        raise Invalid(N_("A definition of a segment has no %(name)s."), name=unknown[0][:80])
    for name in _TEXTS:
        if not isinstance(document.get(name), str):
            raise Invalid(N_("%(name)s has to be a text."), name=name)
    if not isinstance(document.get("description"), str | None):
        raise Invalid(N_("%(name)s has to be a text."), name="description")
    if not isinstance(document.get("announce", True), bool):
        raise Invalid(N_("%(name)s has to be true or false."), name="announce")
    return SegmentDraft(
        key=checked_key(document["key"]),
        title_en=document["title_en"],
        title_zh=document["title_zh"],
        description=document.get("description"),
        rule=document.get("rule"),
        announce=document.get("announce", True),
    )
