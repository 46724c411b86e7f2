"""The REST API of scoring; each module adds its operations to the one blueprint."""

from guanxi_scoring.api import (
    churn,
    insight,
    mining,
    models,
    products,
    propensity,
    reasons,
    risk,
    risk_cards,
    scores,
)
from guanxi_scoring.api.blueprint import api

__all__ = [
    "api",
    "churn",
    "insight",
    "mining",
    "models",
    "products",
    "propensity",
    "reasons",
    "risk",
    "risk_cards",
    "scores",
]
