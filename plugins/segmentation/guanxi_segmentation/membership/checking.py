"""Whether a segment may have a rule: its conditions, the segments that it mentions, no circles."""

from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi.sdk import Invalid, attributes_of
from guanxi_segmentation.membership.usage import all_attributes, all_segments
from guanxi_segmentation.membership.waiting import require_no_circle
from guanxi_segmentation.models import Segment
from guanxi_segmentation.rules import Rule, document, parse
from guanxi_segmentation.texts import N_

OWN: Final = "segmentation.segments"


def checked_rule(session: Session, given: Any, key: str | None = None) -> dict[str, Any]:
    """Return the rule's document as it is stored.

    :param key: the segment that is to have it; None for a preview.
    :raises Invalid: it cannot be, with the place.
    :raises Conflict: it leads back to itself; the sentence names the way.
    """
    rule = parse(given, attributes_of(session))
    if OWN in all_attributes(rule):
        raise Invalid(N_("Use the condition “segment” to ask for another segment."))
    _require_segments(session, rule, key)
    if key is not None:
        require_no_circle(session, key, rule)
    return document(rule)


def _require_segments(session: Session, rule: Rule, key: str | None) -> None:
    wanted = all_segments(rule)
    if not wanted:
        return
    stored = {
        one.key: one
        for one in session.scalars(select(Segment).where(Segment.kind.in_(("rule", "static"))))
    }
    for one in sorted(wanted - {key}):
        if one not in stored:
            raise Invalid(N_("There is no segment %(key)s."), key=one)
        if stored[one].state != "active":
            raise Invalid(N_("The segment %(key)s is in the archive. Restore it first."), key=one)
