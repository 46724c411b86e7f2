"""How states, problems and errors of plugins are said to an admin, in the admin's language."""

from collections.abc import Mapping
from typing import Any, Final

from guanxi.errors import GuanxiError
from guanxi.i18n import _, lazy_
from guanxi.plugins.problems import Problem
from guanxi.plugins.states import PluginState

TONES: Final[Mapping[PluginState, str]] = {
    PluginState.INSTALLED: "neutral",
    PluginState.ENABLED: "success",
    PluginState.DISABLED: "neutral",
    PluginState.INCOMPATIBLE: "danger",
    PluginState.FAILED: "danger",
    PluginState.WAITS_FOR_RESTART: "info",
    PluginState.WAITS_FOR_MIGRATION: "warning",
    PluginState.QUARANTINED: "danger",
}
GROUPS: Final[tuple[tuple[str, Any, frozenset[PluginState]], ...]] = (
    (
        "attention",
        lazy_("Need attention"),
        frozenset(
            {
                PluginState.QUARANTINED,
                PluginState.FAILED,
                PluginState.INCOMPATIBLE,
                PluginState.WAITS_FOR_MIGRATION,
                PluginState.WAITS_FOR_RESTART,
            }
        ),
    ),
    ("in_use", lazy_("In use"), frozenset({PluginState.ENABLED})),
    ("unused", lazy_("Not in use"), frozenset({PluginState.DISABLED, PluginState.INSTALLED})),
)
"""The sections of the list, in their order: key, title, states."""


def told_problem(problem: Problem) -> tuple[str, str]:
    """Return what is wrong and what to do about it."""
    return problem.told(_)


def told_error(error: GuanxiError) -> str:
    """Return the sentence of an error, and of the problem or the term that it quotes."""
    params = {name: _told_value(name, value) for name, value in error.params.items()}
    return _(error.message, **params)


def _told_value(name: str, value: object) -> object:
    if isinstance(value, Problem):
        return " ".join(told_problem(value))
    return _(str(value)) if name == "what" else value
