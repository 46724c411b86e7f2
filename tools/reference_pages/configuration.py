"""Every field of ``Config`` with its default and the text that stands under it in the source."""

import ast
import dataclasses
import inspect
from itertools import pairwise

from guanxi.config import Config
from reference_pages.markdown import annotation, prose, shown, table, whole_page

INTRODUCTION = """
Where an installation keeps things and how it is reached. Each name may stand in a TOML file that
`GUANXI_CONFIG` names, or in the environment as `GUANXI_` and the name in capitals; the
environment wins. `database_url` is the exception: its variable is `DATABASE_URL`. An unknown
name is an error, with a suggestion. Changes take effect at the next start.

`config/default.toml` lists everything with its default; `config/production.example.toml` is a
start for a company's own server. What an admin changes in the web is under
[settings](settings.md).
""".strip()

KINDS = {"Path": "path", "int": "whole number", "str": "text", "bool": "`true` or `false`"}
KINDS |= {"float": "number", "tuple[str, ...]": "list of texts; with commas in the environment"}


def page() -> str:
    """Return the page."""
    texts = field_docstrings()
    rows = [_row(field, texts) for field in dataclasses.fields(Config)]
    titles = ("name", "variable", "kind", "default", "explanation")
    return whole_page("Configuration", INTRODUCTION, table(titles, rows))


def field_docstrings() -> dict[str, str]:
    """Return the string that follows each field of ``Config`` in its source."""
    (definition,) = ast.parse(inspect.getsource(Config)).body
    return {
        field.target.id: prose(text)
        for field, after in pairwise(ast.iter_child_nodes(definition))
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
        if (text := _text_of(after))
    }


def _text_of(node: ast.AST) -> str:
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return str(node.value.value)
    return ""


def _row(field: "dataclasses.Field[object]", texts: dict[str, str]) -> tuple[str, ...]:
    kind = annotation(field.type)
    variable = "DATABASE_URL" if field.name == "database_url" else f"GUANXI_{field.name.upper()}"
    default = shown(field.default)
    return (
        f"`{field.name}`", f"`{variable}`", KINDS.get(kind, kind), default,
        texts.get(field.name, ""),
    )  # fmt: skip
