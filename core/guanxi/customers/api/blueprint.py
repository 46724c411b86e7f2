"""The blueprint of all operations on customers, and how they answer."""

from collections.abc import Collection
from typing import Final

from flask import Response

from guanxi.customers.domain.custom_values import sensitive_keys
from guanxi.customers.domain.lookup import identities_of
from guanxi.customers.models import Customer
from guanxi.customers.schemas.shown import shown_whole
from guanxi.http import current
from guanxi.http.answers import answer
from guanxi.http.routes import Api

__all__ = [
    "EDIT",
    "MANAGE",
    "MERGE",
    "SENSITIVE",
    "VIEW",
    "answer",
    "answer_customer",
    "api",
    "hidden_fields",
    "phone_region",
]

VIEW: Final = "customers.view"
EDIT: Final = "customers.edit"
MERGE: Final = "customers.merge"
SENSITIVE: Final = "customers.sensitive"
MANAGE: Final = "settings.manage"

api = Api(
    "customers",
    __name__,
    url_prefix="/api/v1",
    description="Persons and organisations, how they are reached, what they agreed to",
)


def answer_customer(customer: Customer) -> Response:
    """Return a customer as it stands in the request's transaction."""
    session = current.tx()
    session.flush()
    identities = identities_of(session, [customer.id])[customer.id]
    body = shown_whole(customer, identities, hidden_fields(customer.custom))
    return answer(body, version=customer.version)


def hidden_fields(*custom: Collection[str]) -> Collection[str]:
    """Return the custom fields that whoever asks may not see, of those filled in ``custom``."""
    if not any(custom) or current.principal().may(SENSITIVE):
        return ()
    return sensitive_keys(current.session())


def phone_region() -> str:
    """Return whose phone numbers have no country code here (ISO 3166-1 alpha-2)."""
    region: str = current.platform().settings.get("core")["phone_region"]
    return region
