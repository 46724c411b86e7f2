"""Anomalies as pages show them: figure, week, value and what was ordinary, in words."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from guanxi_scoring.company import company
from guanxi_scoring.explaining.wording import money, number
from guanxi_scoring.insight.figures import FIGURES
from guanxi_scoring.models import Anomaly
from guanxi_scoring.texts import _


def shown_anomalies(session: Session, found: Iterable[Anomaly]) -> list[dict[str, Any]]:
    """Return anomalies for a table."""
    currency = company(session).currency
    return [shown_anomaly(one, currency) for one in found]


def shown_anomaly(one: Anomaly, currency: str) -> dict[str, Any]:
    """Return one anomaly for a page."""
    figure = FIGURES[one.figure]
    return {
        "one": one,
        "figure": str(figure.title),
        "value": written(one.value, figure.unit, currency),
        "expected": written(one.expected, figure.unit, currency),
        "low": written(one.low, figure.unit, currency),
        "high": written(one.high, figure.unit, currency),
        "less": one.score < 0,
        "state": state_words()[one.state],
        "url": url_for("scoring.anomaly", figure=one.figure, week_on=one.week_on.isoformat()),
    }


def state_words() -> dict[str, tuple[str, str]]:
    """Return what states are called, with their tones."""
    return {
        "new": (_("New"), "warning"),
        "explained": (_("Explained"), "success"),
        "dismissed": (_("Dismissed"), "neutral"),
    }


def written(value: Decimal, unit: str, currency: str) -> str:
    """Write a figure's value: an amount, or a whole number."""
    return money(value, currency) if unit == "money" else number(round(value))
