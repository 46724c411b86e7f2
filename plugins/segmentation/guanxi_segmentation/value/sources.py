"""Values that other plugins know: expected future value, and where feelings show.

They come from the attribute catalogue by the keys in the settings; what nobody offers, or what
is of another type or currency, is unknown.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Numeric, case, cast, func, literal, null
from sqlalchemy.orm import Session

from guanxi.sdk import Attribute, attributes_of
from guanxi_segmentation.company import Company
from guanxi_segmentation.setting_lines import Source, parse_source

_NUMBERS = ("number", "money")
_EXACT = Numeric(18, 4)


@dataclass(frozen=True, slots=True)
class Sources:
    """What is on offer now; ``feelings`` with their ranges."""

    expected: Attribute | None
    feelings: tuple[tuple[Attribute, Source], ...]

    @property
    def attributes(self) -> tuple[Attribute, ...]:
        """All attributes, for their joins."""
        found = tuple(attribute for attribute, _ in self.feelings)
        return found if self.expected is None else (self.expected, *found)


def sources(session: Session, company: Company) -> Sources:
    """Return the attributes that the settings name and somebody offers."""
    offered = attributes_of(session)
    named = map(parse_source, company.settings["emotional_sources"])
    feelings = ((_numeric(offered, one.key, company.currency), one) for one in named)
    return Sources(
        _numeric(offered, company.settings["expected_from"], company.currency),
        tuple((attribute, one) for attribute, one in feelings if attribute is not None),
    )


def expected_sql(found: Sources) -> ColumnElement[Any]:
    """Return the expected future value, null where it is unknown."""
    if found.expected is None:
        return cast(null(), _EXACT)
    return cast(found.expected.sql(), _EXACT)


def feelings_sql(found: Sources) -> list[ColumnElement[Any]]:
    """Return each feeling on a scale from 0 to 100, null where it is unknown."""
    return [_scaled(cast(attribute.sql(), Numeric), one) for attribute, one in found.feelings]


def joins(attributes: Iterable[Attribute]) -> list[tuple[Any, Any]]:
    """Return the tables that attributes stand in, each once, with how it is joined."""
    found: dict[int, tuple[Any, Any]] = {}
    for attribute in attributes:
        if attribute.join is not None:
            found.setdefault(id(attribute.join), (attribute.join, attribute.on))
    return list(found.values())


def _scaled(value: ColumnElement[Any], source: Source) -> ColumnElement[Any]:
    share = (value - source.least) * 100 / (source.greatest - source.least)
    kept = func.greatest(literal(Decimal(0)), func.least(literal(Decimal(100)), share))
    return case((value.is_(None), None), else_=kept)


def _numeric(offered: Mapping[str, Attribute], key: str, currency: str) -> Attribute | None:
    found = offered.get(key)
    if found is None or found.type not in _NUMBERS:
        return None
    return None if found.type == "money" and found.unit not in (None, currency) else found
