"""What scoring tells of each customer, in the catalogue; each part brings its own attributes."""

from collections.abc import Iterable
from typing import Final

from guanxi.sdk import Attribute, AttributeSource
from guanxi_scoring.churn.attributes import churn_attributes
from guanxi_scoring.insight.attributes import potential_attributes
from guanxi_scoring.lifetime.attributes import chance_attributes, money_attributes
from guanxi_scoring.products.attributes import product_attributes
from guanxi_scoring.propensity.attributes import propensity_attributes
from guanxi_scoring.risk.attributes import risk_attributes


def _fixed() -> Iterable[Attribute]:
    """Return what there is whatever is stored; a part adds its own."""
    yield from chance_attributes()
    yield from churn_attributes()
    yield from product_attributes()
    yield from risk_attributes()


SOURCES: Final[tuple[AttributeSource, ...]] = (
    AttributeSource(money_attributes),
    AttributeSource(propensity_attributes),
    AttributeSource(potential_attributes),
)
"""What depends on the company's currency, or on what was made; a part adds its own."""


def attributes() -> list[Attribute | AttributeSource]:
    """Return all that scoring offers."""
    return [*_fixed(), *SOURCES]
