"""What staff record about a customer's risk and end again: ratings and mitigations alike.

A record is never changed and never removed: it is ended, and stays in the history with who did it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from guanxi.sdk import NotFound, customers, record, write_context
from guanxi_scoring.models import Mitigation, Rating
from guanxi_scoring.risk import standing

R = TypeVar("R", Rating, Mitigation)


@dataclass(frozen=True, slots=True)
class Records(Generic[R]):
    """One kind of records."""

    model: type[R]
    name: str
    """What the audit log calls one: ``rating`` for ``scoring_rating.recorded``."""
    ended: str
    """The word of its end, in the audit log and in its columns: ``withdrawn``, ``ended``."""
    missing: str
    """Said where there is none of that id (msgid)."""
    told: Callable[[R], Mapping[str, Any]]
    """What the audit log keeps of one."""

    def keep(self, session: Session, made: R, *, refresh: bool = True) -> R:
        """Keep a new record.

        :param refresh: work out anew where the customer stands; False: the caller does, for many.
        """
        session.add(made)
        session.flush()
        self._tell(session, made, "recorded", after=self._told(made))
        if refresh:
            standing.refresh(session, [made.customer_id])
        return made

    def end(self, session: Session, record_id: UUID, *, now: datetime) -> R:
        """End a record; one that has ended stays as it is.

        :raises NotFound: there is none, or its customer is out of sight.
        """
        found = session.get(self.model, record_id)
        if found is None:
            raise NotFound(self.missing)
        customers.get(session, found.customer_id)
        self.end_where(session, self.model.id == record_id, now=now)
        session.refresh(found)
        return found

    def end_where(
        self, session: Session, which: ColumnElement[bool], *, now: datetime
    ) -> Sequence[R]:
        """End the records of a condition that have not ended; return those."""
        at, by = (getattr(self.model, f"{self.ended}_{one}") for one in ("at", "by"))
        done = session.scalars(
            update(self.model)
            .where(which, at.is_(None))
            .values({at: now, by: write_context(session).actor.name})
            .returning(self.model)
        ).all()
        for one in done:
            self._tell(session, one, self.ended, before=self._told(one))
        people = list(dict.fromkeys(one.customer_id for one in done))
        if people:
            standing.refresh(session, people)
        return done

    def of(self, session: Session, customer_id: UUID, *latest_first: Any) -> Sequence[R]:
        """Return all records of a customer."""
        query = select(self.model).where(self.model.customer_id == customer_id)
        return session.scalars(query.order_by(*(one.desc() for one in latest_first))).all()

    def _told(self, one: R) -> dict[str, Any]:
        return {self.name: str(one.id), **self.told(one)}

    def _tell(self, session: Session, one: R, what: str, **states: Any) -> None:
        subject = ("customer", one.customer_id)
        record(session, f"scoring_{self.name}.{what}", subject, **states)
