"""What every page shows around its content: menu, person, language, quick actions."""

from dataclasses import dataclass
from typing import Any

from flask import Flask, request, url_for
from sqlalchemy.exc import DBAPIError

from guanxi.access.principal import Principal
from guanxi.http import current
from guanxi.http.language import current_language
from guanxi.i18n import Text, _, lazy_
from guanxi.platform import Platform
from guanxi.work.domain.notifications import COUNTED, count_unread

THEMES = ("light", "dark", "auto")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the menu; shown to those with the permission."""

    title: Any
    endpoint: str
    icon: str
    permission: str


WORK = (
    Entry(lazy_("Home"), "home.index", "home", "home.view"),
    Entry(lazy_("My day"), "work.my_day", "checklist", "customers.view"),
    Entry(lazy_("Notifications"), "work.list_notifications", "bell", "customers.view"),
    Entry(lazy_("Customers"), "customers.list_customers", "users", "customers.view"),
    Entry(lazy_("Touchpoints"), "touchpoints.list_touchpoints", "messages", "touchpoints.view"),
    Entry(lazy_("Rewards"), "rewards.list_rewards", "gift", "rewards.view"),
    Entry(lazy_("Messages"), "messages.list_messages", "mail", "messages.send"),
)
DATA = (
    Entry(lazy_("Duplicates"), "customers.duplicates", "copy", "customers.merge"),
    Entry(lazy_("Personal data"), "privacy.list_requests", "shield-lock", "customers.erase"),
    Entry(lazy_("Unassigned"), "touchpoints.unassigned", "user-question", "touchpoints.edit"),
    Entry(lazy_("Imports"), "imports.list_imports", "upload", "imports.run"),
    Entry(lazy_("Exports"), "exports.list_exports", "download", "exports.run"),
)
ADMIN = (
    Entry(lazy_("Apps"), "apps.list_apps", "apps", "apps.manage"),
    Entry(lazy_("Settings"), "settings.index", "settings", "settings.manage"),
    Entry(
        lazy_("Message templates"), "messages.list_templates", "clipboard-text", "settings.manage"
    ),
    Entry(lazy_("Industry presets"), "presets.list_presets", "building", "settings.manage"),
    Entry(lazy_("Users and roles"), "users.list_users", "user-cog", "users.manage"),
    Entry(lazy_("Webhooks"), "webhooks.list_endpoints", "webhook", "webhooks.manage"),
    Entry(lazy_("Audit log"), "audit.list_entries", "history", "audit.view"),
    Entry(lazy_("System health"), "health.page", "heartbeat", "health.view"),
)
ACTIONS = (
    Entry(lazy_("New customer"), "customers.new", "user-plus", "customers.edit"),
    Entry(lazy_("Record a touchpoint"), "touchpoints.new", "message-plus", "touchpoints.edit"),
    Entry(lazy_("Import a file"), "imports.new", "upload", "imports.run"),
)
URLS = {
    "home": "home.index",
    "search": "customers.search",
    "language": "language.switch_language",
    "sign_out": "access.sign_out",
    "profile": "access.profile",
}


def init_app(app: Flask, platform: Platform) -> None:
    """Give templates the shell's values."""

    def context() -> dict[str, Any]:
        person = current.principal_or_none()
        theme = request.cookies.get("guanxi_theme")
        return {
            "locale": current_language(),
            "theme": theme if theme in THEMES else "auto",
            "me": _me(person) if person else None,
            "nav": _nav(app, platform) if person else [],
            "quick_actions": _entries(app, ACTIONS) if person else [],
            "shell_urls": {name: url_for(e) for name, e in URLS.items() if e in app.view_functions},
        }

    app.context_processor(context)


def _me(person: Principal) -> dict[str, Any]:
    return {"id": person.user_id, "name": person.name, "email": person.email, "initials": ""}


def _nav(app: Flask, platform: Platform) -> list[dict[str, Any]]:
    plugins = tuple(
        Entry(_title(item.title), item.endpoint, item.icon, item.permission)
        for item in platform.host.menu()
    )
    groups = (
        (_("Work"), WORK),
        (_("Apps in use"), plugins),
        (_("Data"), DATA),
        (_("Admin"), ADMIN),
    )
    drawn = ({"title": title, "items": _entries(app, entries)} for title, entries in groups)
    return [group for group in drawn if group["items"]]


def _entries(app: Flask, entries: tuple[Entry, ...]) -> list[dict[str, Any]]:
    person = current.principal()
    return [
        {
            "title": str(entry.title),
            "url": url_for(entry.endpoint),
            "icon": entry.icon,
            "active": _is_active(entry.endpoint),
            "badge": _badge(entry, person),
        }
        for entry in entries
        if _opens(person, entry.permission) and entry.endpoint in app.view_functions
    ]


def _opens(person: Principal, permission: str) -> bool:
    return all(map(person.may, current.platform().host.opening(permission)))


def _badge(entry: Entry, person: Principal) -> str | None:
    """Return how many notifications are unread, at their entry; nothing where there are none."""
    if entry.endpoint != "work.list_notifications" or person.user_id is None:
        return None
    try:
        unread = count_unread(current.session(), person.user_id)
    except DBAPIError:  # the page may be the one that tells that the database is gone
        return None
    return f"{COUNTED}+" if unread > COUNTED else str(unread or "") or None


def _is_active(endpoint: str) -> bool:
    return request.endpoint is not None and (
        request.endpoint == endpoint
        or (
            request.blueprint == endpoint.partition(".")[0]
            and endpoint.partition(".")[2] in ("index", "page")
        )
    )


def _title(title: Text) -> str:
    return title.in_language(current_language())
