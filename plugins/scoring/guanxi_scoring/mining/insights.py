"""Insights (洞察): hypotheses that mining puts forward, and what people decide about them.

The same finding next week is the same insight, seen again. Rejected ones stay rejected for good,
whatever is found later; whatever is not seen again in time expires.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from guanxi.sdk import Invalid, NotFound, PreconditionFailed, append, customers, new_id, record
from guanxi_scoring.mining.events import InsightDecided
from guanxi_scoring.mining.finding import Finding
from guanxi_scoring.models import Insight
from guanxi_scoring.texts import N_

KINDS: Final = ("association", "trait", "sequence", "cluster")
STATES: Final = ("new", "confirmed", "rejected", "expired")
DECISIONS: Final = ("confirmed", "rejected")
_LONGEST: Final = 500


@dataclass(frozen=True, slots=True)
class Decider:
    """Who decides: a person of the staff, or a program that has no id."""

    name: str
    user_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """How many insights there are by state."""

    by_state: Mapping[str, int]

    @property
    def share_confirmed(self) -> float | None:
        """Of those decided about, how many were confirmed; None: nobody decided yet."""
        decided = sum(self.by_state.get(one, 0) for one in DECISIONS)
        return self.by_state.get("confirmed", 0) / decided if decided else None


def put_forward(
    session: Session, findings: Iterable[Finding], *, as_of: datetime, now: datetime, days: int
) -> dict[str, int]:
    """Store findings: new ones as hypotheses, known ones with the figures of now; how many."""
    known = {one.key: one for one in session.scalars(select(Insight))}
    counted = {"new": 0, "seen_again": 0}
    for finding in findings:
        row = known.get(finding.key)
        if row is None:
            row = Insight(
                id=new_id(),
                kind=finding.kind,
                key=finding.key,
                found_at=now,
                state="new",
                version=1,
            )
            session.add(row)
            known[finding.key] = row
            counted["new"] += 1
        else:
            counted["seen_again"] += 1
            row.state = "new" if row.state == "expired" else row.state
        row.subject, row.statement = dict(finding.subject), finding.statement.told
        row.evidence, row.strength = dict(finding.evidence), finding.strength
        row.seen_at, row.as_of = now, as_of
        row.expires_at = now + timedelta(days=days)
    session.flush()
    return counted


def expire(session: Session, now: datetime) -> int:
    """Let hypotheses and confirmed insights end that were not seen again in time; how many."""
    done = session.scalars(
        update(Insight)
        .where(Insight.state.in_(("new", "confirmed")), Insight.expires_at <= now)
        .values(state="expired", version=Insight.version + 1)
        .returning(Insight.id)
    )
    return len(done.all())


def get_insight(session: Session, insight_id: UUID, *, lock: bool = False) -> Insight:
    """Return an insight.

    :raises NotFound: it is not there.
    """
    found = session.get(Insight, insight_id, with_for_update=lock)
    if found is None:
        raise NotFound(N_("There is no such insight."))
    return found


def decide(
    session: Session,
    insight_id: UUID,
    decision: str,
    reason: str,
    *,
    by: Decider,
    now: datetime,
    version: int | None = None,
) -> Insight:
    """Confirm or reject an insight; whoever decides looks after it from now on.

    :raises Invalid: the decision is none, or nobody said why.
    :raises PreconditionFailed: somebody else decided meanwhile.
    """
    if decision not in DECISIONS:
        raise Invalid(N_("Confirm it, or reject it."), fields={"decision": []})
    why = customers.clean_text(reason, _LONGEST)
    if not why:
        raise Invalid(N_("Say why."), fields={"reason": []})
    found = get_insight(session, insight_id, lock=True)
    if version is not None and found.version != version:
        raise PreconditionFailed(
            N_("Somebody changed this since you read it. Read it again and repeat your change.")
        )
    before = {"state": found.state, "reason": found.reason}
    found.state, found.reason, found.decided_at = decision, why, now
    found.decided_by = found.owner_name = by.name
    found.owner_id = by.user_id
    found.version += 1
    session.flush()
    record(
        session, f"scoring_insight.{decision}", ("scoring_insight", found.id), before=before,
        after={"state": decision, "reason": why},
    )  # fmt: skip
    append(session, InsightDecided(customer_id=None, insight_id=found.id, decision=decision))
    return found


def list_insights(
    session: Session, *, state: str = "", kind: str = "", limit: int | None = None
) -> Sequence[Insight]:
    """Return insights, the strongest first."""
    query = select(Insight).order_by(Insight.kind, Insight.strength.desc(), Insight.key)
    if state:
        query = query.where(Insight.state == state)
    if kind:
        query = query.where(Insight.kind == kind)
    return session.scalars(query if limit is None else query.limit(limit)).all()


def tally(session: Session) -> Tally:
    """Return how many insights there are by state, and the share that was confirmed."""
    rows = session.execute(select(Insight.state, func.count()).group_by(Insight.state))
    return Tally({row[0]: row[1] for row in rows})
