"""What an analysis asks: a measure, by values of an attribute, of who meets conditions.

Stored as JSON::

    {
        "measure": "avg",
        "of": "customers.revenue",
        "by": "customers.country",
        "where": [["customers.status", "eq", "active"]],
    }

``count`` needs no ``of``; without ``by`` there is one row. Only attributes of the catalogue are
known, with the conditions that lists of customers have.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy.orm import Session

from guanxi.sdk import Attribute, Invalid, customers
from guanxi_scoring.texts import N_

MEASURES: Final = ("count", "sum", "avg", "median", "min", "max")
NUMBERS: Final = ("number", "money")
GROUPS: Final = ("text", "boolean", "choice", "choices", "number")
MOST_CONDITIONS: Final = 10


@dataclass(frozen=True, slots=True)
class Definition:
    """A checked question."""

    measure: str
    of: str | None
    by: str | None
    where: tuple[tuple[str, str, str], ...]

    @property
    def stored(self) -> dict[str, Any]:
        """The form in which it is stored."""
        where = [list(one) for one in self.where]
        return {"measure": self.measure, "of": self.of, "by": self.by, "where": where}


def read(session: Session, document: Mapping[str, Any]) -> Definition:
    """Return a definition that can be asked by whoever asks.

    :raises Invalid: unknown words or attributes, or types that do not go together.
    """
    known = customers.attributes_in_sight(session)
    measure = document.get("measure")
    if measure not in MEASURES:
        raise _wrong("measure", N_("Choose what is counted or summed up."))
    of = None if measure == "count" else _attribute(known, document.get("of"), "of", NUMBERS)
    by = document.get("by") or None
    if by is not None:
        by = _attribute(known, by, "by", GROUPS)
    found = Definition(str(measure), of, by, _where(document.get("where")))
    customers.selection(session, [], found.where)  # refuses what does not fit
    return found


def _where(document: Any) -> tuple[tuple[str, str, str], ...]:
    if document is None:
        return ()
    fits = isinstance(document, list) and all(
        isinstance(one, list | tuple) and len(one) == 3 and all(isinstance(w, str) for w in one)
        for one in document
    )
    if not fits:
        raise _wrong("where", N_("A condition has an attribute, an operator and a value."))
    if len(document) > MOST_CONDITIONS:
        raise _wrong("where", N_("These are more conditions than one can keep in mind."))
    return tuple((one[0], one[1], one[2]) for one in document)


def _attribute(known: Mapping[str, Attribute], key: Any, field: str, types: tuple[str, ...]) -> str:
    found = known.get(key) if isinstance(key, str) else None
    if found is None:
        raise _wrong(field, N_("Choose an attribute from the list."))
    if found.type not in types:
        raise _wrong(field, N_("This attribute has no values of the kind that is needed here."))
    return found.key


def _wrong(field: str, message: str) -> Invalid:
    return Invalid(message, fields={field: [message]})
