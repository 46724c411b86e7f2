"""Markdown as the reference pages need it: texts of docstrings, tables, annotations."""

import inspect
import re
from collections.abc import Iterable, Sequence

NOTE = "<!-- Written by tools/reference.py from the code; change it there. -->"


def whole_page(title: str, *parts: str) -> str:
    """Return a whole page; empty parts are left out."""
    return "\n\n".join([f"# {title}", NOTE, *(part for part in parts if part)]) + "\n"


def table(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; cells may hold Markdown, but neither line breaks nor bars."""
    lines = [titles, ["---"] * len(titles), *rows]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines)


def prose(docstring: str | None) -> str:
    """Return a docstring as Markdown: its roles and double backticks become code."""
    text = inspect.cleandoc(docstring or "")
    text = re.sub(r":[a-z]+:`([^`]+)`", r"`\1`", text)
    return re.sub(r"``([^`]+)``", r"`\1`", text)


def code(text: str) -> str:
    """Return ``text`` as inline code; a bar between types is read as "or"."""
    return " or ".join(f"`{part.strip()}`" for part in text.split(" | "))


def shown(value: object) -> str:
    """Return a default as people write it."""
    if value is None:
        return "`None`"
    if value in ("", ()):
        return "*empty*"
    if isinstance(value, bool):
        return "`true`" if value else "`false`"
    return f"`{value}`"


def annotation(kind: object) -> str:
    """Return a type as it is written in source, without the names of modules and quotes."""
    text = kind if isinstance(kind, str) else inspect.formatannotation(kind)
    return re.sub(r"\b(?:[a-z_]+\.)+(?=[A-Za-z])", "", text).strip("'\"")


def _cell(text: str) -> str:
    return " ".join(text.split())
