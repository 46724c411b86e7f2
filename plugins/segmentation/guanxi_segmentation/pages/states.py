"""How the state of a segment is told: being built, with a problem, archived, up to date."""

from guanxi_segmentation.models import Scheme, Segment
from guanxi_segmentation.texts import _


def state_of(segment: Segment) -> tuple[str, str]:
    """Return the state in words, and the tone that goes with it."""
    if segment.state == "archived":
        return _("Archived"), "neutral"
    if segment.problem:
        return _("Needs attention"), "warning"
    if segment.building:
        return _("Being built"), "info"
    return _("Up to date"), "success"


def problem_of(segment: Segment | Scheme) -> str:
    """Return why rules cannot be evaluated now, in plain words; empty where it can."""
    if not segment.problem:
        return ""
    message, values = segment.problem.get("message", ""), segment.problem.get("values") or {}
    try:
        return _(message, **values) if values else _(message)
    except (KeyError, TypeError, ValueError):
        return str(message)


def cause_words() -> dict[str, str]:
    """Return the causes of entering and leaving in words."""
    return {
        "built": _("the segment was built"),
        "changed": _("something about the customer changed"),
        "time": _("time passed"),
        "pinned": _("by hand"),
        "rule": _("the rule was changed"),
        "merged": _("two customers became one"),
        "audit": _("a difference was mended"),
        "archived": _("the segment was archived"),
    }
