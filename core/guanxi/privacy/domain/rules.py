"""What becomes of each table's rows about a person when that person's data is erased.

Every table of the core that refers to customers stands here; a test sees to it. What was bought
when and for how much stays, for accounts must be kept, but without anything that tells by whom.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Column, Table

from guanxi.customers.models import Customer
from guanxi.db import Base


@dataclass(frozen=True, slots=True)
class Rule:
    """``delete`` removes the rows; else the columns in ``blank`` get these values."""

    delete: bool = False
    blank: Mapping[str, Any] = field(default_factory=dict)
    exported: bool = True
    """Whether the rows are part of what the person is given."""
    hidden: frozenset[str] = frozenset()
    """Columns that are left out of what the person is given: they are about others or derived."""


_GONE: Final = Rule(delete=True)
_DERIVED: Final = Rule(delete=True, exported=False)

RULES: Final[Mapping[str, Rule]] = {
    "customers": Rule(
        blank={
            "display_name": "",
            "sort_name": "",
            "tags": [],
            "custom": {},
            "search_tokens": [],
            "name_order": "western",
            "invented": False,
            **dict.fromkeys(
                (
                    "family_name", "given_name", "language", "country", "region", "city",
                    "street", "postcode", "birthday", "note", "owner_id", "closed_reason",
                    "source", "import_id",
                )
            ),
        },
        hidden=frozenset({"search_tokens", "sort_name", "import_id", "version"}),
    ),
    "customer_identities": _GONE,
    "customer_memberships": _GONE,
    "customer_consents": _GONE,
    "customer_match_keys": _DERIVED,
    "duplicate_suggestions": _DERIVED,
    "customer_merges": Rule(blank={"undo": {}}, hidden=frozenset({"undo"})),
    # Figures without a name; the reader that keeps them takes them out on CustomerErased.
    "customer_activity": Rule(),
    "customer_trade": Rule(),
    "touchpoints": Rule(
        blank={"subject": None, "note": None, "customer_hint": None, "state_reason": None},
        hidden=frozenset({"fingerprint", "import_id", "version"}),
    ),
    "touchpoint_plans": Rule(blank={"note": None}),
    "rewards": Rule(blank={"reason": "", "state_reason": None, "detail": {}}),
    "messages": Rule(
        blank={
            "subject": "",
            "body": "",
            "reason": None,
            "reason_values": {},
            "address": None,
            "sent_subject": None,
            "sent_text": None,
        }
    ),
    "customer_comments": _GONE,
    "tasks": _GONE,
    "notifications": _DERIVED,
    "privacy_requests": Rule(blank={"note": None, "error": None, "file_name": None}),
}  # fmt: skip
"""By the name of the table."""

SUBJECTS: Final[Mapping[str, str]] = {
    "customers": "customer",
    "touchpoints": "touchpoint",
    "touchpoint_plans": "planned_contact",
    "rewards": "reward",
    "messages": "message",
    "customer_comments": "comment",
    "tasks": "task",
}
"""Under which name the audit log speaks of a table's rows."""


def tables_about_customers() -> list[tuple[Table, list[Column[Any]]]]:
    """Return the core's tables that refer to customers, each with the columns that do."""
    found = []
    for table in Base.metadata.sorted_tables:
        columns = [column for column in table.columns if _refers(column)]
        if table.name == Customer.__tablename__:
            columns = [table.c.id]
        if columns:
            found.append((table, columns))
    return found


def _refers(column: Column[Any]) -> bool:
    return any(key.column.table.name == Customer.__tablename__ for key in column.foreign_keys)
