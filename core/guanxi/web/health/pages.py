"""Is it alive, is it ready, how is it: for load balancers, Prometheus, an admin at midnight."""

from typing import cast
from uuid import UUID

from flask import Response, current_app, flash, jsonify, redirect, render_template, request, url_for
from sqlalchemy.exc import DBAPIError
from werkzeug.wrappers import Response as BaseResponse

from guanxi.db.migrate import is_current
from guanxi.delivery import decisions, overview
from guanxi.delivery.rerunning import latest_runs, run_again
from guanxi.errors import Conflict
from guanxi.http import current
from guanxi.http.routes import Pages
from guanxi.i18n import _
from guanxi.operations.checks import run_checks
from guanxi.web.health.metrics import Metrics

pages = Pages("health", __name__)
VIEW = "health.view"


@pages.get("/healthz", public=True)
def healthz() -> Response:
    """The process answers."""
    return jsonify({"status": "ok"})


@pages.get("/readyz", public=True)
def readyz() -> tuple[Response, int]:
    """The process can work: the database answers and has the tables of this version."""
    try:
        with current.platform().database.autocommit.connect() as connection:
            current_schema = is_current(connection)
    except DBAPIError:
        return jsonify({"status": "not ready", "reason": "The database does not answer."}), 503
    if not current_schema:
        reason = "The schema is older than the program: run guanxi migrate."
        return jsonify({"status": "not ready", "reason": reason}), 503
    return jsonify({"status": "ready"}), 200


@pages.get("/metrics", permission=VIEW)
def metrics() -> Response:
    """Figures for Prometheus, which comes with a token of a user who may see the health page."""
    found = cast(Metrics, current_app.extensions["guanxi-metrics"])
    body = found.render(current.session())
    return Response(body, content_type="text/plain; version=0.0.4; charset=utf-8")


@pages.get("/health", permission=VIEW)
def page() -> str:
    """Checks, readers, parked events and jobs on one page."""
    session = current.session()
    return render_template(
        "health/page.html",
        findings=list(run_checks(current.platform())),
        backlogs=list(overview.backlogs(session, now=current.now()).values()),
        parked=overview.parked(session, limit=50),
        runs=latest_runs(session),
    )


@pages.post("/health/parked/<reader>/<int:position>", permission=VIEW)
def decide(reader: str, position: int) -> BaseResponse:
    """Retry or skip a parked event."""
    if request.form.get("decision") == "skip":
        decisions.skip(current.tx(), reader, position)
        flash(_("Skipped. What waited behind it goes on."), "success")
    else:
        decisions.retry_now(current.tx(), reader, position)
        flash(_("It is tried again now."), "success")
    return redirect(url_for("health.page"))


@pages.post("/health/jobs/<uuid:run_id>/run", permission=VIEW)
def run_job_again(run_id: UUID) -> BaseResponse:
    """Have a worker do a job that failed once more."""
    try:
        run_again(current.tx(), run_id)
        flash(_("A worker runs it as soon as one is free."), "success")
    except Conflict as error:
        flash(_(error.message), "error")
    return redirect(url_for("health.page"))
