"""Keep an uploaded file as an import, and decide how it is read before it runs."""

import hashlib
import shutil
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from guanxi import audit
from guanxi.customers.domain.custom_values import fields_by_key
from guanxi.errors import Conflict, NotFound
from guanxi.ids import new_id
from guanxi.imports import mapping as mappings
from guanxi.imports.contract import ColumnMapping, ImportContext
from guanxi.imports.files import Choices, Recognised, recognise
from guanxi.imports.files.recognised import AS_FOUND
from guanxi.imports.files.vcard import as_table
from guanxi.imports.importers import kind_of
from guanxi.imports.models import Import

OPEN: Final = ("uploaded", "checked")
"""States in which nothing has begun."""


def upload(
    session: Session,
    folder: Path,
    importer: str,
    path: Path,
    name: str,
    *,
    choices: Choices = AS_FOUND,
    now: datetime,
) -> Import:
    """Keep a copy of the file, recognise it and propose a mapping.

    :param choices: how to read the file, where that should not be recognised.
    :raises FileProblem: the file is no table; nothing is kept.
    """
    kind = kind_of(session, importer)
    import_id = new_id()
    kept = folder / "imports" / import_id.hex
    with as_table(path) as table:
        recognised = recognise(table, choices)
        kept.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(table, kept)
    actor = session.info["write"].actor
    row = Import(
        id=import_id,
        importer=kind.key,
        file_name=name[:200],
        file_path=str(kept.relative_to(folder)),
        file_sha256=sha256(path),
        format=recognised.choices().as_dict(),
        mapping=mappings.as_dict(mappings.propose(session, kind, recognised.header)),
        state="uploaded",
        rows_done=0,
        counts={},
        actor_id=actor.id,
        actor_name=actor.name,
        created_at=now,
    )
    session.add(row)
    session.flush()
    audit.record(session, "import.uploaded", ("import", import_id), after={"file": row.file_name})
    return row


def get_import(session: Session, import_id: UUID) -> Import:
    """Return an import.

    :raises NotFound: there is none with this id.
    """
    found = session.get(Import, import_id)
    if found is None:
        raise NotFound("There is no such import.")
    return found


def set_format(session: Session, row: Import, path: Path, choices: Choices) -> Recognised:
    """Read the file of an import in another way, and propose a mapping anew.

    :raises Conflict: it has begun.
    :raises FileProblem: the file is no table when it is read so.
    """
    _require_open(row)
    recognised = recognise(path, choices)
    row.format = recognised.choices().as_dict()
    proposed = mappings.propose(session, kind_of(session, row.importer), recognised.header)
    row.mapping, row.state, row.counts = mappings.as_dict(proposed), "uploaded", {}
    session.flush()
    return recognised


def set_mapping(
    session: Session, row: Import, mapping: ColumnMapping, header: Sequence[str]
) -> None:
    """Choose the mapping of an import that has not begun.

    :raises Conflict: it has begun.
    :raises Invalid: the mapping does not fit the file.
    """
    _require_open(row)
    kind = kind_of(session, row.importer)
    mappings.check(kind.fields_in(session), header, mapping)
    # What the importer itself asks for; settings and the file's name do not matter to that.
    kind.start(header, mapping, ImportContext("GB", "UTC", fields_by_key(session)))
    row.mapping, row.state, row.counts = mappings.as_dict(mapping), "uploaded", {}
    session.flush()


def sha256(path: Path) -> str:
    """Return the digest of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _require_open(row: Import) -> None:
    if row.state not in OPEN:
        raise Conflict("This import has begun, so its mapping stays as it is.")
