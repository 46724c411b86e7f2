"""Rubbish in every field and address of the admin's pages: told to the person, and never 500."""

from typing import Final

import pytest
from plugins.loyalty.tests.admin.sheets import changed, fields
from plugins.loyalty.tests.earning.club import Club
from plugins.loyalty.tests.tiers.test_folding import TIERS

from guanxi.testkit.people import Person

FORMS: Final = (
    "programmes/new", "programmes/club/edit", "rules/club/new?kind=amount",
    "rules/club/new?kind=survey", "rules/club/base/edit", "campaigns/club/new",
    "campaigns/club/spring/edit", "tiers/club/edit",
)  # fmt: skip
RUBBISH: Final = {"nul": "a\0b", "10,000 digits": "9" * 10_000, "list": "[]"}
PLACES: Final = (
    "?x=%00", "programmes/%00/edit", "programmes/%00/history", "rules?programme=%00",
    "rules?programme=none", "rules/%00/kinds", "rules/club/new?kind=%00", "rules/club/%00/edit",
    "rules/club/new?campaign=%00", "rules/club/condition?row=%00", "rules/club/condition?row=99999",
    "rules/club/condition?row=1&attr-1-key=%00&attr-1-op=%00", "rules/%00/x/history",
    "campaigns/club/%00/edit", "campaigns/%00/new", "campaigns/club/%00/history",
    "tiers?programme=%00", "tiers/%00/edit", "simulator?programme=%00",
    "simulator?run=1&customer_id=%00&trigger=%00&at=%00&amount=%00&line-0-product=%00",
    "simulator?customer_query=%00", "simulator/customers?customer_query=%00",
    "simulator?run=1&at=0001-01-01T00:00&customer_id=x",
    "simulator/customers?customer_query=%ED%A0%80",
)  # fmt: skip
ACTIONS: Final = (
    "programmes/club/state", "programmes/club/check", "rules/club/base/state",
    "campaigns/club/spring/state", "rules/club/sentence", "tiers/club/preview",
)  # fmt: skip


def furnished(club: Club) -> None:
    club.rule()
    club.campaign()
    club.tiers(tiers=TIERS)


def test_no_address_breaks_a_page(club: Club, admin: Person) -> None:
    furnished(club)

    found = {path: admin.get(f"/loyalty/{path}").status_code for path in PLACES}

    assert {path: status for path, status in found.items() if status >= 500} == {}


@pytest.mark.slow
def test_no_field_of_a_form_breaks_it(club: Club, admin: Person) -> None:
    furnished(club)

    broken = []
    for path in FORMS:
        sent = fields(admin.read(f"/loyalty/{path}"))
        for name in dict(sent):
            for what, rubbish in RUBBISH.items():
                answer = admin.send(f"/loyalty/{path}", changed(sent, **{name: rubbish}))
                if answer.status_code >= 500:
                    broken.append((path, name, what))

    assert broken == []


def test_no_action_breaks_on_rubbish(club: Club, admin: Person) -> None:
    furnished(club)

    broken = []
    for path in ACTIONS:
        for rubbish in RUBBISH.values():
            form = {"state": rubbish, "version": rubbish, "reason": rubbish, "own_key": rubbish}
            answer = admin.send(f"/loyalty/{path}", form)
            if answer.status_code >= 500:
                broken.append((path, rubbish[:10]))

    assert broken == []
