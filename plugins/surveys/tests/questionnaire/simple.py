"""Short ways to write a questionnaire in a test."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from guanxi_surveys.questionnaire import Problem, Walk, lint, read, walk

NOW = datetime(2026, 5, 17, 10, 30, tzinfo=UTC)


def on_pages(*pages: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    """A questionnaire with these questions on its pages."""
    return {"pages": [{"elements": list(elements)} for elements in pages], **more}


def asking(*elements: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A questionnaire with one page."""
    return on_pages(list(elements), **more)


def question(name: str, kind: str = "text", **more: Any) -> dict[str, Any]:
    """A question."""
    return {"type": kind, "name": name, **more}


def answered(
    definition: Mapping[str, Any], values: Mapping[str, Any] | None = None, **more: Any
) -> Walk:
    """The walk with these answers."""
    return walk(read(definition), values or {}, **{"language": "en", "seed": 1, "now": NOW, **more})


def said(problems: list[Problem], severity: str = "") -> list[str]:
    """What problems say, each with its place."""
    return [str(one) for one in problems if severity in {"", one.severity}]


def errors_in(
    definition: Mapping[str, Any], measures: Mapping[str, Any] | None = None
) -> list[str]:
    """What keeps a questionnaire from being published."""
    return said(lint(definition, measures), "error")


def warnings_in(definition: Mapping[str, Any]) -> list[str]:
    """What is probably not meant."""
    return said(lint(definition), "warning")
