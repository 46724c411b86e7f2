"""What is wrong with a plugin, said to an admin: a sentence, and what to do about it.

The checks raise :class:`Faulty`; ``plugins.loading`` turns it into the :class:`Problem` that is
kept with the plugin and shown under Apps.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from guanxi.i18n import N_
from guanxi.plugins.states import PluginState

TELL_AUTHOR = N_(
    "Install another version of the package %(distribution)s and restart Guanxi, or tell its "
    "author about this."
)


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a plugin is not at work. ``message`` and ``advice`` are English msgids with ``params``.

    ``detail`` is for the plugin's author: the end of a traceback.
    """

    message: str
    advice: str = TELL_AUTHOR
    params: Mapping[str, str] = field(default_factory=dict)
    state: PluginState = PluginState.FAILED
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.message % self.params} {self.advice % self.params}"

    def told(self, translate: Callable[..., str]) -> tuple[str, str]:
        """Return message and advice in the reader's language; ``translate`` is ``_``."""
        params = dict(self.params)
        if "what" in params:
            params["what"] = translate(params["what"])
        return translate(self.message, **params), translate(self.advice, **params)

    def as_json(self) -> dict[str, Any]:
        """Return what is stored with the plugin's record."""
        return {"message": self.message, "advice": self.advice, "params": dict(self.params)}

    def about(self, **params: str) -> "Problem":
        """Return the same problem with more values for its sentences."""
        return replace(self, params={**params, **self.params})


class Faulty(Exception):
    """A check found a problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def faulty(
    message: str,
    *,
    advice: str = TELL_AUTHOR,
    state: PluginState = PluginState.FAILED,
    detail: str = "",
    **params: object,
) -> Faulty:
    """Return what a check raises; mark both sentences with ``N_`` for translation."""
    texts = {name: str(value) for name, value in params.items()}
    return Faulty(Problem(message, advice, texts, state, detail))
