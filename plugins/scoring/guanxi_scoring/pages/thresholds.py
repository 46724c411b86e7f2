"""Thresholds of the settings as a customer's pages tell them: which are met, since when."""

from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi.sdk import Attribute, attributes_of
from guanxi_scoring.explaining import wording
from guanxi_scoring.life.threshold_lines import parse_threshold
from guanxi_scoring.models import ThresholdSide
from guanxi_scoring.sight import may


def sides_of(session: Session, customer_id: UUID) -> list[dict[str, Any]]:
    """Return the thresholds that are watched, with the side on which the customer is."""
    query = select(ThresholdSide).where(ThresholdSide.customer_id == customer_id)
    offered = attributes_of(session)
    rows = session.scalars(query.order_by(ThresholdSide.since.desc(), ThresholdSide.threshold))
    return [
        {"words": words, "is_met": one.is_met, "since": one.since}
        for one in rows
        if (words := threshold_in_words(one.threshold, offered))
    ]


def threshold_in_words(line: str, offered: Any) -> str:
    """Return a threshold in words; empty where whoever looks may not see what it is about."""
    threshold = parse_threshold(line)
    attribute: Attribute | None = offered.get(threshold.key)
    if attribute is None or (attribute.permission and not may(attribute.permission)):
        return ""
    sign = _SIGNS.get(threshold.sign, threshold.sign)
    return f"{attribute.title} {sign} {_value(threshold.limit, attribute)}"


_SIGNS: Final = {"<=": "≤", ">=": "≥"}


def _value(value: Any, attribute: Attribute) -> str:
    if attribute.type == "money" and attribute.unit:
        return wording.money(value, attribute.unit)
    return wording.number(value)
