"""All plugins as cards: those that need attention first."""

from flask import render_template, request

from guanxi.http import current
from guanxi.plugins import listing
from guanxi.plugins.listing import App
from guanxi.plugins.states import PluginState
from guanxi.web.apps.archives import list_archives
from guanxi.web.apps.pages.blueprint import MANAGE, pages
from guanxi.web.apps.telling import GROUPS, TONES, told_problem


@pages.get("/", permission=MANAGE)
def list_apps() -> str:
    """All plugins, grouped by what they ask of an admin."""
    platform = current.platform()
    found = listing.list_apps(current.session(), platform.host)
    wanted = request.args.get("q", "").strip()[:100]
    group = request.args.get("group", "")
    return render_template(
        "apps/list.html",
        apps=found,
        sections=_sections([app for app in found if _matches(app, wanted)], group),
        wanted=wanted,
        group=group,
        group_options=[(key, title) for key, title, _states in GROUPS],
        restart=[app for app in found if app.state is PluginState.WAITS_FOR_RESTART],
        archives=list_archives(platform),
        safe_mode=platform.host.safe_mode,
        tones=TONES,
        told=told_problem,
    )


def _sections(apps: list[App], wanted: str) -> list[tuple[object, list[App]]]:
    sections = [
        (title, [app for app in apps if app.state in states])
        for key, title, states in GROUPS
        if wanted in ("", key)
    ]
    return [section for section in sections if section[1]]


def _matches(app: App, wanted: str) -> bool:
    texts = (app.name, app.title.en, app.title.zh, app.summary.en, app.summary.zh)
    words = wanted.casefold().split()
    return all(any(word in text.casefold() for text in texts) for word in words)
