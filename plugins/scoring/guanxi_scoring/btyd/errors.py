"""What the library refuses, each with a sentence that says what is wrong and what to do.

The sentences are English with ``%(name)s`` places; whoever shows them translates ``message`` and
fills in ``values``.
"""

from typing import Any


def N_(text: str) -> str:  # noqa: N802 -- the name that gettext tools know
    """Mark ``text`` as a msgid."""
    return text


class BtydError(ValueError):
    """Base of the library's errors.

    :param message: a msgid with ``values`` for its places.
    """

    def __init__(self, message: str, **values: Any) -> None:
        super().__init__(message % values if values else message)
        self.message = message
        self.values = values


class BadHistory(BtydError):
    """The figures of a customer cannot be: negative, not a number, bought after the end."""


class CannotFit(BtydError):
    """From these histories nothing can be learnt, however long one computes."""


class NotFitted(BtydError):
    """A model was asked before it had parameters."""

    def __init__(self) -> None:
        super().__init__(N_("This model has no parameters yet. Call fit or from_params first."))
