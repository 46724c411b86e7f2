"""The REST API of customers; the operations lie in the modules beside this one."""

from guanxi.customers.api import (
    attributes,
    bulk,
    consents,
    custom_fields,
    customers,
    duplicates,
    identities,
    memberships,
    merging,
    selection,
    status,
    tags,
)
from guanxi.customers.api.blueprint import api

__all__ = [
    "api",
    "attributes",
    "bulk",
    "consents",
    "custom_fields",
    "customers",
    "duplicates",
    "identities",
    "memberships",
    "merging",
    "selection",
    "status",
    "tags",
]
