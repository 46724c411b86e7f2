"""Files of past cases that scorecards learn from. Ratings come by the imports of the core."""

from uuid import UUID

from flask import flash, redirect, request, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from guanxi.sdk import Invalid, current, tables
from guanxi_scoring.pages.blueprint import ASSESS, pages
from guanxi_scoring.pages.risk import draw_risk
from guanxi_scoring.pages.risk_words import Errors
from guanxi_scoring.risk import case_files
from guanxi_scoring.texts import _

Answer = str | tuple[str, int] | Response


@pages.post("/risk/cases", permission=ASSESS)
def upload_cases() -> Answer:
    """Keep a table of past cases, and go on to a scorecard of it."""
    errors = Errors()
    try:
        file = _file()
        table = tables.read(file.stream, most_rows=case_files.MOST_CASES)
        title = request.form.get("title", "")
        made = case_files.keep_cases(
            current.tx(), title, file.filename or "", table, now=current.now()
        )
    except (Invalid, tables.FileProblem) as error:
        status = errors.take(error)
        return draw_risk(errors.said, "cases"), status
    flash(_("The cases are kept. Say now what the scorecard is to learn from them."), "success")
    return redirect(url_for("scoring.new_scorecard", file=made.id))


@pages.post("/risk/cases/<uuid:file_id>/remove", permission=ASSESS)
def remove_cases(file_id: UUID) -> Response:
    """Remove a file of past cases."""
    case_files.remove_cases(current.tx(), file_id)
    flash(_("Removed. Scorecards that learnt from it stay as they are."), "success")
    return redirect(url_for("scoring.risk"))


def _file() -> FileStorage:
    file = request.files.get("file")
    if file is None or not file.filename:
        said = _("Choose a file first.")
        raise Invalid(said, fields={"file": [said]})
    return file
