"""Take a file out of a request and keep it as a new import; for the pages and the API."""

import tempfile
from pathlib import Path

from werkzeug.datastructures import FileStorage

from guanxi.errors import Invalid
from guanxi.http import current
from guanxi.imports import domain
from guanxi.imports.models import Import


def take_upload(file: FileStorage | None, importer: str) -> Import:
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
            now=current.now(),
        )
