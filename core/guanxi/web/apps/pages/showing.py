"""One plugin: what it brings, how it fares, and the buttons."""

from collections.abc import Callable

from flask import flash, redirect, render_template, url_for

from guanxi.errors import GuanxiError, NotFound
from guanxi.http import current
from guanxi.settings.form import form_fields
from guanxi.web.apps.detail import Detail, app_detail
from guanxi.web.apps.pages.blueprint import MANAGE, Answer, pages
from guanxi.web.apps.telling import TONES, told_error, told_problem


@pages.get("/<name>", permission=MANAGE)
def show(name: str) -> str:
    """One plugin."""
    return draw(name)


def draw(name: str, refused: str | None = None) -> str:
    """Return the page of one plugin; ``refused`` says why what was asked was not done."""
    platform = current.platform()
    detail = app_detail(current.session(), platform, name, now=current.now())
    return render_template(
        "apps/show.html",
        detail=detail,
        app=detail.app,
        settings=_settings(detail),
        refused=refused,
        safe_mode=platform.host.safe_mode,
        tones=TONES,
        told=told_problem,
    )


def carry_out(name: str, work: Callable[[], object], done: str) -> Answer:
    """Do ``work`` and go back to the plugin's page, which says ``done`` or why it was refused."""
    try:
        work()
    except NotFound:
        raise
    except GuanxiError as error:
        return draw(name, told_error(error)), error.status
    flash(done, "success")
    return redirect(url_for("apps.show", name=name))


def _settings(detail: Detail) -> list[str]:
    schema = detail.brings.brings.settings
    return [str(control.title) for control in form_fields(schema(), {})] if schema else []
