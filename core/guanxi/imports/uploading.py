"""What pages and API of imports share: take a file out of a request, give refused rows back."""

import tempfile
from collections.abc import Mapping
from pathlib import Path

from flask import Response
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from guanxi.errors import Invalid, NotFound
from guanxi.exports.files import RefusedRow, error_csv
from guanxi.http import current
from guanxi.i18n import _
from guanxi.imports import domain
from guanxi.imports.files import Choices, Recognised, recognise
from guanxi.imports.files.recognised import AS_FOUND
from guanxi.imports.models import Import


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
    :raises FileProblem: it is no table.
    """
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
