"""What the audit log is told of a scheme: titles, options, state, its classes in their order."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from guanxi_segmentation.models import Scheme
from guanxi_segmentation.schemes.sorting import classes_of


def told(session: Session, scheme: Scheme) -> dict[str, Any]:
    """Return what people decide about a scheme; treatments have a history of their own."""
    names = ("title_en", "title_zh", "options", "state", "is_primary")
    classes = [
        {name: getattr(one, name) for name in ("key", "title_en", "title_zh", "rule")}
        for one in classes_of(session, scheme)
    ]
    return {**{name: getattr(scheme, name) for name in names}, "classes": classes}


def difference(
    before: Mapping[str, Any], after: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return both sides of what differs."""
    changed = [name for name in after if before.get(name) != after[name]]
    return {name: before.get(name) for name in changed}, {name: after[name] for name in changed}
