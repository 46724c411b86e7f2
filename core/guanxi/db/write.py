"""What one write knows: who acts, when, on behalf of which request, and what is to be appended.

``Database.write`` opens it; ``events`` and ``audit`` add to it; everything pending goes out in
one statement per kind just before the commit.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy.orm import Session

from guanxi.db.inserting import Rows, insert_rows

ActorKind = Literal["user", "token", "plugin", "system", "import"]


@dataclass(frozen=True, slots=True)
class Actor:
    """Who changes something, as the log and the audit remember it."""

    kind: ActorKind
    name: str
    id: UUID | None = None


SYSTEM = Actor("system", "system")


@dataclass(slots=True)
class WriteContext:
    """The circumstances of one transaction, in ``session.info["write"]``."""

    actor: Actor
    now: datetime
    request_id: str | None = None
    change_set: UUID | None = None
    """Groups what can be undone together (an import, a merge)."""
    dispatcher: Any = None
    """The plugin dispatcher that answers ``check_*`` hooks; None where no plugin takes part."""
    pending: dict[str, list[Any]] = field(default_factory=dict)
    _writers: dict[str, "Writer"] = field(default_factory=dict)

    def defer(
        self,
        name: str,
        item: Any,
        writer: "Writer",
    ) -> None:
        """Keep ``item``; ``writer`` gets all items of ``name`` just before the commit."""
        self.pending.setdefault(name, []).append(item)
        self._writers[name] = writer

    def write_pending(self, session: Session) -> None:
        """Hand everything deferred to its writers, until nothing is left."""
        insert_rows(session, *self.write_all_but_last(session))

    def write_all_but_last(self, session: Session) -> list[Rows]:
        """As :meth:`write_pending`, but return the rows that are left to be inserted at the end."""
        batches: list[Rows] = []
        while self.pending:
            insert_rows(session, *batches)
            pending, self.pending = self.pending, {}
            written = [self._writers[name](session, self, items) for name, items in pending.items()]
            batches = [batch for batch in written if batch is not None]
        return batches


Writer = Callable[[Session, WriteContext, list[Any]], Rows | None]
"""Writes the items itself, or returns rows, which go out in one statement with the others'."""


def write_context(session: Session) -> WriteContext:
    """Return the context of the transaction that ``session`` is in.

    :raises TypeError: outside ``Database.write``; nothing may change there.
    """
    context = session.info.get("write")
    if not isinstance(context, WriteContext):
        raise TypeError("Changes are made inside Database.write().")
    return context
