"""Identities as people and programs send them, in the one form in which they are unique."""

from guanxi.customers.domain.faults import InvalidCustomer
from guanxi.customers.domain.identities import (
    Identity,
    IdentityKind,
    normalise_email,
    normalise_external,
    normalise_phone,
    normalise_social,
)


def read_identity(kind: str, text: str, *, source: str = "", region: str = "CN") -> Identity:
    """Return the identity for what somebody wrote.

    :param source: the foreign system or platform; not for e-mail and phone.
    :param region: whose phone numbers have no country code (ISO 3166-1 alpha-2).
    :raises InvalidCustomer: an unknown kind.
    :raises InvalidIdentity: text that is no identity of that kind.
    """
    match kind:
        case IdentityKind.EMAIL:
            return normalise_email(text)
        case IdentityKind.PHONE:
            return normalise_phone(text, region)
        case IdentityKind.EXTERNAL:
            return normalise_external(source, text)
        case IdentityKind.SOCIAL:
            return normalise_social(source, text)
    raise InvalidCustomer(
        "An identity is of the kind email, phone, external or social.", field="kind"
    )
