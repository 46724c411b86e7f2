"""The colours of tags as the tones in which badges are drawn."""

from collections.abc import Mapping
from typing import Final

from sqlalchemy.orm import Session

from guanxi.customers.domain.tagging import all_tags

TONES: Final = {
    "blue": "accent",
    "teal": "info",
    "green": "success",
    "yellow": "warning",
    "red": "danger",
    "grey": "neutral",
}


def tag_tones(session: Session) -> Mapping[str, str]:
    """Return the tone of every tag by its name."""
    return {tag.name: TONES.get(tag.colour, "neutral") for tag in all_tags(session)}
