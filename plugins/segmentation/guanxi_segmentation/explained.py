"""An explanation as data and as lines of text: each condition in words, its value, its verdict."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from guanxi_segmentation.membership.explaining import Explanation
from guanxi_segmentation.rules import tree
from guanxi_segmentation.rules.explaining import Explained
from guanxi_segmentation.schemas.members import shown_pin, shown_stay
from guanxi_segmentation.sentences import Wording

MaySee = Callable[[str], bool]
"""Whether whoever asks may see the attribute with this key."""


def everything(_key: str) -> bool:
    """Hide nothing, as at the command line."""
    return True


@dataclass(frozen=True, slots=True)
class Told:
    """One condition or group of an explanation, ready to be shown.

    ``value`` is None where nothing is known, and where whoever asks may not see it (``hidden``).
    """

    sentence: str
    holds: bool
    node: tree.Node
    value: Any
    known: bool
    hidden: bool
    since: datetime | None
    match: str
    """For groups: all, any, none; empty for conditions."""
    parts: "tuple[Told, ...]"


def told(explained: Explained, wording: Wording, may_see: MaySee = everything) -> Told:
    """Return an explained tree ready to be shown."""
    node = explained.node
    hidden = isinstance(node, tree.AttributeIs) and not may_see(node.key)
    value = None if hidden else _plain(explained.value)
    parts = tuple(told(part, wording, may_see) for part in explained.parts)
    match = _MATCHES.get(type(node), "")
    words = "" if match else wording.of_node(node)
    return Told(
        words, explained.holds, node, value, explained.known, hidden, explained.since, match, parts
    )


def explained_document(
    session: Session,
    found: Explanation,
    customer_id: UUID,
    language: str | None = None,
    may_see: MaySee = everything,
) -> dict[str, Any]:
    """Return an explanation as the API and the command line write it."""
    tree_told = found.tree and told(found.tree, Wording(session, language), may_see)
    return {
        "customer_id": str(customer_id),
        "segment": found.segment.key,
        "member": found.member,
        "fits": found.fits,
        "stay": shown_stay(found.stay) if found.stay else None,
        "pin": shown_pin(found.pin) if found.pin else None,
        "tree": _document(tree_told) if tree_told else None,
    }


def lines_of(session: Session, found: Explanation, language: str) -> Iterator[str]:
    """Yield an explanation as lines: ``+`` for what is met, ``-`` for what is not."""
    title = found.segment.title_zh if language == "zh" else found.segment.title_en
    yield f"{title}: {'member' if found.member else 'not a member'}"
    if found.stay:
        yield f"  since {found.stay.entered_at:%Y-%m-%d %H:%M} UTC ({found.stay.entered_cause})"
    if found.pin:
        decided = "in" if found.pin.included else "out"
        yield f"  decided by hand: {decided} ({found.pin.reason or 'no reason given'})"
    if found.tree:
        yield from _lines(told(found.tree, Wording(session, language)), 1)


def _lines(one: Told, depth: int) -> Iterator[str]:
    indent, mark = "  " * depth, "+" if one.holds else "-"
    if one.match:
        yield f"{indent}{mark} {one.match} of:"
    else:
        value = "not known" if not one.known else f"{one.value}"
        since = f", since {one.since:%Y-%m-%d %H:%M} UTC" if one.since else ""
        yield f"{indent}{mark} {one.sentence}  [{value}{since}]"
    for part in one.parts:
        yield from _lines(part, depth + 1)


def _document(one: Told) -> dict[str, Any]:
    if one.match:
        own: dict[str, Any] = {"match": one.match, "parts": [_document(p) for p in one.parts]}
    else:
        own = {"sentence": one.sentence, "value": one.value, "known": one.known}
        own |= {"hidden": True} if one.hidden else {}
    return {"holds": one.holds, "since": one.since, **own}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return value.normalize() if value == value.to_integral() else round(value, 4)
    return value


_MATCHES = {tree.AllOf: "all", tree.AnyOf: "any", tree.Not: "none"}
