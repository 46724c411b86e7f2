"""Where somebody may have written a person's name, address or number: searches, refused rows."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Table,
    Text,
    any_,
    cast,
    delete,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from guanxi.audit.models import AuditEntry
from guanxi.customers.domain.rows import CUSTOMERS, IDENTITIES
from guanxi.db import json
from guanxi.db.literals import text_array
from guanxi.exports.models import Export
from guanxi.imports.models import ImportRefusal

_AUDIT: Final[Table] = AuditEntry.__table__  # type: ignore[assignment]
_EXPORTS: Final[Table] = Export.__table__  # type: ignore[assignment]
_REFUSALS: Final[Table] = ImportRefusal.__table__  # type: ignore[assignment]
_SHORTEST: Final = 2
"""Characters; a single one would be found everywhere."""


def words_of(session: Session, ids: Sequence[UUID]) -> Sequence[str]:
    """Return the names and identities that the person has or had; ask before the audit goes."""
    i, c, a = IDENTITIES.c, CUSTOMERS.c, _AUDIT.c
    present = (
        select(i.value)
        .where(i.customer_id.in_(ids))
        .union(
            select(i.display).where(i.customer_id.in_(ids)),
            select(c.display_name).where(c.id.in_(ids)),
        )
    )
    past = session.execute(
        select(a.before, a.after).where(
            a.subject_kind == "customer", a.subject_id.in_([str(one) for one in ids])
        )
    )
    words = {*session.scalars(present), *(word for row in past for word in _past_words(*row))}
    return sorted(word for word in words if len(word) >= _SHORTEST)


def _past_words(*sides: Mapping[str, Any] | None) -> Iterator[str]:
    for side in sides:
        values = side or {}
        if isinstance(values.get("display_name"), str):
            yield values["display_name"]
        for label in values.get("identities") or ():
            yield str(label).partition(" ")[2]


def clear_mentions(session: Session, words: Sequence[str]) -> None:
    """Clear what mentions the person in ``words`` where no key refers to customers."""
    written = _EXPORTS.c.file_path.is_not(None)
    session.execute(update(_EXPORTS).where(written).values(file_path=None))
    if not words:
        return
    r, a = _REFUSALS.c, _AUDIT.c
    refused = or_(_mentions(r.cells, words), _mentions(r.params, words))
    session.execute(delete(_REFUSALS).where(refused))
    session.execute(
        update(_EXPORTS).where(_mentions(_EXPORTS.c.arguments, words)).values(arguments=[])
    )
    session.execute(
        update(_AUDIT)
        .where(a.subject_kind == "export", _mentions(a.after, words))
        .values(before=None, after=None)
    )


def _mentions(column: ColumnElement[Any], words: Sequence[str]) -> ColumnElement[bool]:
    patterns = text_array([_pattern(word) for word in words])
    return func.lower(cast(column, Text)).like(any_(cast(literal(patterns), ARRAY(Text))))


def _pattern(word: str) -> str:
    """Return a LIKE pattern for ``word`` as it stands inside JSON."""
    inside = json.dumps(word.lower())[1:-1]
    for special in ("\\", "%", "_"):
        inside = inside.replace(special, "\\" + special)
    return f"%{inside}%"
