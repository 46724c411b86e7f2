"""Work in the background: what happens by time alone, and the nightly check of the ledger."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy.orm import Session

from guanxi.sdk import Job, Text, run_job
from guanxi_loyalty import checking
from guanxi_loyalty.ledger.accounts import lock
from guanxi_loyalty.ledger.expiring import expire_many
from guanxi_loyalty.ledger.settling import lock_due, settle, still_due
from guanxi_loyalty.ledger.units import UnitFacts, units_of

AT_ONCE: Final = 5000
"""How many accounts of a unit one run settles, in one transaction; another run goes on."""
ONE_BY_ONE: Final = 1000
"""As many at most to whom more is due than that units run out."""


def settle_due(session: Session, now: datetime) -> dict[str, Any]:
    """Let units become spendable or run out, and holds end, where nobody touched the account."""
    done, more = 0, False
    for unit in sorted(units_of(session), key=lambda one: one.id):
        waiting = lock_due(session, unit.id, now, AT_ONCE)
        if waiting:
            settled = _settle(session, unit, waiting, now)
            more |= settled < len(waiting) or len(waiting) == AT_ONCE
            done += settled
    if more:
        run_job(session, "loyalty", "settle")
    return {"accounts": done}


def _settle(session: Session, unit: UnitFacts, accounts: Sequence[UUID], now: datetime) -> int:
    """Settle locked accounts; return how many are."""
    done = expire_many(session, unit, accounts, now, now=now)
    if done == len(accounts):
        return done
    others = still_due(session, accounts, now)[:ONE_BY_ONE]
    for account in lock(session, unit, others).values():
        settle(session, unit, account, now)
    return done + len(others)


def check(session: Session, now: datetime) -> dict[str, Any]:
    """Recompute ledgers, gift cards and tiers; what does not fit stops, and raises an alarm."""
    found = checking.check(session, now=now, by="check")
    return {"mismatches": {one.name: [it.what for it in one.mismatches] for one in found}}


JOBS: Final = (
    Job("settle", Text("Points that begin and run out", "积分生效与过期"), settle_due, "* * * * *"),
    Job("check", Text("Check of the ledger", "账本核对"), check, "35 2 * * *"),
)
