"""The journal of erasures beside the database: ids and instants, nothing personal.

A backup that was made before an erasure still holds the person. Whoever restores it hands this
file to ``guanxi restore --erasures``, which erases again whom the journal names.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy.orm import Session

from guanxi.customers.domain.rows import CUSTOMERS
from guanxi.db import json
from guanxi.errors import GuanxiError
from guanxi.privacy.domain.erasing import erase_person, erasures_since
from guanxi.privacy.models import Erasure

FILE = "erasures.jsonl"


class JournalDamaged(GuanxiError):
    """A line of the journal cannot be read."""

    code = "journal_damaged"


def append_to(path: Path, erasures: Iterable[Erasure]) -> None:
    """Add erasures to the journal file; call it after their commit."""
    lines = [
        json.dumps({"customer_id": one.customer_id, "erased_at": one.erased_at}) for one in erasures
    ]
    if lines:
        with path.open("a", encoding="ascii") as file:
            file.write("\n".join(lines) + "\n")


def complete(path: Path, session: Session) -> int:
    """Add to the file what the database knows and the file lacks; return how many.

    A process that died between its commit and the file leaves such a gap.
    """
    known = {customer_id for customer_id, _ in read(path)}
    missing = [one for one in erasures_since(session) if one.customer_id not in known]
    append_to(path, missing)
    return len(missing)


def read(path: Path) -> Iterator[tuple[UUID, datetime]]:
    """Return the entries of a journal file; none if there is no file.

    :raises JournalDamaged: it says which line.
    """
    if not path.exists():
        return
    for number, line in enumerate(path.read_text("ascii").splitlines(), 1):
        try:
            entry = json.loads(line)
            yield UUID(entry["customer_id"]), datetime.fromisoformat(entry["erased_at"])
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise JournalDamaged(
                "Line %(number)s of %(file)s is no entry of the journal of erasures.",
                number=number,
                file=path.name,
            ) from error


def due(session: Session, entries: Iterable[tuple[UUID, datetime]]) -> Sequence[UUID]:
    """Return whom a journal names and the database still holds."""
    named = [customer_id for customer_id, _ in entries]
    living = session.execute(
        CUSTOMERS.select()
        .with_only_columns(CUSTOMERS.c.id)
        .where(CUSTOMERS.c.id.in_(named), CUSTOMERS.c.erased_at.is_(None))
        .where(CUSTOMERS.c.merged_into.is_(None) | CUSTOMERS.c.merged_into.not_in(named))
    )
    return [customer_id for (customer_id,) in living]


def reapply(session: Session, customer_id: UUID, *, now: datetime) -> Sequence[str]:
    """Erase one person again; return the files to be removed after the commit."""
    return erase_person(session, customer_id, now=now)
