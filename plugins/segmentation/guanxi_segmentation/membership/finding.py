"""Segments that people made, found by their key or listed."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi.sdk import NotFound
from guanxi_segmentation.membership import drafts
from guanxi_segmentation.models import RuleVersion, Segment
from guanxi_segmentation.texts import N_

KINDS: Final = ("rule", "static")


def listed(session: Session, *, archived: bool = False) -> Sequence[Segment]:
    """Return the segments that people made, by title; hidden ones are not among them."""
    return session.scalars(
        select(Segment)
        .where(Segment.kind.in_(KINDS), Segment.state == ("archived" if archived else "active"))
        .order_by(Segment.title_en, Segment.key)
    ).all()


def get(session: Session, key: str, *, lock: bool = False) -> Segment:
    """Return a segment that people made by its key.

    :param lock: keep others from changing it until the transaction ends.
    :raises NotFound: there is none.
    """
    query = select(Segment).where(Segment.key == key, Segment.kind.in_(KINDS))
    if lock:
        # Whoever works out its members is not kept waiting, nor waited for.
        query = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    found = session.scalars(query).one_or_none() if drafts.KEY.fullmatch(key) else None
    if found is None:
        raise NotFound(N_("There is no segment %(key)s."), key=key[:80])
    return found


def rule_versions(session: Session, key: str) -> Sequence[RuleVersion]:
    """Return the rules that a segment had, the latest first."""
    return session.scalars(
        select(RuleVersion)
        .where(RuleVersion.segment_id == get(session, key).id)
        .order_by(RuleVersion.version.desc())
    ).all()
