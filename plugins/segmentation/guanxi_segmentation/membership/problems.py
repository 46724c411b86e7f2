"""What stands in the way of segments, kept with them, so that people see it."""

import json

from sqlalchemy import text
from sqlalchemy.orm import Session

from guanxi_segmentation.membership.book import Book, Entry, Problem
from guanxi_segmentation.texts import N_

_NOTE = text(
    "UPDATE segmentation_segments SET problem = CAST(:problem AS jsonb) "
    "WHERE id = :id AND rule_version = :version"
)
_BUILD_AGAIN = text(
    "UPDATE segmentation_segments SET building = coalesce(building, 'quiet') WHERE id = :id"
)


def note_problems(session: Session, book: Book) -> bool:
    """Store what stands in the way now; where it is gone, have the segment built again.

    What failed while it was evaluated stays until the nightly rebuild, or an edit, tries again.
    Returns whether something is to be built.
    """
    again = False
    for entry in book.entries.values():
        if entry.problem is not None and entry.problem != entry.noted:
            _note(session, entry, entry.problem)
        elif entry.problem is None and entry.noted is not None and not entry.noted.get("failed"):
            session.execute(_BUILD_AGAIN, {"id": entry.id})
            again = True
    return again


def note_failure(session: Session, entry: Entry, error: Exception) -> None:
    """Store that a segment could not be evaluated; the others go on."""
    message = N_("It could not be evaluated (%(why)s). Look at its rule.")
    why = type(error).__name__
    _note(session, entry, {"message": message, "values": {"why": why}, "failed": True})


def _note(session: Session, entry: Entry, problem: Problem) -> None:
    values = {"id": entry.id, "version": entry.rule_version, "problem": json.dumps(dict(problem))}
    session.execute(_NOTE, values)
