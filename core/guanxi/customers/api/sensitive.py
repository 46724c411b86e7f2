"""Sensitive custom fields are written only by who may see them."""

from collections.abc import Collection

from guanxi.customers.api.blueprint import SENSITIVE
from guanxi.customers.domain.custom_values import sensitive_keys
from guanxi.http import current


def require_writable(custom: Collection[str] | None) -> None:
    """Refuse values of custom fields that whoever asks may not see.

    :raises Forbidden: it names the permission.
    """
    principal = current.principal()
    if custom and not principal.may(SENSITIVE) and sensitive_keys(current.session()) & set(custom):
        principal.require(SENSITIVE)
