"""Which language and time zone a page is drawn in, and switching it."""

from zoneinfo import ZoneInfo

from flask import Flask, g, redirect, request
from flask_babel import Babel, Domain
from jinja2 import pass_context
from jinja2.runtime import Context
from werkzeug.wrappers import Response

from guanxi import i18n
from guanxi.errors import Invalid
from guanxi.http import current
from guanxi.http.redirects import safe_path
from guanxi.http.routes import Pages
from guanxi.platform import Platform

COOKIE = "guanxi_language"
pages = Pages("language", __name__)


def init_app(app: Flask, platform: Platform) -> None:
    """Set up Babel, and ``_`` in templates.

    A plugin's page looks in the plugin's own catalogue first. What is not there is looked up in
    the core's, since the same page also draws the menu and the core's components.
    """
    Babel(
        app, locale_selector=lambda: i18n.LOCALES[current_language()], timezone_selector=time_zone
    )
    app.extensions[i18n.PLUGIN_DOMAINS] = platform.host.domains()

    @pass_context
    def translate(context: Context, text: str, **params: object) -> str:
        return str(_catalogue(platform, context, text).gettext(text, **params))

    @pass_context
    def translate_number(context: Context, one: str, many: str, num: int, **params: object) -> str:
        return str(_catalogue(platform, context, one).ngettext(one, many, num, **params))

    app.jinja_env.globals.update(_=translate, gettext=translate, ngettext=translate_number)


def _catalogue(platform: Platform, context: Context, text: str) -> Domain:
    """Return the catalogue for ``text`` of a template: the plugin's own, or the core's."""
    own = platform.host.translations((context.name or "").partition("/")[0])
    if own is None:
        return i18n.domain
    return own if i18n.knows(own, text) else i18n.domain


def current_language() -> str:
    """Return ``zh`` or ``en``: the person's, else the cookie's, else the browser's."""
    if "language" not in g:
        g.language = _choose()
    return str(g.language)


def time_zone() -> str:
    """Return the IANA name of the person's time zone."""
    person = current.principal_or_none()
    return person.time_zone if person else "UTC"


def zone() -> ZoneInfo:
    """Return the person's time zone."""
    return ZoneInfo(time_zone())


def _choose() -> str:
    wanted = request.cookies.get(COOKIE)
    if wanted in i18n.LANGUAGES:
        return wanted
    person = current.principal_or_none()
    if person is not None and person.language in i18n.LANGUAGES:
        return person.language
    best = request.accept_languages.best_match(["zh", "zh-CN", "zh-Hans", "en"], default="en")
    return "zh" if best and best.startswith("zh") else "en"


@pages.post("/language", public=True)
def switch_language() -> Response:
    """Remember the language in a cookie and go back to the page."""
    wanted = request.form.get("locale", "")
    if wanted not in i18n.LANGUAGES:
        raise Invalid("Guanxi speaks Chinese (zh) and English (en).")
    answer = redirect(safe_path(request.form.get("next")))
    answer.set_cookie(
        COOKIE, wanted, max_age=365 * 86400, samesite="Lax", httponly=True,
        secure=current.platform().config.secure_cookies,
    )  # fmt: skip
    return answer
