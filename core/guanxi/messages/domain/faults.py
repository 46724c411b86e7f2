"""What can be wrong with a message that somebody wants to send."""

from uuid import UUID

from guanxi.errors import Conflict, Invalid, NotFound
from guanxi.i18n import lazy_


class InvalidMessage(Invalid):
    """One field of a message or template that cannot stay as it is."""

    code = "invalid_message"

    def __init__(self, message: str, *, field: str, **params: object) -> None:
        super().__init__(message, fields={field: [lazy_(message, **params)]}, **params)
        self.field = field


class DifferentMessage(Conflict):
    """The idempotency key stands for another message."""

    code = "different_message"

    def __init__(self, message_id: UUID) -> None:
        super().__init__(
            "This idempotency key was used for another message (%(message_id)s). Use a new one.",
            message_id=message_id,
        )
        self.message_id = message_id


class NoSuchMessage(NotFound):
    """No message with that id to a customer that the person may see."""

    code = "no_such_message"

    def __init__(self) -> None:
        super().__init__("There is no such message, or you may not see it.")
