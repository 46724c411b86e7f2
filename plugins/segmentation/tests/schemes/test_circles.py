"""Segments that ask for classes whose rules ask for segments: followed to the end, never round."""

from typing import Any

import pytest
from plugins.segmentation.tests.membership.town import DAY, Town, bought, lives_in, rule
from sqlalchemy import select

from guanxi.sdk import Conflict, Invalid
from guanxi_segmentation.membership import pins, segments, usage
from guanxi_segmentation.membership.drafts import SegmentDraft
from guanxi_segmentation.models import Segment
from guanxi_segmentation.schemes import history
from guanxi_segmentation.schemes.domain import (
    archive_scheme,
    change_scheme,
    create_scheme,
    make_primary,
    restore_scheme,
)
from guanxi_segmentation.schemes.drafts import ClassDraft, SchemeDraft
from guanxi_segmentation.schemes.presets import ensure_ready_made


def member(key: str) -> dict[str, Any]:
    return {"segment": key, "is": "member"}


def of_class(scheme: str, value: str = "in") -> dict[str, Any]:
    return {"attribute": f"segmentation.class_{scheme}", "is": "eq", "value": value}


def two_classes(key: str, segment: str) -> SchemeDraft:
    return SchemeDraft(
        key,
        key.title(),
        "rules",
        (ClassDraft("in", "In", rule=rule(member(segment))), ClassDraft("out", "Out")),
    )


def scheme(town: Town, draft: SchemeDraft) -> None:
    with town.write() as session:
        create_scheme(session, draft, now=town.now)
    town.refresh()


@pytest.fixture
def chain(town: Town) -> Town:
    """Londoners make the class of ``first``, that ``middle``, that the class of ``second``."""
    with town.write() as session:
        ensure_ready_made(session, now=town.now)
    town.segment("base", lives_in("London"))
    scheme(town, two_classes("first", "base"))
    town.segment("middle", of_class("first"))
    scheme(town, two_classes("second", "middle"))
    town.segment("top", of_class("second"))
    return town


def test_a_class_that_follows_from_itself_is_refused_with_the_way(chain: Town) -> None:
    back = {"rule": rule(of_class("second"))}

    with chain.write() as session, pytest.raises(Conflict) as caught:
        segments.change(session, "base", back, now=chain.now)

    assert caught.value.params["way"] == (
        "base → segmentation.class_second → second/in → middle → segmentation.class_first"
        " → first/in → base"
    )


def test_a_class_whose_rule_closes_the_circle_is_refused(chain: Town) -> None:
    classes = two_classes("first", "top").classes

    with chain.write() as session, pytest.raises(Conflict) as caught:
        change_scheme(session, "first", {"classes": classes}, now=chain.now)

    assert caught.value.params["way"] == (
        "segmentation.class_first → first/in → top → segmentation.class_second → second/in"
        " → middle → segmentation.class_first"
    )


@pytest.mark.parametrize("name", ["service_level", "offer_band", "cadence_days"])
def test_treatment_leads_back_only_by_the_primary_scheme(chain: Town, name: str) -> None:
    chain.segment("treated", {"attribute": f"segmentation.{name}", "is": "known"})
    scheme(chain, two_classes("third", "treated"))

    with chain.write() as session, pytest.raises(Conflict) as caught:
        make_primary(session, "third", now=chain.now)

    assert caught.value.params["way"] == (
        f"segmentation.class_third → third/in → treated → segmentation.{name}"
        " → segmentation.class_third"
    )


def test_a_segment_of_key_accounts_cannot_be_what_makes_them(chain: Town, configure: Any) -> None:
    configure(key_account_by="segment:base")
    keys = {"attribute": "segmentation.key_account", "is": "eq", "value": True}

    with chain.write() as session, pytest.raises(Conflict) as caught:
        segments.change(session, "base", {"rule": rule(keys)}, now=chain.now)

    assert caught.value.params["way"] == "base → segmentation.key_account → base"


def test_everything_that_follows_follows_in_one_rebuild(chain: Town) -> None:
    ann = chain.person("Ann", city="London")
    chain.person("Bo", city="Bath")

    chain.run("rebuild", chain.now)

    assert chain.members("top") == {ann}


def test_everything_follows_a_change_of_one_customer(chain: Town) -> None:
    bo = chain.person("Bo", city="Bath")
    chain.run("rebuild", chain.now)
    chain.change(bo, city="London")
    chain.deliver()

    assert chain.members("top") == {bo}


def test_everything_follows_an_edited_rule_and_a_decision_by_hand(chain: Town) -> None:
    bo = chain.person("Bo", city="Bath")
    cy = chain.person("Cy", city="Rome")
    chain.run("rebuild", chain.now)
    with chain.write() as session:
        segments.change(session, "base", {"rule": rule(lives_in("Bath"))}, now=chain.now)
    chain.run("build", chain.now + DAY)
    edited = chain.members("top")
    with chain.write(chain.now + DAY) as session:
        pins.pin(session, "base", cy, included=True, reason=None, now=chain.now + DAY)

    assert (edited, chain.members("top")) == ({bo}, {bo, cy})
    with chain.platform.database.read() as session:
        found = history.class_at(session, "second", cy, chain.now + DAY)
        assert found is not None
        assert found.key == "in"


def test_a_segment_that_makes_classes_or_key_accounts_is_in_use(
    chain: Town, configure: Any
) -> None:
    configure(key_account_by="segment:base")

    with chain.write() as session:
        uses = [(one.kind, one.key) for one in usage.uses_of(session, "base")]
        for refused in (segments.delete, segments.archive):
            with pytest.raises(Conflict) as caught:
                refused(session, "base", now=chain.now)
            assert caught.value.params["uses"] == "In (first/in), Key accounts are (key_account_by)"

    assert uses == [("class", "first/in"), ("setting", "key_account_by")]


def test_a_scheme_comes_back_from_the_archive_only_with_what_it_asks_for(chain: Town) -> None:
    with chain.write() as session:
        segments.delete(session, "top", now=chain.now)
        archive_scheme(session, "second", now=chain.now)
        segments.delete(session, "middle", now=chain.now)

    with chain.write() as session, pytest.raises(Invalid, match="no segment"):
        restore_scheme(session, "second", now=chain.now)


def test_a_refused_circle_leaves_nothing_behind(chain: Town) -> None:
    with pytest.raises(Conflict), chain.write() as session:
        change_scheme(
            session, "first", {"classes": two_classes("first", "top").classes}, now=chain.now
        )
    with pytest.raises(Conflict), chain.write() as session:
        segments.create(session, SegmentDraft("X", key="x", rule=rule(member("x"))), now=chain.now)

    with chain.platform.database.read() as session:
        stored = session.scalars(select(Segment.rule).where(Segment.key == "class_first__in")).one()
        assert stored == rule(member("base"))


def test_a_class_ends_with_the_window_of_its_rule(town: Town) -> None:
    ann = town.person("Ann")
    town.buy(ann, town.now - DAY)
    town.segment("buyers", bought(within="P30D"))
    scheme(town, two_classes("recent", "buyers"))
    town.run("rebuild", town.now)

    town.run("sweep", town.now + 40 * DAY)

    with town.platform.database.read() as session:
        found = [(one.member.key, one.left_at is None) for one in history.stays_of(session, ann)]
    assert found == [("out", True), ("in", False)]
