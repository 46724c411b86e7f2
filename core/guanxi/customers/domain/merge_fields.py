"""Which fields two customers are merged by, and what becomes of each by default.

Some columns are chosen together: the parts of a name belong to one name.
"""

from collections.abc import Mapping
from typing import Any, Final, Literal

from guanxi.customers.domain.faults import InvalidCustomer
from guanxi.customers.models import Customer

Side = Literal["kept", "merged"]

NAME: Final = ("display_name", "family_name", "given_name", "name_order", "sort_name", "invented")
GROUPS: Final[Mapping[str, tuple[str, ...]]] = {
    "name": NAME,
    "language": ("language",),
    "country": ("country",),
    "region": ("region",),
    "city": ("city",),
    "street": ("street",),
    "postcode": ("postcode",),
    "birthday": ("birthday",),
    "note": ("note",),
    "owner": ("owner_id",),
    "source": ("source",),
}
"""What a person chooses, and the columns that go with it. ``custom.KEY`` can be chosen, too."""

CUSTOM: Final = "custom."


def merged_values(kept: Customer, merged: Customer, choices: Mapping[str, str]) -> dict[str, Any]:
    """Return the columns of the kept customer after the merge.

    What is not chosen stays as the kept customer has it, unless it has nothing there. Tags are
    joined. Closed stays closed: whoever asked not to be contacted means it for both.

    :raises InvalidCustomer: a choice of an unknown field or side.
    """
    _require_known(kept, merged, choices)
    values: dict[str, Any] = {}
    for name, columns in GROUPS.items():
        side = choices.get(name) or _default(kept, columns)
        giver = merged if side == "merged" else kept
        values |= {column: getattr(giver, column) for column in columns}
    values["custom"] = _custom(kept, merged, choices)
    values["tags"] = list(dict.fromkeys([*kept.tags, *merged.tags]))
    if kept.status != "closed" and merged.status == "closed":
        values |= {c: getattr(merged, c) for c in ("status", "closed_at", "closed_reason")}
    return values


def _default(kept: Customer, columns: tuple[str, ...]) -> Side:
    return "kept" if getattr(kept, columns[0]) not in (None, "") else "merged"


def _custom(kept: Customer, merged: Customer, choices: Mapping[str, str]) -> dict[str, Any]:
    values = {**merged.custom, **kept.custom}
    for key in values:
        side = choices.get(CUSTOM + key)
        if side is not None:
            values[key] = (merged if side == "merged" else kept).custom.get(key)
    return {key: value for key, value in values.items() if value is not None}


def _require_known(kept: Customer, merged: Customer, choices: Mapping[str, str]) -> None:
    known = {*GROUPS, *(CUSTOM + key for key in (*kept.custom, *merged.custom))}
    for name, side in choices.items():
        if name not in known:
            raise InvalidCustomer(
                "%(name)s is no field that can be chosen.", field="choices", name=name[:100]
            )
        if side not in ("kept", "merged"):
            raise InvalidCustomer("Choose kept or merged for each field.", field="choices")
