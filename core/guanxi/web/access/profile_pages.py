"""One's own profile: name, language, password, second factor, sessions, API tokens."""

from datetime import timedelta
from typing import cast
from uuid import UUID
from zoneinfo import available_timezones

import segno
from flask import flash, redirect, render_template, request, session, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from guanxi.access import recovery, tokens, totp, users
from guanxi.access.models import User
from guanxi.access.permissions import CORE_PERMISSIONS
from guanxi.access.secrets import token_hash
from guanxi.access.sessions import end_session_of, end_sessions_of, sessions_of
from guanxi.access.sign_in import check_own_password
from guanxi.errors import Forbidden, GuanxiError, Invalid
from guanxi.http import current
from guanxi.i18n import LANGUAGES, _
from guanxi.web.access.browser_words import browser_words
from guanxi.web.access.session_interface import ServerSession
from guanxi.web.access.sign_in_pages import BY_LINK, pages

LIFETIMES = {"30": 30, "90": 90, "365": 365}


@pages.get("/profile", permission="home.view")
def profile() -> str:
    """Everything about oneself on one page."""
    return _draw({})


@pages.post("/profile", permission="home.view")
def save_profile() -> Response | tuple[str, int]:
    """Change name, language and time zone."""
    form = request.form
    language, zone = form.get("language", ""), form.get("time_zone", "")
    try:
        if language not in LANGUAGES or zone not in available_timezones():
            raise Invalid("Choose a language and a time zone from the lists.")
        users.change_profile(
            current.tx(), _me(), name=form.get("name", "")[:200], language=language, time_zone=zone
        )
    except GuanxiError as error:
        return _draw({"": _(error.message, **error.params)}), error.status
    flash(_("Saved."), "success")
    return redirect(url_for("access.profile"))


@pages.get("/profile/password", permission="home.view")
def password() -> str:
    """The form for a new password."""
    return _draw_password({})


@pages.post("/profile/password", permission="home.view")
def save_password() -> Response | tuple[str, int]:
    """Set a new password; all other sessions end."""
    form = request.form
    try:
        if _asks_for_password():
            _check_password()
        if form.get("password", "") != form.get("again", ""):
            raise Invalid("The two are not the same.")
        users.choose_password(
            current.tx(),
            _me(),
            form.get("password", ""),
            keep_session=cast(ServerSession, session).sid,
            now=current.now(),
        )
    except GuanxiError as error:
        return _draw_password({"": _(error.message, **error.params)}), error.status
    session.pop(BY_LINK, None)
    flash(_("The new password holds. All other sessions have ended."), "success")
    return redirect(url_for("access.profile"))


@pages.get("/profile/second-factor", permission="home.view")
def second_factor() -> str:
    """Show a fresh seed as a QR code."""
    _me()
    return _draw_second_factor(totp.begin_enrolment(current.principal().email), {})


@pages.post("/profile/second-factor", permission="home.view")
def confirm_second_factor() -> str | tuple[str, int]:
    """Store the seed once a code fits, and show the recovery codes."""
    me, seed = _me(), request.form.get("seed", "")
    try:
        box = current.platform().secrets
        code = request.form.get("code", "")
        totp.confirm_enrolment(current.tx(), box, me, seed, code, now=current.now())
    except (GuanxiError, ValueError) as error:
        sentence = str(error) if isinstance(error, GuanxiError) else "Start again."
        fresh = totp.begin_enrolment(current.principal().email)
        return _draw_second_factor(fresh, {"code": _(sentence)}), 422
    flash(_("From now on a code is asked for at sign-in."), "success")
    return _draw_recovery_codes()


@pages.get("/profile/second-factor/off", permission="home.view")
def second_factor_off() -> str:
    """Ask for the password before anything is switched off."""
    return _draw_second_factor_off({})


@pages.post("/profile/second-factor/off", permission="home.view")
def second_factor_off_submit() -> Response | tuple[str, int]:
    """Ask for the password only, from now on."""
    if current.platform().settings.get("core")["require_totp"]:
        raise Forbidden("The admin asks everybody for a second factor.")
    try:
        if _asks_for_password():
            _check_password()
    except GuanxiError as error:
        return _draw_second_factor_off({"": _(error.message, **error.params)}), error.status
    totp.switch_off(current.tx(), _me())
    flash(_("From now on only the password is asked for."), "success")
    return redirect(url_for("access.profile"))


