"""What can be wrong with a touchpoint, and what PostgreSQL's own refusals mean in words."""

from typing import NoReturn
from uuid import UUID

from psycopg.errors import ForeignKeyViolation
from sqlalchemy.exc import IntegrityError

from guanxi.errors import Conflict, Invalid, NotFound
from guanxi.i18n import lazy_


class InvalidField(Invalid):
    """One field of a touchpoint, a line or a plan that cannot stay as it is."""

    code = "invalid_touchpoint"

    def __init__(self, message: str, *, field: str, **params: object) -> None:
        super().__init__(message, fields={field: [lazy_(message, **params)]}, **params)


class DifferentTouchpoint(Conflict):
    """The source already used this external id for something else.

    ``touchpoint_id`` is the one that exists, ``fields`` names what differs.
    """

    code = "different_touchpoint"

    def __init__(self, touchpoint_id: UUID, fields: tuple[str, ...], *, external_id: str) -> None:
        super().__init__(
            "The external id %(external_id)s is already recorded with other contents "
            "(%(fields)s). Amend that touchpoint instead of recording it again.",
            external_id=external_id,
            fields=", ".join(fields),
        )
        self.touchpoint_id = touchpoint_id
        self.fields = fields


class NoSuchTouchpoint(NotFound):
    """No touchpoint with that id that the person may see."""

    code = "no_such_touchpoint"


class AlreadyVoided(Conflict):
    """A voided touchpoint cannot be changed any more."""

    code = "already_voided"


def no_such_touchpoint() -> NoSuchTouchpoint:
    """Return the error for an id that leads nowhere."""
    return NoSuchTouchpoint("There is no such touchpoint, or you may not see it.")


def no_such_customer() -> InvalidField:
    """Return the error for a customer that does not exist, was erased, or is out of sight."""
    return InvalidField(
        "There is no such customer, or you may not see it. Check the customer id.",
        field="customer_id",
    )


def unknown_channel(key: str) -> InvalidField:
    """Return the error for a channel that is not on the list."""
    return InvalidField(
        "The channel %(key)s is unknown. Choose one of the list, or ask an admin to add it.",
        field="channel",
        key=key,
    )


def unknown_kind(key: str) -> InvalidField:
    """Return the error for a kind that is not on the list."""
    return InvalidField(
        "The kind of touchpoint %(key)s is unknown. Choose one of the list, "
        "or ask an admin to add it.",
        field="kind",
        key=key,
    )


def unknown_outcome(key: str) -> InvalidField:
    """Return the error for an outcome that is not on the list."""
    return InvalidField(
        "The outcome %(key)s is unknown. Choose one of the list, or ask an admin to add it.",
        field="outcome",
        key=key,
    )


def unknown_staff() -> InvalidField:
    """Return the error for a staff member who does not exist."""
    return InvalidField("There is no such staff member. Check the id.", field="staff_id")


def explain(error: IntegrityError) -> NoReturn:
    """Turn a foreign key that PostgreSQL refused into a sentence about the field.

    :raises InvalidField: the reference that leads nowhere.
    :raises IntegrityError: it was something else, a defect of ours.
    """
    if isinstance(error.orig, ForeignKeyViolation):
        broken = error.orig.diag.constraint_name or ""
        if broken.endswith("_channels"):
            raise InvalidField(
                "This channel is unknown. Choose one of the list, or ask an admin to add it.",
                field="channel",
            ) from error
        if broken.endswith("_users"):
            raise unknown_staff() from error
    raise error
