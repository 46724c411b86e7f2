"""What can be wrong with comments and tasks."""

from guanxi.errors import Invalid, NotFound, Refused
from guanxi.i18n import lazy_


class InvalidWork(Invalid):
    """One field of a comment or task that cannot stay as it is."""

    code = "invalid_work"

    def __init__(self, message: str, *, field: str, **params: object) -> None:
        super().__init__(message, fields={field: [lazy_(message, **params)]}, **params)


class NoSuchTask(NotFound):
    """No task with that id that the person may see."""

    code = "no_such_task"

    def __init__(self) -> None:
        super().__init__("There is no such task, or you may not see it.")


class NoSuchComment(NotFound):
    """No comment with that id that the person may see."""

    code = "no_such_comment"

    def __init__(self) -> None:
        super().__init__("There is no such comment, or you may not see it.")


class OutOfSight(Refused):
    """The colleague may not see the customer."""

    code = "out_of_sight"

    def __init__(self, name: str) -> None:
        super().__init__(
            "%(name)s may not see this customer. Choose somebody else, or ask an admin.", name=name
        )
