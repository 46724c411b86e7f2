"""Programmes paused and resumed by people; one that does not fit its ledger stays read-only."""

from datetime import datetime

from sqlalchemy.orm import Session

from guanxi.sdk import Conflict, Invalid
from guanxi_loyalty import checking
from guanxi_loyalty.models import Programme
from guanxi_loyalty.programmes import set_state
from guanxi_loyalty.texts import N_

STATES = ("active", "paused")


def turn(
    session: Session,
    programme: Programme,
    state: str,
    reason: str | None = None,
    *,
    now: datetime,
    by: str,
    expected_version: int | None = None,
) -> None:
    """Pause a programme (``paused``), or let it take commands again (``active``).

    :raises Conflict: it is read-only, and what was found wrong still is.
    :raises Invalid: another state.
    :raises PreconditionFailed: somebody changed it since ``expected_version``.
    """
    if state not in STATES:
        raise Invalid(N_("A programme is paused or resumed."), fields={"state": []})
    if state == "active" and programme.state == "read_only":
        found = checking.inspect(session, now=now, only=programme.key)
        if any(one.mismatches for one in found):
            raise Conflict(N_("It still does not fit. Check it, and see what was found."))
    set_state(session, programme, state, reason, now=now, by=by, expected_version=expected_version)
