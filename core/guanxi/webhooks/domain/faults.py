"""What can be wrong with an endpoint or a delivery."""

from guanxi.errors import Invalid, NotFound
from guanxi.i18n import lazy_


class InvalidEndpoint(Invalid):
    """One field of an endpoint that cannot stay as it is."""

    code = "invalid_webhook"

    def __init__(self, message: str, *, field: str, **params: object) -> None:
        super().__init__(message, fields={field: [lazy_(message, **params)]}, **params)


class NoSuchEndpoint(NotFound):
    """No endpoint with that id."""

    code = "no_such_webhook"

    def __init__(self) -> None:
        super().__init__("There is no such webhook.")


class NoSuchDelivery(NotFound):
    """No delivery with that number to that endpoint."""

    code = "no_such_delivery"

    def __init__(self) -> None:
        super().__init__("There is no such delivery; the log keeps them for a month.")
