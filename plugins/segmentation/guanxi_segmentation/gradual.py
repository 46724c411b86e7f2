"""The pipeline for everybody, step by step: each step is a transaction, deliveries go on between.

First scores, values and computed classes, which look at everybody at once; then batches of
customers (``membership/batches.py``); at the end the classes by rules, and batches again where
segments ask for those. Few customers are done in one step.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from guanxi.sdk import run_job
from guanxi_segmentation import pipeline
from guanxi_segmentation.membership import batches, inputs, locking, rebuilding
from guanxi_segmentation.membership.book import Entry
from guanxi_segmentation.models import Rebuild

GO_ON: Final = "go_on"
"""The job that takes the next step."""

Told = dict[str, Any]
"""What became of a step: ``moved`` at the end, ``goes_on`` before it."""


def rebuild(session: Session, *, as_of: datetime, cause: str = "changed", job: str) -> Told:
    """Work out everything for everybody; ``job`` is asked again if a rebuild is going on."""
    if _is_later(session, job):
        return {"waits": "a rebuild is going on"}
    pipeline.before_all(session, as_of=as_of, cause=cause)
    return _begin(session, as_of=as_of, cause=cause, then_cause=cause)


def build(session: Session, *, as_of: datetime, job: str) -> Told:
    """Work out what is new or was edited, and empty what was put away."""
    rebuilding.empty_archived(session, as_of=as_of)
    keys = rebuilding.waiting(session)
    if not keys:
        return {"built": 0}
    if _is_later(session, job):
        return {"waits": "a rebuild is going on"}
    found = _begin(
        session,
        as_of=as_of,
        cause="changed",
        then_cause="rule",
        only=lambda entry: entry.key in keys,
    )
    return {"built": len(keys), **found}


def go_on(session: Session) -> Told:
    """Take the next step of the rebuild that is going on; nothing where none is.

    A batch shares the evaluation with deliveries, the end has it for itself.
    """
    at_end = batches.is_at_end(session)
    if at_end is None:
        return {}
    if at_end:
        locking.own_evaluation(session)
    else:
        locking.share_evaluation(session)
    found = batches.going_on(session)
    if found is None:
        return {}
    if found.at_end != at_end:  # somebody else took a step meanwhile
        return _more(session, found)
    if at_end:
        return _end(session, found)
    batches.take(session, found)
    return _more(session, found)


def _is_later(session: Session, job: str) -> bool:
    """Have the evaluation for oneself, or a job asked again after what is going on.

    Looked at twice: who waits for the evaluation keeps deliveries waiting.
    """
    if _is_asked_for_later(session, job):
        return True
    locking.own_evaluation(session)
    return _is_asked_for_later(session, job)


def _is_asked_for_later(session: Session, job: str) -> bool:
    found = batches.going_on(session)
    if found is None:
        return False
    if job not in found.asked:
        found.asked = [*found.asked, job]
    run_job(session, "segmentation", GO_ON)
    return True


def _begin(
    session: Session,
    *,
    as_of: datetime,
    cause: str,
    then_cause: str,
    only: Callable[[Entry], bool] | None = None,
) -> Told:
    rebuilding.prepare(session, as_of=as_of)
    found = batches.begin(session, as_of=as_of, cause=cause, then_cause=then_cause, only=only)
    if batches.is_more_than_one(session):
        return _more(session, found)
    batches.take(session, found)
    return _end(session, found)


def _end(session: Session, found: Rebuild) -> Told:
    """Settle the segments and let classes by rules follow, and segments the classes."""
    batches.end(session, found)
    while _is_asked_again(session, found):
        if batches.is_more_than_one(session):
            return _more(session, found)
        batches.take(session, found)
        batches.end(session, found)
    for job in found.asked:
        run_job(session, "segmentation", job)
    session.delete(found)
    session.flush()
    return {"moved": found.total + found.moved}


def _is_asked_again(session: Session, found: Rebuild) -> bool:
    """Sort by rules; say whether segments that look at classes are to be worked out again."""
    if (found.rounds and not found.moved) or found.rounds >= pipeline.MOST_ROUNDS:
        return False
    if not pipeline.after(session, None, as_of=found.as_of, cause=found.then_cause):
        return False
    batches.again(session, found, inputs.looks_at_ours)
    return not found.at_end


def _more(session: Session, found: Rebuild) -> Told:
    run_job(session, "segmentation", GO_ON)
    return {"goes_on": True, "moved": found.total + found.moved}
