"""What pages and API of imports share: what one may import, files in, refused rows out."""

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final
from uuid import UUID

from flask import Response
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from guanxi.errors import Invalid, NotFound
from guanxi.exports.files import RefusedRow, error_csv
from guanxi.http import current
from guanxi.i18n import _
from guanxi.imports import domain
from guanxi.imports.contract import ImporterKind
from guanxi.imports.files import Choices, Recognised, recognise
from guanxi.imports.files.recognised import AS_FOUND
from guanxi.imports.importers import kinds_in
from guanxi.imports.models import Import

MOST: Final = 80
"""Imports that are listed."""


def kinds_for(session: Session) -> Mapping[str, ImporterKind]:
    """Return the kinds of import that whoever asks may run, by key."""
    may = current.principal().may
    return {key: kind for key, kind in kinds_in(session).items() if may(kind.permission)}


def imports_for(session: Session) -> Sequence[Import]:
    """Return the latest imports of kinds that whoever asks may run, newest first."""
    wanted = select(Import).where(Import.importer.in_(list(kinds_for(session))))
    return session.scalars(wanted.order_by(Import.created_at.desc()).limit(MOST)).all()


def import_for(session: Session, import_id: UUID) -> Import:
    """Return an import of a kind that whoever asks may run.

    :raises NotFound: there is none for them, or the plugin that reads such files is switched off.
    """
    found = domain.get_import(session, import_id)
    if found.importer not in kinds_for(session):
        raise NotFound("There is no such import.")
    return found


def sent_choices(form: Mapping[str, str]) -> Choices:
    """Return what a form says about reading the file; what it leaves out is recognised."""
    header = form.get("has_header", "")
    return Choices(
        encoding=form.get("encoding") or None,
        delimiter=form.get("delimiter") or None,
        sheet=form.get("sheet") or None,
        has_header=header == "yes" if header else None,
    )


def take_upload(file: FileStorage | None, importer: str, choices: Choices = AS_FOUND) -> Import:
    """Keep an uploaded file as a new import.

    :raises Invalid: no file was sent.
    :raises NotFound: there is no such kind for whoever asks.
    :raises FileProblem: it is no table.
    """
    if importer not in kinds_for(current.tx()):
        raise NotFound("There is no import of the kind %(key)s.", key=importer)
    if file is None or not file.filename:
        raise Invalid("Choose a file first.", fields={"file": ["Choose a file first."]})
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "upload"
        file.save(path)
        return domain.upload(
            current.tx(),
            current.platform().files,
            importer,
            path,
            Path(file.filename).name,
            choices=choices,
            now=current.now(),
        )


def path_of(row: Import) -> Path:
    """Return where the file of an import lies.

    :raises NotFound: it was taken away.
    """
    if not row.file_path:
        raise NotFound("The file is gone: a person in it asked to be erased. Upload it again.")
    return current.platform().files / row.file_path


def recognised(row: Import) -> Recognised:
    """Recognise the file of an import as it is to be read."""
    return recognise(path_of(row), Choices.from_dict(row.format))


def error_file(session: Session, row: Import) -> Response:
    """Return the refused rows with their reasons in the reader's language."""
    refused = (
        RefusedRow(one.row_number, one.cells, domain.reason_of(one.message, one.params, _))
        for one in domain.refusals(session, row.id)
    )
    body = b"".join(error_csv(recognised(row).header, refused))
    headers = {"Content-Disposition": f'attachment; filename="refused-{row.id}.csv"'}
    return Response(body, content_type="text/csv; charset=utf-8", headers=headers)
