"""Rules of addresses that are ready sooner than Werkzeug's."""

from collections.abc import Callable
from typing import Any

from werkzeug.routing import Rule

Builder = Callable[..., tuple[str, str]]


class LateRule(Rule):
    """A rule that compiles what builds its address when that is first asked for.

    An app has hundreds of rules, and to compile two builders for each took more than half of the
    time that it needs to start. Most of them build no address in a process.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Builder:  # noqa: FBT001, FBT002 -- Werkzeug's signature
        compile_now = super()._compile_builder
        compiled: list[Builder] = []

        def build(rule: Rule, /, **values: Any) -> tuple[str, str]:
            if not compiled:
                compiled.append(compile_now(append_unknown))
            return compiled[0](rule, **values)

        return build
