"""A rule looks at an attribute whose plugin is switched off: told everywhere, and nobody leaves."""

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from plugins.segmentation.tests.clients import Person
from plugins.segmentation.tests.conftest import ACTOR
from plugins.segmentation.tests.membership.town import DAY, Town

from guanxi.app import create_app
from guanxi.platform import Platform
from guanxi.plugins.lifecycle import disable
from guanxi.testkit.conformance.base import switch_on
from guanxi.testkit.factories import Factories

Guanxi = Callable[..., str]
DAYS = {"attribute": "hello.days", "is": "gte", "value": 1, "missing": False}


@pytest.fixture
def ann(town: Town, segmentation: Platform) -> UUID:
    """The member of a segment whose rule looks at a plugin that is switched off since."""
    switch_on(segmentation, "hello")
    town.refresh()
    found = town.person("Ann", at=town.now - 10 * DAY)
    town.built("known", DAYS)
    disable(segmentation.database, segmentation.host, "hello", actor=ACTOR, now=town.now)
    town.refresh()
    town.run("sweep", town.now)
    town.deliver()
    return found


def test_the_terminal_names_it_and_a_rebuild_keeps_the_members(
    town: Town, guanxi: Guanxi, ann: UUID
) -> None:
    town.person("Bo", at=town.now - 10 * DAY)

    guanxi("rebuild")

    assert town.members("known") == {ann}
    assert "hello.days" in guanxi("show", "known")
    assert guanxi("list").split()[:3] == ["known", "1", "problem"]
    (listed,) = json.loads(guanxi("list", "--json"))
    assert "hello.days" in json.dumps(listed["problem"])
    assert guanxi("members", "known") == f"{ann}  Ann\n"
    assert guanxi("export", "known").splitlines()[1].startswith(str(ann))


def test_the_pages_name_it_and_show_the_members(
    town: Town, segmentation: Platform, factories: Factories, ann: UUID
) -> None:
    admin = Person(create_app(segmentation), segmentation.database, factories.user("admin"))

    listed = admin.read("/segmentation/")
    shown = admin.read("/segmentation/segments/known")
    chinese = admin.speaks("zh").read("/segmentation/segments/known")

    assert "Needs attention" in listed
    assert "hello.days" in shown
    assert "Ann" in shown
    assert "hello.days" in chinese


def test_switched_on_again_all_are_looked_at(
    town: Town, segmentation: Platform, guanxi: Guanxi, ann: UUID
) -> None:
    bo = town.person("Bo", at=town.now - 10 * DAY)
    switch_on(segmentation, "hello")
    town.refresh()

    town.run("sweep", town.now)
    town.run("build", town.now)
    town.deliver()

    shown: Any = json.loads(guanxi("show", "known", "--json"))
    assert town.members("known") == {ann, bo}
    assert shown["problem"] is None
