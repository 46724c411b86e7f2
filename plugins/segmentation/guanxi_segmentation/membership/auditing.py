"""Compare what is stored with a full evaluation, mend and report any difference (差异审计)."""

from datetime import datetime

from sqlalchemy.orm import Session

from guanxi_segmentation.models import Audit


def audit(session: Session, *, as_of: datetime) -> Audit:
    """Compare, mend, and note how much differed; more than nothing is an alarm."""
    raise NotImplementedError


def latest_audit(session: Session) -> Audit | None:
    """Return the last comparison."""
    raise NotImplementedError
