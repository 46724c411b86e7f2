"""Settings of the core and of each plugin: a form from the schema, and every earlier version."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from guanxi.errors import Invalid, PreconditionFailed
from guanxi.http import current
from guanxi.http.etag import form_version
from guanxi.http.routes import Pages
from guanxi.i18n import N_, Text, _
from guanxi.settings.form import FormField, form_fields, form_values
from guanxi.settings.store import history

pages = Pages("settings", __name__, url_prefix="/settings")
MEANWHILE = N_(
    "Somebody changed these settings meanwhile; see earlier versions. "
    "Saving again puts your values in place of theirs."
)
GROUPS = {
    "": Text("General", "常规"),
    "mail": Text("E-mail", "电子邮件"),
    "messages": Text("Messages", "消息"),
    "outbound": Text("Calls to other systems", "外部调用"),
    "privacy": Text("How long data is kept", "数据保存期限"),
    "work": Text("Work", "工作"),
    "sign_in": Text("Sign-in", "登录"),
}


@pages.get("/", permission="settings.manage")
def index() -> Response:
    """The core's settings come first."""
    return redirect(url_for("settings.edit", scope="core"))


@pages.get("/<scope>", permission="settings.manage")
def edit(scope: str) -> str:
    """The form of one scope."""
    store = current.platform().settings
    values = store.shown(current.session(), scope)
    return _draw(scope, form_fields(store.schema(scope), values), {})


@pages.post("/<scope>", permission="settings.manage")
def save(scope: str) -> Response | tuple[str, int]:
    """Store what changed."""
    store = current.platform().settings
    schema = store.schema(scope)
    values = form_values(schema, request.form)
    seen = None
    try:
        seen = form_version()
        store.change(current.tx(), scope, values, expected_version=seen)
    except Invalid as error:
        return _draw(scope, form_fields(schema, values), error.fields, seen), error.status
    except PreconditionFailed as error:
        told = _(MEANWHILE) if seen is not None else _(error.message)
        return _draw(scope, form_fields(schema, values), {"": told}), 409
    flash(_("Saved. It holds from now on."), "success")
    return redirect(url_for("settings.edit", scope=scope))


@pages.get("/<scope>/history", permission="settings.manage")
def versions(scope: str) -> str:
    """Every change of one scope, newest first."""
    store = current.platform().settings
    titles = {one.name: one.title for one in form_fields(store.schema(scope), {})}
    found = history(current.session(), scope)
    return render_template(
        "settings/history.html",
        scope=scope,
        tabs=_tabs(scope),
        titles=titles,
        changes=store.differences(found),
    )


@pages.post("/<scope>/history/<int:history_id>/roll-back", permission="settings.manage")
def roll_back(scope: str, history_id: int) -> Response:
    """Make the values before a change the current ones again."""
    current.platform().settings.roll_back(current.tx(), history_id, scope=scope)
    flash(_("Rolled back."), "success")
    return redirect(url_for("settings.versions", scope=scope))


def _draw(scope: str, controls: list[FormField], errors: object, version: int | None = None) -> str:
    if version is None:
        version = current.platform().settings.version(current.session(), scope)
    groups: dict[str, list[FormField]] = {}
    for control in controls:
        groups.setdefault(control.group, []).append(control)
    titled = [(GROUPS.get(name, Text(name, name)), members) for name, members in groups.items()]
    return render_template(
        "settings/edit.html",
        scope=scope,
        tabs=_tabs(scope),
        groups=titled,
        errors=errors,
        version=version,
    )


def _tabs(scope: str) -> list[dict[str, object]]:
    platform = current.platform()
    tabs: list[dict[str, object]] = []
    for name in platform.settings.scopes():
        plugin = platform.host.plugin(name)
        manifest = plugin.manifest if plugin else None
        title = str(manifest.title) if manifest else _("Company and system")
        tabs.append(
            {"title": title, "url": url_for("settings.edit", scope=name), "active": name == scope}
        )
    return tabs
