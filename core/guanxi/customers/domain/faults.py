"""What can be wrong with a customer, one class per kind, each with what to do next."""

from uuid import UUID

from guanxi.customers.domain.identities import Identity
from guanxi.errors import Conflict, Invalid, NotFound
from guanxi.i18n import lazy_


class InvalidCustomer(Invalid):
    """One field of a customer that cannot stay as it is."""

    code = "invalid_customer"

    def __init__(self, message: str, *, field: str, **params: object) -> None:
        super().__init__(message, fields={field: [lazy_(message, **params)]}, **params)
        self.field = field


class NoSuchCustomer(NotFound):
    """No customer with that id that the person may see."""

    code = "no_such_customer"

    def __init__(self) -> None:
        super().__init__("There is no such customer, or you may not see it.")


class IdentityTaken(Conflict):
    """Another customer has this identity. ``customer_id`` is None where it is out of sight."""

    code = "identity_taken"

    def __init__(self, identity: Identity, customer_id: UUID | None) -> None:
        if customer_id is None:
            message = "%(value)s belongs to another customer already, whom you may not see."
        else:
            message = (
                "%(value)s belongs to another customer already (%(customer_id)s). "
                "Change that one, or merge the two."
            )
        super().__init__(message, value=identity.display, customer_id=customer_id)
        self.identity = identity
        self.customer_id = customer_id


class ChangedMeanwhile(Conflict):
    """The customer was merged, erased or otherwise changed so that this no longer applies."""

    code = "changed_meanwhile"


def no_such_owner() -> InvalidCustomer:
    """Return the error for an owner who does not exist."""
    return InvalidCustomer(
        "There is no such user. Choose an owner from the list.", field="owner_id"
    )
