"""What can be imported: the core's customers and touchpoints, and the kinds of enabled plugins."""

from collections.abc import Mapping
from typing import Final

from sqlalchemy.orm import Session

from guanxi.errors import NotFound
from guanxi.imports.contract import ImporterKind
from guanxi.imports.importers.customers import CUSTOMERS
from guanxi.imports.importers.touchpoints import TOUCHPOINTS
from guanxi.plugins.contract import Importer

KINDS: Final = {kind.key: kind for kind in (CUSTOMERS, TOUCHPOINTS)}
"""The core's own."""


def kinds_in(session: Session) -> Mapping[str, ImporterKind]:
    """Return all kinds of import by key, those of enabled plugins included."""
    offered = session.info.get("importers", tuple)()
    return {**KINDS, **{one.key: _kind(one) for one in offered}}


def kind_of(session: Session, key: str) -> ImporterKind:
    """Return a kind of import.

    :raises NotFound: there is none of that name, or its plugin is switched off.
    """
    found = kinds_in(session).get(key)
    if found is None:
        raise NotFound("There is no import of the kind %(key)s.", key=key)
    return found


def _kind(one: Importer) -> ImporterKind:
    more = {} if one.more_fields is None else {"more_fields": one.more_fields}
    return ImporterKind(
        one.key, one.title, one.fields, one.start, one.undo, one.batch, one.repeated,
        one.permission, **more,
    )  # fmt: skip
