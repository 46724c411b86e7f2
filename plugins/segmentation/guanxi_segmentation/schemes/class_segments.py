"""The hidden segments behind classes that rules decide: one for each class but the default."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi_segmentation.membership.hidden import drop_hidden, put_hidden, settle_held
from guanxi_segmentation.models import Scheme, SchemeClass, Segment

PREFIX = "class_"


def segment_key(scheme: str, member: str) -> str:
    """Return the key of the hidden segment of a class; keys of neither have two underscores."""
    return f"{PREFIX}{scheme}__{member}"


def put_segments(
    session: Session, scheme: Scheme, classes: Sequence[SchemeClass], *, now: datetime
) -> None:
    """Make the hidden segments those of the classes; whoever calls it asks for a rebuild.

    The caller holds ``locking.edit_definitions``.
    """
    wanted = {}
    for one in classes:
        if one.rule is not None and scheme.state == "active":
            key = segment_key(scheme.key, one.key)
            wanted[key] = put_hidden(
                session, key, "class", one.rule, titles=(one.title_en, one.title_zh), now=now
            )
    present = session.scalars(
        select(Segment.key).where(
            Segment.kind == "class", Segment.key.startswith(segment_key(scheme.key, ""))
        )
    ).all()
    drop_hidden(session, set(present) - wanted.keys(), now=now)
    settle_held(session, now=now)
