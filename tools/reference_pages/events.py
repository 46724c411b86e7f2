"""Every event of the core with its fields, from ``guanxi.events.vocabulary``."""

import dataclasses
from typing import Any

from guanxi.delivery.reader import hook_of
from guanxi.events import vocabulary as v
from reference_pages.markdown import annotation, code, prose, shown, table, whole_page

INTRODUCTION = """
What can happen, in the past tense. Each change of a customer, a touchpoint or a reward appends
one of these to the log, in the same transaction as the change. Events hold no names, addresses
or numbers of people: a `CustomerChanged` names the fields, not their values.

Amounts are decimals in the major unit of the currency beside them (12.50 GBP, not 1250 pence).
Instants are aware and in UTC.
""".strip()

BASE = "Every event has these fields, too:"
PARTS = """
## What events carry

Some fields are small records of their own.
""".strip()


def page() -> str:
    """Return the page."""
    base = {field.name for field in dataclasses.fields(v.Event)}
    sections = [_event(cls, base) for cls in v.CORE_EVENTS]
    parts = [_record(cls) for cls in (v.TouchpointFacts, v.Line)]
    return whole_page(
        "Events", INTRODUCTION, BASE, _fields(v.Event, set()), *sections, PARTS, *parts
    )


def _event(cls: type[v.Event], base: set[str]) -> str:
    hook = hook_of(cls)
    about = f"Version {cls.version}; taken by [`{hook}`](hooks.md#{hook})."
    own = _fields(cls, base) or "It has no fields of its own."
    return "\n\n".join([f"## `{cls.__name__}`", prose(cls.__doc__), about, own])


def _record(cls: type) -> str:
    return "\n\n".join([f"### `{cls.__name__}`", prose(cls.__doc__), _fields(cls, set())])


def _fields(cls: Any, leave_out: set[str]) -> str:
    rows = [_row(field) for field in dataclasses.fields(cls) if field.name not in leave_out]
    return table(("field", "type", "default"), rows) if rows else ""


def _row(field: "dataclasses.Field[Any]") -> tuple[str, str, str]:
    given = field.default is not dataclasses.MISSING
    return f"`{field.name}`", code(annotation(field.type)), shown(field.default) if given else "–"
