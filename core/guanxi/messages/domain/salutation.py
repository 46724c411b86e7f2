"""The values of merge fields for one customer."""

from collections.abc import Mapping
from typing import Any, Final

from guanxi.customers.domain.writing import is_unspaced
from guanxi.customers.models import Customer

FORM_OF_ADDRESS: Final = "form_of_address"
"""The key of the custom field (称谓) that an admin may add."""


def values_for(
    customer: Customer, settings: Mapping[str, Any], *, sender_name: str, unsubscribe_link: str
) -> dict[str, str]:
    """Return every merge field's value; empty where it is not known."""
    return {
        "customer.name": _one_line(customer.display_name),
        "customer.given_name": _one_line(customer.given_name),
        "customer.family_name": _one_line(customer.family_name),
        "customer.salutation": salutation(customer),
        "company": _one_line(settings.get("company")),
        "sender.name": _one_line(sender_name),
        "unsubscribe_link": unsubscribe_link,
    }


def salutation(customer: Customer) -> str:
    """Return how a customer is addressed (称呼): ``Dear Ada Lovelace``, ``尊敬的王小明``.

    A custom field ``form_of_address`` says it exactly (``王总``, ``Prof. Ada Lovelace``). Without
    a word on gender: titles are not guessed.
    """
    chosen = customer.custom.get(FORM_OF_ADDRESS)
    if isinstance(chosen, str) and chosen.strip():
        chinese = (customer.language or "").startswith("zh") or is_unspaced(chosen.strip()[-1])
        return f"尊敬的{_one_line(chosen)}" if chinese else f"Dear {_one_line(chosen)}"
    name = _one_line(customer.display_name)
    if not name:
        return ""
    chinese = (customer.language or "").startswith("zh") or is_unspaced(name[-1])
    return f"尊敬的{name}" if chinese else f"Dear {name}"


def _one_line(value: str | None) -> str:
    return " ".join((value or "").split())
