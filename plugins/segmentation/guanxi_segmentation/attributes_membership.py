"""The attribute ``segmentation.segments``: which segments a customer is in (所属细分)."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from guanxi.sdk import Attribute, Customer, Text
from guanxi_segmentation.membership import segments
from guanxi_segmentation.models import State


def membership_attributes(session: Session) -> Iterable[Attribute]:
    """Return the attribute, with the segments that people made as its choices."""
    state = State.__table__
    yield Attribute(
        "segmentation.segments",
        Text("Segments", "所属细分"),
        "choices",
        lambda: state.c.segments,
        join=state,
        on=state.c.customer_id == Customer.id,
        choices=tuple(
            (one.key, Text(one.title_en, one.title_zh)) for one in segments.listed(session)
        ),
        permission="segmentation.view",
    )
