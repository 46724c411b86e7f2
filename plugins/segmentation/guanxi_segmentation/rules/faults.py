"""What is wrong with a rule, and where."""

from typing import Any

from guanxi.sdk import Invalid
from guanxi_segmentation.texts import lazy_


class InvalidRule(Invalid):
    """A rule that cannot be; ``place`` is the path of the culprit, like ``where.args[1].value``."""

    code = "invalid_rule"

    def __init__(self, message: str, *, place: str, **params: Any) -> None:
        super().__init__(
            message, fields={place: [lazy_(message, place=place, **params)]}, place=place, **params
        )
        self.place = place


def shown(value: Any) -> str:
    """Return what a person typed, short enough for a sentence about it."""
    if isinstance(value, str):
        text = "".join(one if one.isprintable() else "?" for one in value[:60])
        return text[:40] + "…" if len(text) > 40 else text
    if value is None or isinstance(value, (bool, float)):
        return str(value)
    if isinstance(value, int):
        return str(value) if abs(value) < 10**20 else "…"
    return "[…]" if isinstance(value, list) else "{…}"
