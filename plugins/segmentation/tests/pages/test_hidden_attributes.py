"""What a person may not see of customers is neither offered nor tried nor read off anywhere."""

import json
import re
from uuid import UUID

import pytest
from flask import Flask
from plugins.segmentation.tests.clients import Person, allow, fields
from plugins.segmentation.tests.membership.town import Town, rule
from plugins.segmentation.tests.worth import trading

from guanxi.platform import Platform
from guanxi.sdk import custom_fields
from guanxi.testkit.factories import Factories
from guanxi_segmentation.membership import segments
from guanxi_segmentation.schemes import domain
from guanxi_segmentation.schemes.drafts import ClassDraft, SchemeDraft

Trade = dict[str, UUID]
CREDIT = "custom.credit"
RICH = {"attribute": CREDIT, "is": "gte", "value": "4000", "missing": False}
THRESHOLDS = {
    "by": "share", "present": CREDIT, "present_at": "50", "potential": "segmentation.rfm_r",
    "potential_at": "50", "hysteresis": "10", "minimum_stay_days": "0",
}  # fmt: skip


@pytest.fixture
def trade(town: Town) -> Trade:
    """Four customers with a credit limit that only some may see; Ann's is the highest."""
    titles = {"title_en": "Credit limit", "title_zh": "授信额度", "sensitive": True}
    with town.write() as session:
        custom_fields.create_field(session, "credit", "number", titles)
    town.refresh()
    ids = trading(town)
    for name, limit in (("Ann", 5000), ("Bo", 3000), ("Cy", 2000), ("Di", 1000)):
        town.change(ids[name], custom={"credit": limit})
    town.deliver()
    return ids


@pytest.fixture
def viewer(site: Flask, segmentation: Platform, factories: Factories) -> Person:
    """Somebody who sees everybody, but no sensitive fields, and manages segments."""
    allow(factories, "viewer", "segmentation.view", "segmentation.manage")
    return Person(site, segmentation.database, factories.user("viewer"))


def errors(page: str) -> list[str]:
    """What a page says is wrong."""
    return re.findall(r"(?:form-error|notice-danger)[^>]*>(?:<svg.*?</svg>)?([^<]*)", page)


def version(who: Person, page: str) -> dict[str, str]:
    """The field of the form of a scheme that says which version it shows."""
    found = re.search(r'name="version" value="(\d+)"', who.read(f"{page}/edit"))
    return {"version": found[1] if found else ""}


def by_credit(town: Town) -> None:
    """Make the tiers those of the credit limit."""
    options = {**THRESHOLDS, "minimum_stay_days": 0}
    with town.write() as session:
        domain.change_scheme(session, "tiers", {"options": options}, now=town.now)
    town.refresh()
    town.run("rebuild", town.now)


def test_the_builder_offers_only_what_one_may_see(
    trade: Trade, admin: Person, viewer: Person
) -> None:
    pages = [who.read("/segmentation/segments/new") for who in (admin, viewer)]

    assert [f'value="attribute:{CREDIT}"' in page for page in pages] == [True, False]


def test_a_rule_on_what_one_may_not_see_is_not_tried(trade: Trade, viewer: Person) -> None:
    form = {"r-match": "all", "r.0-what": f"attribute:{CREDIT}", "r.0-stored": json.dumps(RICH)}

    shown = viewer.send("/segmentation/segments/preview", form, htmx=True).text
    saved = viewer.send("/segmentation/segments/new", {**form, "title_en": "Rich"})

    assert "You may not see what this condition is about" in shown
    assert "preview-count" not in shown
    assert saved.status_code == 422


def test_a_rule_on_what_one_may_not_see_stays_when_the_title_is_changed(
    town: Town, trade: Trade, viewer: Person
) -> None:
    town.built("rich", RICH)
    page = viewer.get("/segmentation/segments/rich/edit").text
    sent = {**dict(fields(page)), "title_en": "Well off"}

    answer = viewer.send("/segmentation/segments/rich/edit", sent)

    assert "You may not see Credit limit; this condition stays as it is." in page
    assert answer.status_code == 302, errors(answer.text)
    with town.platform.database.read() as session:
        found = segments.get(session, "rich")
        assert (found.title_en, found.rule) == ("Well off", rule(RICH))


def test_why_keeps_the_value_back(town: Town, trade: Trade, admin: Person, viewer: Person) -> None:
    town.built("rich", RICH)
    path = f"/segmentation/segments/rich/why/{trade['Ann']}"

    assert "Value: 5,000" in admin.read(path)
    assert "5,000" not in viewer.read(path).replace("Credit limit is at least 4,000", "")


def test_tiers_by_what_one_may_not_see_are_neither_offered_nor_tried_nor_made(
    trade: Trade, admin: Person, viewer: Person
) -> None:
    new = "/segmentation/schemes/new-scheme?kind=tiers"
    sent = {"kind": "tiers", "key": "credit", "title_en": "Credit", **THRESHOLDS}

    offered = [f'value="{CREDIT}"' in who.read(new) for who in (admin, viewer)]
    tried = [
        who.send("/segmentation/schemes/preview-sizes", THRESHOLDS, htmx=True).text
        for who in (admin, viewer)
    ]
    made = [who.send("/segmentation/schemes/new-scheme", sent) for who in (viewer, admin)]

    assert offered == [True, False]
    assert ["2,000" in text or "3,000" in text for text in tried] == [True, False]
    assert "There is no attribute for this that you may see" in tried[1]
    assert [answer.status_code for answer in made] == [422, 302]


def test_the_scheme_keeps_thresholds_back_and_can_be_renamed(
    town: Town, trade: Trade, admin: Person, viewer: Person
) -> None:
    by_credit(town)
    page = "/segmentation/schemes/tiers"
    renamed = {**THRESHOLDS, "title_en": "Levels", "title_zh": "级别"}

    texts = [re.sub("<[^>]+>", "", who.read(page)) for who in (admin, viewer)]
    kept = viewer.send(f"{page}/edit", {**renamed, **version(viewer, page)})
    other = {**renamed, **version(viewer, page), "present_at": "25"}
    changed = viewer.send(f"{page}/edit", other)

    assert ["at present from 3,000" in text for text in texts] == [True, False]
    assert (kept.status_code, changed.status_code) == (302, 422)
    assert "Levels" in viewer.read(page)


def test_the_class_of_a_rule_on_what_one_may_not_see_is_treated_otherwise(
    town: Town, trade: Trade, viewer: Person
) -> None:
    draft = SchemeDraft(
        "wealth", "Wealth", "rules",
        (ClassDraft("rich", "Rich", rule=rule(RICH)), ClassDraft("others", "Others")),
    )  # fmt: skip
    with town.write() as session:
        domain.create_scheme(session, draft, now=town.now)
    town.refresh()
    path = "/segmentation/schemes/wealth/classes/rich"
    sent = {**dict(fields(viewer.get(path).text)), "cadence_days": "", "service_level": "Butler"}

    kept = viewer.send(path, sent)
    lower = json.dumps({**RICH, "value": "2500"})
    probed = viewer.send(path, {**sent, "r.0-stored": lower})

    assert kept.status_code == 302, errors(kept.text)
    assert probed.status_code == 422
    assert "Butler" in viewer.read("/segmentation/schemes/wealth")
