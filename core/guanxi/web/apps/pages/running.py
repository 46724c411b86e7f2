"""A plugin's work by hand: run a job now, read the events again, try parked ones again."""

from datetime import date, datetime, time

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from guanxi.delivery import decisions
from guanxi.delivery.at_work import find_reader
from guanxi.delivery.jobs import defer_plugin_job
from guanxi.delivery.replay import replay
from guanxi.errors import Invalid, NotFound
from guanxi.http import current
from guanxi.http.language import zone
from guanxi.i18n import N_, _
from guanxi.web.apps.pages.blueprint import MANAGE, Answer, pages
from guanxi.web.apps.pages.showing import carry_out


@pages.post("/<name>/jobs/<job>/run", permission=MANAGE)
def run_job(name: str, job: str) -> Response:
    """Have a worker run a job soon."""
    if (name, job) not in {(owner, found.name) for owner, found in current.platform().host.jobs()}:
        raise NotFound(N_("No enabled plugin has this job."))
    if defer_plugin_job(current.tx(), name, job):
        flash(_("A worker runs it as soon as one is free."), "success")
    else:
        flash(_("It waits for a worker already."), "info")
    return redirect(url_for("apps.show", name=name))


@pages.post("/<name>/replay", permission=MANAGE)
def read_again(name: str) -> Answer:
    """Let it forget what it derived and read the log again, from the start or from a day on."""
    reader = find_reader(current.platform(), name)
    if reader is None or not reader.plugin:
        raise NotFound(N_("This plugin reads no events."))

    def work() -> None:
        replay(current.tx(), reader, _since())

    return carry_out(
        name, work, _("It reads the events again. Its figures are complete once nothing waits.")
    )


@pages.post("/<name>/parked/retry", permission=MANAGE)
def retry_parked(name: str) -> Response:
    """Try again whatever was set aside for a person to decide."""
    number = decisions.retry_all(current.tx(), name)
    flash(_("Events that are tried again now: %(number)s.", number=number), "success")
    return redirect(url_for("apps.show", name=name))


def _since() -> datetime | None:
    """Return the beginning of the chosen day where the person is; None for the whole log."""
    if request.form.get("from") != "day":
        return None
    try:
        day = date.fromisoformat(request.form.get("since", ""))
    except ValueError:
        raise Invalid(N_("Choose the day from which on to read again.")) from None
    return datetime.combine(day, time(), zone())
