"""Two admins at one thing: who saw an older version is told, and changes nothing."""

from typing import Any

from sqlalchemy.orm import Session

from guanxi.sdk import PreconditionFailed
from guanxi_loyalty.texts import N_


def lock_version(session: Session, row: Any, expected: int | None) -> None:
    """Lock a row that has a ``version``, and read it anew.

    :param expected: the version that the person saw; None: whatever it is.
    :raises PreconditionFailed: somebody changed it since.
    """
    session.refresh(row, with_for_update=True)
    require_version(row.version, expected)


def require_version(version: int, expected: int | None) -> None:
    """Refuse a change by who saw another version.

    :raises PreconditionFailed: somebody changed it since.
    """
    if expected is not None and version != expected:
        raise PreconditionFailed(
            N_("Somebody changed this since you read it. Read it again and repeat your change.")
        )