@pages.post("/profile/second-factor/codes", permission="home.view")
def new_recovery_codes() -> str:
    """Make new recovery codes in place of the earlier ones, and show them once."""
    if not totp.is_on(current.tx(), _me()):
        raise Invalid("Set up the second factor first.")
    return _draw_recovery_codes()


@pages.post("/profile/sessions/end", permission="home.view")
def end_other_sessions() -> Response:
    """End all sessions but this one."""
    end_sessions_of(current.tx(), _me(), but=cast(ServerSession, session).sid)
    flash(_("All other sessions have ended."), "success")
    return redirect(url_for("access.profile"))


@pages.post("/profile/sessions/<key>/end", permission="home.view")
def end_session(key: str) -> Response:
    """End one session, on whatever machine it is."""
    end_session_of(current.tx(), _me(), key)
    flash(_("The session has ended."), "success")
    return redirect(url_for("access.profile"))


@pages.post("/profile/tokens", permission="tokens.own")
def create_token() -> str:
    """Make an API token and show it once."""
    form = request.form
    days = LIFETIMES.get(form.get("days", ""))
    name = form.get("name", "").strip()[:100] or _("API token")
    token = tokens.create_token(
        current.tx(),
        _me(),
        name,
        scopes=tuple(form.getlist("scopes")),
        known=current.principal().permissions,
        lifetime=timedelta(days=days) if days else timedelta(days=90),
        now=current.now(),
    )
    return render_template("access/token.html", name=name, token=token)


@pages.post("/profile/tokens/<uuid:token_id>/revoke", permission="tokens.own")
def revoke_token(token_id: UUID) -> Response:
    """End a token at once."""
    tokens.revoke_token(current.tx(), token_id, owner_id=_me(), now=current.now())
    flash(_("The token has ended."), "success")
    return redirect(url_for("access.profile"))


def _me() -> UUID:
    """Return who is signed in. A token must not widen itself or change its owner's password."""
    person = current.principal()
    if person.user_id is None or person.kind != "session":
        raise Forbidden("The profile is for people who are signed in; a token cannot change it.")
    return person.user_id


def _asks_for_password() -> bool:
    """Say whether this session has to name the present password: not after a link."""
    stored = current.session().execute(select(User.password_hash).where(User.id == _me()))
    return stored.scalar_one() is not None and not session.get(BY_LINK)


def _check_password() -> None:
    with current.platform().database.autocommit.connect() as connection:
        check_own_password(connection, _me(), request.form.get("current", ""), now=current.now())


def _draw_password(errors: dict[str, str]) -> str:
    return render_template("access/password.html", errors=errors, asks=_asks_for_password())


def _draw_second_factor_off(errors: dict[str, str]) -> str:
    return render_template(
        "access/second_factor_off.html", errors=errors, asks=_asks_for_password()
    )


def _draw_recovery_codes() -> str:
    codes = recovery.new_codes(current.tx(), _me(), now=current.now())
    return render_template("access/recovery_codes.html", codes=codes)


def _draw(errors: dict[str, str]) -> str:
    reading = current.session()
    return render_template(
        "access/profile.html",
        user=users.get_user(reading, _me()),
        tokens=tokens.tokens_of(reading, _me()),
        sessions=sessions_of(reading, _me()),
        browser_words=browser_words,
        this_session=token_hash(cast(ServerSession, session).sid or ""),
        codes_left=recovery.codes_left(reading, _me()),
        zones=[(zone, zone) for zone in sorted(available_timezones())],
        scopes=_scopes(),
        errors=errors,
    )


def _scopes() -> list[tuple[str, str]]:
    """Return what a token can be narrowed to, in words; of plugins that are off, by name."""
    declared = (*CORE_PERMISSIONS, *current.platform().host.permissions())
    titles = {permission.name: str(permission.title) for permission in declared}
    return [(name, titles.get(name, name)) for name in sorted(current.principal().permissions)]


def _draw_second_factor(enrolment: totp.Enrolment, errors: dict[str, str]) -> str:
    picture = segno.make(enrolment.address, error="m").png_data_uri(scale=5)
    return render_template(
        "access/second_factor.html", seed=enrolment.seed, picture=picture, errors=errors
    )
