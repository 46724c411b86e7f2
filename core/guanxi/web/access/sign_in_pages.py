"""Signing in and out. A link's GET only shows a button: mail scanners follow links."""

from typing import cast
from uuid import UUID

from flask import redirect as to
from flask import render_template, request, session, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from guanxi.access import links, totp
from guanxi.access.sign_in import check_credentials, note_sign_in
from guanxi.errors import Conflict, Invalid, TooManyRequests
from guanxi.http import current
from guanxi.http.redirects import safe_path
from guanxi.http.routes import Pages
from guanxi.i18n import _
from guanxi.web.access.session_interface import ServerSession

pages = Pages("access", __name__)
BY_LINK = "by_link"
"""In a session that a link opened: a new password may be chosen without the old one."""
_PENDING = "totp_user"


@pages.get("/sign-in", public=True)
def sign_in() -> str | Response:
    """The form."""
    if current.principal_or_none() is not None:
        return to("/")
    return render_template("access/sign_in.html", next=request.args.get("next", "/"), errors={})


@pages.post("/sign-in", public=True, endpoint="sign_in_submit")
def submit() -> Response | tuple[str, int]:
    """Check e-mail and password."""
    form = request.form
    try:
        with current.platform().database.autocommit.connect() as connection:
            accepted = check_credentials(
                connection,
                form.get("email", ""),
                form.get("password", ""),
                request.remote_addr or "",
                now=current.now(),
            )
    except (Invalid, TooManyRequests) as error:
        return _again(_(error.message, **error.params), error.status)
    if accepted.needs_totp:
        session[_PENDING] = accepted.user_id.hex
        session.pop(BY_LINK, None)
        return to(url_for("access.code", next=safe_path(form.get("next"))))
    return _open(accepted.user_id, "password", safe_path(form.get("next")))


@pages.get("/sign-in/code", public=True)
def code() -> str | Response:
    """Ask for the second factor's code."""
    if _PENDING not in session:
        return to(url_for("access.sign_in"))
    return render_template("access/code.html", next=request.args.get("next", "/"), errors={})


@pages.post("/sign-in/code", public=True)
def code_submit() -> Response | tuple[str, int]:
    """Check the code."""
    pending = session.get(_PENDING)
    if pending is None:
        return to(url_for("access.sign_in"))
    user_id = UUID(pending)
    platform = current.platform()
    try:
        with Session(platform.database.autocommit) as counting:
            code_ = request.form.get("code", "")
            totp.check_code(counting, platform.secrets, user_id, code_, now=current.now())
    except (Invalid, Conflict, TooManyRequests) as error:
        page = render_template(
            "access/code.html",
            next=request.form.get("next", "/"),
            errors={"code": _(error.message, **error.params)},
        )
        return page, error.status
    by_link = bool(session.get(BY_LINK))
    how = "link (reset) and code" if by_link else "password and code"
    return _open(user_id, how, safe_path(request.form.get("next")), by_link=by_link)


@pages.get("/sign-in/link/<token>", public=True)
def link(token: str) -> str:
    """Show whose link it is, with a button."""
    owner = links.look_at_link(current.session(), token, now=current.now())
    return render_template("access/link.html", owner=owner, token=token)


@pages.post("/sign-in/link/<token>", public=True)
def link_submit(token: str) -> Response:
    """Use the link: sign in, or go on to choose a password.

    Whoever reads somebody's mail must not get past the second factor. Links by hand may: they are
    how an admin helps a person who has lost the phone.
    """
    owner = links.use_link(current.tx(), token, now=current.now())
    where = url_for("access.profile") if owner.purpose == "sign_in" else url_for("access.password")
    if owner.purpose == "reset" and totp.is_on(current.tx(), owner.user_id):
        session[_PENDING], session[BY_LINK] = owner.user_id.hex, True
        return to(url_for("access.code", next=where))
    return _open(owner.user_id, f"link ({owner.purpose})", where, by_link=True)


@pages.post("/sign-out", public=True)
def sign_out() -> Response:
    """End the session."""
    cast(ServerSession, session).sign_out()
    return to(url_for("access.sign_in"))


def _open(user_id: UUID, how: str, where: str, *, by_link: bool = False) -> Response:
    note_sign_in(current.tx(), user_id, how, now=current.now())
    data = {BY_LINK: True} if by_link else {}
    cast(ServerSession, session).sign_in(user_id, **data)
    return to(where)


def _again(sentence: str, status: int) -> tuple[str, int]:
    page = render_template(
        "access/sign_in.html",
        next=request.form.get("next", "/"),
        errors={"": sentence},
        email=request.form.get("email", ""),
    )
    return page, status
