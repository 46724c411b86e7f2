"""The facts of a random person, made without a database; for tests of time alone."""

from datetime import date
from typing import Any

from plugins.segmentation.tests.rules.population import key_of
from plugins.segmentation.tests.rules.strategies import Person

from guanxi_segmentation.rules import Contact, Context, Decision, Facts


def facts_of(person: Person, context: Context) -> Facts:
    """Return what the loader would, of the attributes that time has a part in."""
    contacts = [_contact(one) for one in person.touchpoints if one["state"] == "recorded"]
    decisions = [Decision(**one) for one in person.decisions]
    day = person.customer["custom"].get("date")
    return Facts(
        customer_id=person.id,
        context=context,
        attributes={
            "customers.birthday": person.customer["birthday"],
            "customers.created_at": person.customer["created_at"],
            "customers.last_contact": (person.activity or {}).get("last_at"),
            "custom.date": date.fromisoformat(day) if day else None,
            "customers.city": person.customer["city"],
        },
        touchpoints=tuple(sorted(contacts, key=lambda one: one.occurred_at)),
        decisions=tuple(sorted(decisions, key=lambda one: one.at)),
        segments={key_of(name): at for name, at in person.stays.items()},
    )


def _contact(touchpoint: dict[str, Any]) -> Contact:
    values = {name: touchpoint[name] for name in Contact._fields if name != "products"}
    return Contact(**values, products=frozenset(touchpoint["products"]))
