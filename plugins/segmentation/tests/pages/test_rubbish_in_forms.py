"""Rubbish in every field of every form of segmentation: told to the person, and never 500."""

from typing import Final

import pytest
from plugins.segmentation.tests.clients import Person
from plugins.segmentation.tests.membership.town import Town
from plugins.segmentation.tests.worth import trading

USUAL: Final = {
    "kind": "tiers", "by": "share", "present": "segmentation.net_value", "present_at": "25",
    "potential": "segmentation.rfm_r", "potential_at": "50", "hysteresis": "10",
    "minimum_stay_days": "30", "title_en": "T", "key": "made", "lines": "a | A\nb | B",
    "of": "tiers", "reason": "x", "version": "2",
}  # fmt: skip
FORMS: Final = {
    "schemes/tiers/edit": (
        "title_en", "title_zh", "by", "present", "present_at", "potential_at", "hysteresis",
        "minimum_stay_days", "class-core-en", "version",
    ),
    "schemes/four/edit": ("title_en", "map-core", "map-x", "of", "version"),
    "schemes/preview-sizes": ("own_key", "kind", "present", "present_at", "map-core"),
    "schemes/new-scheme": ("kind", "key", "title_en", "present_at"),
    "schemes/new-scheme?kind=mapped": ("key", "title_en", "lines", "of"),
    "schemes/new-scheme?kind=rules": ("key", "title_en", "lines"),
    "schemes/tiers/classes/core": (
        "title_en", "service_level", "cadence_days", "preferred_channel", "looked_after_by",
        "version",
    ),
    "schemes/tiers/class-conditions": ("class_key", "act"),
    "schemes/tiers/classes/core/move": ("to",),
    "key-accounts": ("customer_id", "reason", "decision"),
    "segments/new": ("title_en", "title_zh", "key", "description"),
    "segments/list/edit": ("title_en", "title_zh", "description", "version"),
    "segments/builder": ("own_key", "act"),
    "segments/preview": ("own_key", "act"),
    "segments/list/adjustments": ("customer_id", "reason", "decision"),
    "segments/list/adjustments/list": ("words", "reason"),
}  # fmt: skip
RUBBISH: Final = {"nul": "a\0b", "10,000 digits": "9" * 10_000, "nothing": "", "list": "[]"}
PLACES: Final = (
    "schemes/%00", "schemes/%00/edit", "schemes/tiers/classes/%00", "schemes?state=%00",
    "segments/%00", "segments/list?after=x", "segments/list?after=WyJ4Il0", "segments/list?at=x",
    "segments/list/adjustments?after=x", "segments/list/adjustments?after=WyJ4Il0",
    "key-accounts?after=x", "key-accounts?after=WyJ4IiwiMSJd", "rfm?x=1",
)  # fmt: skip


@pytest.mark.slow
def test_no_field_of_a_form_breaks_it(town: Town, admin: Person) -> None:
    trading(town)
    town.segment("list", None)

    broken = []
    for path, names in FORMS.items():
        kind = {"kind": path.partition("=")[2]} if "=" in path else {}
        for name in names:
            for what, rubbish in RUBBISH.items():
                form = {**USUAL, **kind, name: rubbish}
                answer = admin.send(f"/segmentation/{path}", form)
                if answer.status_code >= 500:
                    broken.append((path, name, what))

    assert broken == []


def test_no_address_breaks_a_page(town: Town, admin: Person) -> None:
    trading(town)
    town.segment("list", None)

    found = {path: admin.get(f"/segmentation/{path}").status_code for path in PLACES}

    assert {path: status for path, status in found.items() if status >= 500} == {}
