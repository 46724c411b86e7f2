"""Where customers stand already: open memberships, and what they last agreed to."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import (
    Integer,
    Select,
    Subquery,
    Text,
    and_,
    column,
    func,
    literal,
    or_,
    select,
    values,
)
from sqlalchemy.dialects.postgresql import distinct_on

from guanxi.sdk import Consent
from guanxi_segmentation.models import Membership, Pin, Segment
from guanxi_segmentation.rules.binding import Bound, Since
from guanxi_segmentation.rules.evaluating import ANY_CHANNEL
from guanxi_segmentation.rules.moments import Moment
from guanxi_segmentation.rules.sql.values import Ids, instant, is_customer, one_of, text
from guanxi_segmentation.rules.tree import ConsentIs, InSegment

_M: Any = Membership.__table__
_S: Any = Segment.__table__
_P: Any = Pin.__table__
_C: Any = Consent.__table__


def segments_of(leaves: Iterable[Bound]) -> tuple[str, ...]:
    """Return the keys of the segments that conditions ask about, hidden ones too."""
    keys = {leaf.key for leaf in leaves if isinstance(leaf, (InSegment, Since))}
    return tuple(sorted(keys))


def open_memberships(keys: Sequence[str], ids: Ids) -> Select[Any]:
    """Select customer, segment and since when, of open memberships of some segments."""
    query = (
        select(_M.c.customer_id, _S.c.key, _M.c.entered_at)
        .join_from(_M, _S, _S.c.id == _M.c.segment_id)
        .where(_M.c.left_at.is_(None), one_of(_S.c.key, keys))
    )
    return query if ids is None else query.where(is_customer(_M.c.customer_id, ids))


def memberships(keys: Sequence[str], ids: Ids) -> Subquery:
    """Return one row per customer: since when in each segment (``m0``...), NULL if not in it."""
    rows = open_memberships(keys, ids).subquery("stays")
    since = [
        func.min(rows.c.entered_at).filter(rows.c.key == text(key)).label(f"m{i}")
        for i, key in enumerate(keys)
    ]
    return select(rows.c.customer_id, *since).group_by(rows.c.customer_id).subquery("member")


def pins(keys: Sequence[str], ids: Ids) -> Subquery:
    """Return one row per customer: what was decided by hand (``p0``...), NULL if nothing."""
    said = [
        func.bool_or(_P.c.included).filter(_S.c.key == text(key)).label(f"p{i}")
        for i, key in enumerate(keys)
    ]
    query = select(_P.c.customer_id, *said).join_from(_P, _S, _S.c.id == _P.c.segment_id)
    query = query.where(one_of(_S.c.key, keys))
    if ids is not None:
        query = query.where(is_customer(_P.c.customer_id, ids))
    return query.group_by(_P.c.customer_id).subquery("pinned")


Asked = tuple[tuple[str, str], ...]
"""Different pairs of a channel and a purpose."""


def consents_of(leaves: Iterable[Bound]) -> Asked:
    """Return the consents that conditions ask about."""
    pairs = {(leaf.channel, leaf.purpose) for leaf in leaves if isinstance(leaf, ConsentIs)}
    return tuple(sorted(pairs))


def decisions(asked: Asked, moment: Moment, ids: Ids) -> Subquery:
    """Return one row per customer: the latest decision for each pair (``c0``...), NULL if none."""
    pair = values(
        column("number", Integer), column("channel", Text), column("purpose", Text), name="asked"
    ).data([(i, channel, purpose) for i, (channel, purpose) in enumerate(asked)])
    on = and_(
        _C.c.purpose == pair.c.purpose,
        or_(_C.c.channel == pair.c.channel, _C.c.channel == text(ANY_CHANNEL)),
    )
    latest = (
        select(_C.c.customer_id, pair.c.number, _C.c.given)
        .join_from(_C, pair, on)
        .where(_C.c.at < instant(moment.as_of))
        .ext(distinct_on(_C.c.customer_id, pair.c.number))
        .order_by(_C.c.customer_id, pair.c.number, _C.c.at.desc(), _C.c.id.desc())
    )
    if ids is not None:
        latest = latest.where(is_customer(_C.c.customer_id, ids))
    rows = latest.subquery("latest")
    given = [
        func.bool_or(rows.c.given).filter(rows.c.number == literal(i, Integer)).label(f"c{i}")
        for i in range(len(asked))
    ]
    return select(rows.c.customer_id, *given).group_by(rows.c.customer_id).subquery("consent")


def coming_decisions(moment: Moment, ids: Ids) -> Subquery:
    """Return when each customer's next decision that is dated in the future counts."""
    query = select(_C.c.customer_id, func.min(_C.c.at).label("at"))
    query = query.where(_C.c.at >= instant(moment.as_of))
    if ids is not None:
        query = query.where(is_customer(_C.c.customer_id, ids))
    return query.group_by(_C.c.customer_id).subquery("deciding")
