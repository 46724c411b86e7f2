"""Propose, keep and check how a file's columns become fields."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi.errors import Invalid
from guanxi.ids import new_id
from guanxi.imports.contract import ColumnMapping, ImporterKind, ImportField
from guanxi.imports.models import ImportMapping


def propose(session: Session | None, kind: ImporterKind, header: Sequence[str]) -> ColumnMapping:
    """Return the mapping kept for this header, else one guessed from the column names."""
    fields = kind.fields if session is None else kind.fields_in(session)
    if session is not None:
        kept = session.scalars(
            select(ImportMapping)
            .where(ImportMapping.importer == kind.key, ImportMapping.header == list(header))
            .order_by(ImportMapping.used_at.desc())
            .limit(1)
        ).one_or_none()
        if kept is not None:
            return _known(from_dict(kept.mapping), fields)
    columns: dict[str, str] = {}
    for one in fields:
        names = {
            _plain(one.key),
            _plain(one.title.en),
            _plain(one.title.zh),
            *map(_plain, one.aliases),
        }
        found = next((c for c in header if _plain(c) in names and c not in columns.values()), None)
        if found is not None:
            columns[one.key] = found
    return ColumnMapping(columns)


def keep(
    session: Session,
    kind: ImporterKind,
    header: Sequence[str],
    mapping: ColumnMapping,
    now: datetime,
) -> None:
    """Remember the mapping for the next file with the same header."""
    kept = session.scalars(
        select(ImportMapping).where(
            ImportMapping.importer == kind.key, ImportMapping.header == list(header)
        )
    ).first()
    if kept is None:
        kept = ImportMapping(id=new_id(), importer=kind.key, name="", header=list(header))
        session.add(kept)
    kept.mapping, kept.used_at = as_dict(mapping), now
    session.flush()


def check(fields: Sequence[ImportField], header: Sequence[str], mapping: ColumnMapping) -> None:
    """Refuse a mapping that cannot work.

    :raises Invalid: an unknown field or column, or a required field that nothing fills.
    """
    known = {one.key for one in fields}
    for key in (*mapping.columns, *mapping.constants):
        if key not in known:
            raise Invalid("There is no field %(key)s.", key=key)
    for column in mapping.columns.values():
        if column not in header:
            raise Invalid("The file has no column %(column)s.", column=column)
    for one in fields:
        if one.required and one.key not in mapping.columns and one.key not in mapping.constants:
            raise Invalid(
                "Say which column is %(field)s, or give one value for all rows.", field=one.title
            )


def as_dict(mapping: ColumnMapping) -> dict[str, Any]:
    """Return the mapping as it is stored."""
    return {
        "columns": dict(mapping.columns),
        "constants": dict(mapping.constants),
        "options": dict(mapping.options),
    }


def from_dict(stored: Mapping[str, Any]) -> ColumnMapping:
    """Return a stored mapping, or one from a file of a user.

    :raises Invalid: it has another shape.
    """
    parts = [stored.get(name, {}) for name in ("columns", "constants", "options")]
    if not all(
        isinstance(part, dict) and all(isinstance(v, str) for v in part.values()) for part in parts
    ):
        raise Invalid("A mapping has columns, constants and options, each from text to text.")
    return ColumnMapping(*parts)


def _known(mapping: ColumnMapping, fields: Sequence[ImportField]) -> ColumnMapping:
    """A kept mapping without the fields that are no longer there."""
    keys = {one.key for one in fields}
    columns = {key: column for key, column in mapping.columns.items() if key in keys}
    constants = {key: value for key, value in mapping.constants.items() if key in keys}
    return ColumnMapping(columns, constants, mapping.options)


def _plain(name: str) -> str:
    return "".join(c for c in name.lower() if c.isalnum())
