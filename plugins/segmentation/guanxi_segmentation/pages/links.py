"""Addresses of the core's list of customers, filtered by attributes of ours."""

from typing import Any

from flask import url_for

from guanxi.sdk import current

SEES_CUSTOMERS = "customers.view"


def customers_with(**conditions: Any) -> str | None:
    """Return the list of customers with ``segmentation.NAME__OPERATOR=value`` for each condition.

    None where whoever asks may not see customers, so that nothing leads to a closed door.
    """
    if not current.principal().may(SEES_CUSTOMERS):
        return None
    named = {f"segmentation.{name}": value for name, value in conditions.items()}
    return url_for("customers.list_customers", **named)


def customer_url(customer_id: Any) -> str:
    """Return the address of a customer's page."""
    return url_for("customers.show", customer_id=customer_id)
