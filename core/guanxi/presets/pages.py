"""Presets for admins: what each brings, and the button that puts it in."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from guanxi.http import current
from guanxi.http.language import current_language
from guanxi.http.routes import Pages
from guanxi.i18n import LANGUAGES, _
from guanxi.presets.applying import apply_preset
from guanxi.presets.industries import PRESETS, preset_of

pages = Pages("presets", __name__, url_prefix="/presets")
MANAGE = "settings.manage"


@pages.get("/", permission=MANAGE)
def list_presets() -> str:
    """The industries, and what each would add."""
    return render_template(
        "presets/list.html", presets=PRESETS.values(), language=current_language()
    )


@pages.post("/<key>", permission=MANAGE)
def apply(key: str) -> Response:
    """Put one in."""
    language = request.form.get("language", "")
    done = apply_preset(
        current.tx(),
        preset_of(key),
        language=language if language in LANGUAGES else current_language(),
        currency=current.platform().settings.get("core")["currency"],
        sample="sample" in request.form,
        now=current.now(),
    )
    if done:
        flash(_("Added: %(what)s.", what=_said(done.fields, done.tags, done.words)), "success")
        if done.customers:
            flash(_("%(n)s invented customers with their touchpoints.", n=done.customers), "info")
    else:
        flash(_("Everything in it is there already; nothing was changed."), "info")
    return redirect(url_for("presets.list_presets"))


def _said(fields: int, tags: int, words: int) -> str:
    return _(
        "%(fields)s fields, %(tags)s tags, %(words)s words for touchpoints",
        fields=fields,
        tags=tags,
        words=words,
    )
