"""The core's importers: customers and touchpoints."""

from guanxi.errors import NotFound
from guanxi.imports.contract import ImporterKind
from guanxi.imports.importers.customers import CUSTOMERS
from guanxi.imports.importers.touchpoints import TOUCHPOINTS

KINDS = {kind.key: kind for kind in (CUSTOMERS, TOUCHPOINTS)}


def kind_of(key: str) -> ImporterKind:
    """Return a kind of import.

    :raises NotFound: there is none of that name.
    """
    found = KINDS.get(key)
    if found is None:
        raise NotFound("There is no import of the kind %(key)s.", key=key)
    return found
