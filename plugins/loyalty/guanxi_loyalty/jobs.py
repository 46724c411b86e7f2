"""Work in the background: what happens by time alone, and the nightly check of the ledger."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from guanxi.sdk import Job, Text
from guanxi_loyalty import checking
from guanxi_loyalty.ledger.accounts import lock
from guanxi_loyalty.ledger.settling import due_accounts, settle
from guanxi_loyalty.ledger.units import units_of

AT_ONCE: Final = 2000
"""How many accounts of a unit one run looks at; the next run, a minute later, goes on."""
BATCH: Final = 200


def settle_due(session: Session, now: datetime) -> dict[str, Any]:
    """Let units become spendable or run out, and holds end, where nobody touched the account."""
    done = 0
    for unit in units_of(session):
        waiting = due_accounts(session, unit.id, now, AT_ONCE)
        for start in range(0, len(waiting), BATCH):
            for account in lock(session, unit, waiting[start : start + BATCH]).values():
                settle(session, unit, account, now)
                done += 1
    return {"accounts": done}


def check(session: Session, now: datetime) -> dict[str, Any]:
    """Recompute ledgers, gift cards and tiers; what does not fit stops, and raises an alarm."""
    found = checking.check(session, now=now, by="check")
    return {"mismatches": {one.name: [it.what for it in one.mismatches] for one in found}}


JOBS: Final = (
    Job("settle", Text("Points that begin and run out", "积分生效与过期"), settle_due, "* * * * *"),
    Job("check", Text("Check of the ledger", "账本核对"), check, "35 2 * * *"),
)
