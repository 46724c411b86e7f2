"""Summaries as plain values, for comparisons with ``==``."""

import math
from typing import Any
from uuid import UUID

from guanxi_scoring.features.summarising import Summary


def told(summary: Summary) -> dict[UUID, dict[str, Any]]:
    """Return the figures of each customer as Python has them; None where there is no number."""
    names = [name for name in summary.columns if name != "customer_id"]
    rows = zip(*(summary.columns[name].tolist() for name in names), strict=True)
    return {
        one: {name: _plain(value) for name, value in zip(names, row, strict=True)}
        for one, row in zip(summary.customer_ids, rows, strict=True)
    }


def _plain(value: Any) -> Any:
    return None if isinstance(value, float) and math.isnan(value) else value
