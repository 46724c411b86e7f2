"""The exceptions a person may see, one class per kind.

``http/problems.py`` turns them into problem+json or a page and ``cli.py`` into one line;
nothing else formats errors. Each carries a sentence that says what to do next.
"""

from collections.abc import Mapping
from typing import Any


class GuanxiError(Exception):
    """Base of every error with a message for a person.

    ``message`` is an English msgid, ``params`` its named values; translation happens where
    the error is shown, because a domain function does not know who reads it.
    """

    status = 500
    code = "error"

    def __init__(self, message: str, **params: object) -> None:
        super().__init__(message)
        self.message = message
        self.params: Mapping[str, object] = params

    def __str__(self) -> str:
        return self.message % self.params if self.params else self.message


class Invalid(GuanxiError):
    """Input that does not fit its description; ``fields`` names the culprits."""

    status = 422
    code = "invalid"

    def __init__(
        self, message: str, *, fields: Mapping[str, Any] | None = None, **params: object
    ) -> None:
        super().__init__(message, **params)
        self.fields: Mapping[str, Any] = fields or {}


class NotFound(GuanxiError):
    """Nothing with that id that the asking person may see."""

    status = 404
    code = "not_found"


class Conflict(GuanxiError):
    """The thing changed meanwhile, or the new one collides with another."""

    status = 409
    code = "conflict"


class Refused(GuanxiError):
    """A rule or a plugin's ``check_*`` hook said no, with its reason."""

    status = 422
    code = "refused"


class Forbidden(GuanxiError):
    """Signed in, but without the permission."""

    status = 403
    code = "forbidden"


class SecondFactorNeeded(Forbidden):
    """The admin asks everybody for a second factor, and this person has none yet."""

    code = "second_factor_needed"

    def __init__(self) -> None:
        super().__init__("Set up the second factor first; the admin asks everybody for it.")


class Unauthenticated(GuanxiError):
    """Nobody is signed in, or the token is unknown or has expired."""

    status = 401
    code = "unauthenticated"


class PreconditionFailed(GuanxiError):
    """The ``If-Match`` version is not the current one."""

    status = 412
    code = "precondition_failed"


class TooManyRequests(GuanxiError):
    """Throttled; ``retry_after`` is in seconds."""

    status = 429
    code = "too_many_requests"

    def __init__(self, message: str, *, retry_after: int, **params: object) -> None:
        super().__init__(message, **params)
        self.retry_after = retry_after


class Unavailable(GuanxiError):
    """A part that is needed does not answer now (database, mail server)."""

    status = 503
    code = "unavailable"


class ConfigError(GuanxiError):
    """The configuration cannot be used; the sentence names the key."""

    code = "config"
