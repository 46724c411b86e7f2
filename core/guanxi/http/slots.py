"""Draw what plugins put on a page; one that fails shows a short notice and harms nothing else."""

from dataclasses import dataclass
from typing import Any

from flask import render_template
from markupsafe import Markup

from guanxi.http import current
from guanxi.http.language import current_language
from guanxi.plugins.contract import Panel
from guanxi.plugins.dispatch import Implementation


@dataclass(frozen=True, slots=True)
class Drawn:
    """A panel ready for the page. ``html`` is None where its plugin failed."""

    plugin: str
    title: str
    html: Markup | None
    order: int = 100


def draw_slot(hook: str, **offered: Any) -> list[Drawn]:
    """Return the panels of all enabled plugins for ``hook``, in their order."""
    dispatcher = current.platform().dispatcher
    drawn = []
    for outcome in dispatcher.collect(hook, **offered):
        if outcome.error is not None:
            drawn.append(_failed(outcome.plugin))
        elif outcome.value is not None:
            drawn.append(_draw(hook, outcome.plugin, outcome.value))
    return sorted(drawn, key=lambda panel: (panel.order, panel.plugin))


def _draw(hook: str, plugin: str, panel: Panel) -> Drawn:
    try:
        title = panel.title.in_language(current_language())
        html = Markup(render_template(panel.template, **panel.values))  # noqa: S704 -- autoescaped
        return Drawn(plugin, title, html, panel.order)
    except Exception as error:  # noqa: BLE001 -- a plugin's template may raise anything
        platform = current.platform()
        platform.dispatcher.report(Implementation(plugin, hook, _draw, ()), error)
        return _failed(plugin)


def _failed(plugin: str) -> Drawn:
    found = current.platform().host.plugin(plugin)
    title = (
        found.manifest.title.in_language(current_language()) if found and found.manifest else plugin
    )
    return Drawn(plugin, title, None, 1000)
