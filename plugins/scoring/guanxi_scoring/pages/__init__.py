"""Web pages of scoring; each module adds its routes to the one blueprint."""

from guanxi_scoring.pages import (
    churn,
    churn_costs,
    churn_files,
    customer,
    mining,
    models,
    models_acting,
    models_form,
    products,
    products_customer,
    propensity,
    propensity_form,
)
from guanxi_scoring.pages.blueprint import pages

__all__ = [
    "churn",
    "churn_costs",
    "churn_files",
    "customer",
    "mining",
    "models",
    "models_acting",
    "models_form",
    "pages",
    "products",
    "products_customer",
    "propensity",
    "propensity_form",
]
