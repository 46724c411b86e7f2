"""A rule for the members of a segment: through the attribute catalogue, whoever offers it."""

from datetime import datetime
from uuid import UUID

from plugins.loyalty.tests.admin.sheets import changed, fields
from plugins.loyalty.tests.conftest import ACTOR
from plugins.loyalty.tests.earning.club import Club

from guanxi.app import create_app
from guanxi.platform import Platform
from guanxi.testkit.conformance.base import switch_on
from guanxi.testkit.factories import Factories
from guanxi.testkit.people import Person
from guanxi_loyalty.earning.rules import find_rule
from guanxi_loyalty.programmes import find_programme
from guanxi_segmentation.membership import pins, segments
from guanxi_segmentation.membership.drafts import SegmentDraft

EDIT = "/loyalty/rules/club/base/edit"


def gathered(platform: Platform, who: UUID, now: datetime) -> None:
    """Make a list, Regulars, with one customer in it."""
    with platform.database.write(ACTOR, now=now, dispatcher=platform.dispatcher) as session:
        segments.create(session, SegmentDraft("Regulars", "常客", key="regulars"), now=now)
    with platform.database.write(ACTOR, now=now, dispatcher=platform.dispatcher) as session:
        pins.pin(session, "regulars", who, included=True, reason="by hand", now=now)


def test_a_rule_gives_to_the_members_of_a_segment_only(
    loyalty: Platform, factories: Factories, now: datetime
) -> None:
    switch_on(loyalty, "segmentation")
    club = Club(loyalty, now)
    club.rule()
    ann, bob = club.person(), club.person("Bob")
    gathered(loyalty, ann, now)
    admin = Person(create_app(loyalty), loyalty.database, factories.user("admin"))
    row = admin.read("/loyalty/rules/club/condition?row=0&attr-0-key=segmentation.segments")
    wanted = {"attr-0-key": "segmentation.segments", "attr-0-op": "has", "attr-0-value": "regulars"}

    answer = admin.send(EDIT, changed(fields(admin.read(EDIT)), **wanted))
    club.buy(ann, "10")
    club.buy(bob, "10")
    club.read()

    assert 'value="regulars"' in row
    assert answer.status_code == 302
    with loyalty.database.read() as session:
        rule = find_rule(session, find_programme(session, "club"), "base")
    asked = {"key": "segmentation.segments", "op": "has", "value": ["regulars"]}
    assert rule.definition["conditions"] == {"attributes": [asked]}
    assert (club.points(ann), club.points(bob)) == (10, 0)
    listed = admin.read("/loyalty/rules")
    assert "Only for members whose Segments includes Regulars." in listed
