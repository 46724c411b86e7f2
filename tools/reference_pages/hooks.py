"""Every hook, from the signatures and docstrings of ``guanxi.hookspecs``."""

import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from guanxi import hookspecs
from guanxi.plugins.contract import CONTRACT_VERSION
from reference_pages.markdown import annotation, prose, table, whole_page

LINES = ("When", "You get", "Return", "If you raise", "Since")

FAMILIES = {
    "register_": (
        "Once, when a process starts",
        "Say what the plugin brings. What is registered is offered while the plugin is enabled.",
    ),
    "check_": (
        "Before the commit",
        "Look at a change in its transaction, and refuse it if need be. Be quick: somebody waits.",
    ),
    "on_": (
        "After the commit",
        "React to what happened. Events come from the log, a list at a time, in the worker.",
    ),
    "slot_": (
        "While a page is drawn",
        "Put something of your own on a page of the core. Read only, and quickly.",
    ),
    "customer_data_": (
        "A person's data",
        "Answer for what you hold about one person. Asked of disabled plugins that hold data, too.",
    ),
}

INTRODUCTION = f"""
Everything that a plugin can do in Guanxi, it does by implementing some of these functions and
marking them with `@hookimpl`. An implementation may take fewer arguments than are offered here:
name those that you need. The version of this contract is **{CONTRACT_VERSION}**; it is separate
from the version of the product.
""".strip()


@dataclass(frozen=True)
class Hook:
    """One hook: its function, what it is for, and the five lines about it."""

    name: str
    function: Callable[..., Any]
    purpose: str
    lines: dict[str, str]


def page() -> str:
    """Return the page."""
    found = hooks()
    return whole_page(
        "Hooks", INTRODUCTION, _overview(found), *(_family(p, found) for p in FAMILIES)
    )


def hooks() -> list[Hook]:
    """Return all hooks in the order of the source."""
    functions = inspect.getmembers(hookspecs, inspect.isfunction)
    marked = [f for _, f in functions if hasattr(f, f"{hookspecs.PROJECT}_spec")]
    return [_hook(f) for f in sorted(marked, key=lambda f: f.__code__.co_firstlineno)]


def _hook(function: Callable[..., Any]) -> Hook:
    purpose, _, rest = prose(function.__doc__).partition("\n\n")
    parts = re.split(rf"^((?:{'|'.join(LINES)})(?: anything else)?): ", rest, flags=re.MULTILINE)
    lines = {label: " ".join(text.split()) for label, text in _two_by_two(parts[1:])}
    return Hook(function.__name__, function, " ".join(purpose.split()), lines)


def _two_by_two(parts: list[str]) -> list[tuple[str, str]]:
    return list(zip(parts[::2], parts[1::2], strict=True))


def _overview(found: list[Hook]) -> str:
    rows = [(f"[`{hook.name}`](#{hook.name})", hook.purpose) for hook in found]
    return table(("hook", "what for"), rows)


def _family(prefix: str, found: list[Hook]) -> str:
    title, text = FAMILIES[prefix]
    members = [hook for hook in found if hook.name.startswith(prefix)]
    return "\n\n".join([f"## {title}: `{prefix}*`", text, *map(_section, members)])


def _section(hook: Hook) -> str:
    title = f"### `{hook.name}` {{ #{hook.name} }}"
    lines = "\n".join(f"- **{label}:** {_sentence(text)}" for label, text in hook.lines.items())
    return "\n\n".join([title, hook.purpose, f"`{_signature(hook)}`", lines])


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:]


def _signature(hook: Hook) -> str:
    signature = inspect.signature(hook.function)
    taken = [f"{p.name}: {annotation(p.annotation)}" for p in signature.parameters.values()]
    return f"{hook.name}({', '.join(taken)}) -> {annotation(signature.return_annotation)}"
