"""Whether two rules say the same, however their numbers and instants are written."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any


def same(one: Any, other: Any) -> bool:
    """Say whether two documents, or parts of them, mean the same."""
    return bool(_plain(one) == _plain(other))


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return _node(value)
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, bool) or value is None:
        return value
    return _number(value) or _instant(value) or value


def _node(node: Mapping[str, Any]) -> Any:
    """A group of one is what it holds; false is what ``missing`` is where it is not said."""
    if node.get("op") in ("and", "or") and len(node.get("args", ())) == 1:
        return _plain(node["args"][0])
    found = {key: _plain(value) for key, value in node.items()}
    if found.get("missing") is False:
        del found["missing"]
    return found


def _number(value: Any) -> Decimal | None:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None


def _instant(value: Any) -> datetime | None:
    if not isinstance(value, str) or "T" not in value:
        return None
    try:
        return datetime.fromisoformat(value).astimezone(UTC)
    except ValueError:
        return None
