"""What people do with segments: made, changed, put away, deleted, copied; refused with a reason."""

import pytest
from plugins.segmentation.tests.membership.town import DAY, lives_in, people, rule
from sqlalchemy import select

from guanxi.audit.models import AuditEntry
from guanxi.errors import Conflict, Invalid, NotFound, PreconditionFailed
from guanxi_segmentation.membership import drafts, segments, usage
from guanxi_segmentation.membership.drafts import SegmentDraft
from guanxi_segmentation.models import Membership, Segment, State

MEMBER = {"segment": "base", "is": "member"}


def test_a_key_is_made_of_the_title_and_never_taken_twice(town, now):
    with town.write() as session:
        first = segments.create(session, SegmentDraft("Big spenders!", "大客户"), now=now)
        second = segments.create(session, SegmentDraft("Big  Spenders"), now=now)

    assert [first.key, second.key] == ["big_spenders", "big_spenders_2"]
    assert [first.title_zh, second.title_zh] == ["大客户", "Big Spenders"]


def test_a_chinese_title_alone_does(town, now):
    with town.write() as session:
        made = segments.create(session, SegmentDraft("", "重点客户"), now=now)

    assert (made.key, made.title_en) == ("zhong_dian_ke_hu", "重点客户")


@pytest.mark.parametrize(
    ("title", "key"),
    [
        ("VIP会员", "vip_hui_yuan"),
        ("2026 春节回购", "chun_jie_hui_gou"),
        ("か!", "segment"),
        ("class A", "segment"),
        ("长" * 60, "_".join(["chang"] * 8)),
        ("x" * 60, "x" * 50),
    ],
)
def test_a_key_that_is_made_can_be_read(title, key):
    assert drafts.key_from(title) == key


@pytest.mark.parametrize("key", ["", "A", "1st", "held_x", "class_x", "a" * 61, "a-b", "a\0", "ä"])
def test_a_key_is_plain(town, now, key):
    with town.write() as session, pytest.raises(Invalid):
        segments.create(session, SegmentDraft("Title", key=key), now=now)


@pytest.mark.parametrize("title", ["", "  ", "x" * 121, "a\0b", "a\x1bb"])
def test_a_title_is_one_short_line(town, now, title):
    with town.write() as session, pytest.raises(Invalid):
        segments.create(session, SegmentDraft(title, key="k"), now=now)


def test_a_taken_key_is_refused(town, now):
    town.segment("base", lives_in("London"))

    with town.write() as session, pytest.raises(Conflict, match="already"):
        segments.create(session, SegmentDraft("Another", key="base"), now=now)


def test_a_rule_is_checked_with_its_place(town, now):
    unknown = rule({"attribute": "customers.cty", "is": "eq", "value": "x", "missing": False})

    with town.write() as session, pytest.raises(Invalid) as caught:
        segments.create(session, SegmentDraft("S", key="s", rule=unknown), now=now)

    assert list(caught.value.fields) == ["where.attribute"]


def test_nothing_is_written_where_nothing_differs(town, now):
    town.segment("base", lives_in("London"))
    with town.write() as session:
        same = {"title_en": "Base", "rule": rule(lives_in("London"))}
        changed = segments.change(session, "base", same, now=now + DAY)

    assert (changed.version, changed.changed_at, changed.rule_version) == (1, now, 1)


def test_a_new_rule_is_a_new_version_and_the_old_one_is_kept(town, now):
    town.segment("base", lives_in("London"))
    with town.write() as session:
        new = {"rule": rule(lives_in("York")), "title_zh": "约克"}
        segments.change(session, "base", new, expected_version=1, now=now + DAY)

    with town.platform.database.read() as session:
        found = segments.rule_versions(session, "base")
        assert [(one.version, one.rule, one.at) for one in found] == [
            (2, rule(lives_in("York")), now + DAY),
            (1, rule(lives_in("London")), now),
        ]
        actions = session.scalars(
            select(AuditEntry.action).where(AuditEntry.subject_id == "base").order_by(AuditEntry.id)
        )
        assert list(actions) == ["segmentation.segment_created", "segmentation.segment_changed"]


def test_who_saw_an_older_version_is_refused(town, now):
    town.segment("base", lives_in("London"))
    with town.write() as session:
        segments.change(session, "base", {"title_en": "New"}, expected_version=1, now=now)

    with town.write() as session, pytest.raises(PreconditionFailed):
        segments.change(session, "base", {"title_en": "Newer"}, expected_version=1, now=now)


@pytest.mark.parametrize("changes", [{"key": "x"}, {"kind": "static"}, {"rule": None}])
def test_what_a_segment_is_cannot_be_changed(town, now, changes):
    town.segment("base", lives_in("London"))

    with town.write() as session, pytest.raises(Invalid):
        segments.change(session, "base", changes, now=now)


def test_a_circle_is_refused_and_the_way_is_named(town, now):
    town.segment("base", lives_in("London"))
    town.segment("middle", MEMBER)
    held = {"held": {"segment": "middle", "is": "member"}, "for": "P7D"}
    town.segment("top", held)

    back = rule({"op": "not", "args": [{"segment": "top", "is": "member"}]})
    with town.write() as session, pytest.raises(Conflict) as caught:
        segments.change(session, "base", {"rule": back}, now=now)
    with town.write() as session, pytest.raises(Conflict) as itself:
        segments.change(session, "base", {"rule": rule(MEMBER)}, now=now)

    assert caught.value.params["way"] == "base → top → middle → base"
    assert itself.value.params["way"] == "base → base"


@pytest.mark.parametrize("where", [MEMBER, {"held": MEMBER, "for": "P7D"}])
def test_a_segment_in_use_is_neither_deleted_nor_put_away(town, now, where):
    town.segment("base", lives_in("London"))
    town.segment("top", where)

    with town.write() as session, pytest.raises(Conflict) as deleted:
        segments.delete(session, "base", now=now)
    with town.write() as session, pytest.raises(Conflict) as archived:
        segments.archive(session, "base", now=now)

    assert deleted.value.params["uses"] == archived.value.params["uses"] == "Top (top)"
    with town.platform.database.read() as session:
        assert [(use.kind, use.key) for use in usage.uses_of(session, "base")] == [
            ("segment", "top")
        ]


def test_a_segment_that_is_not_there_cannot_be_mentioned(town, now):
    town.segment("base", lives_in("London"))
    with town.write() as session:
        segments.archive(session, "base", now=now)

    for where in (MEMBER, {"segment": "nobody", "is": "member"}):
        with town.write() as session, pytest.raises(Invalid):
            segments.create(session, SegmentDraft("S", key="s", rule=rule(where)), now=now)


def test_the_attribute_of_our_own_segments_is_no_way_around(town, now):
    class_of = {"attribute": "segmentation.segments", "is": "has", "value": "x", "missing": False}

    with town.write() as session, pytest.raises(Invalid):
        segments.create(session, SegmentDraft("S", key="s", rule=rule(class_of)), now=now)


def test_put_away_members_leave_and_history_stays(town, now):
    anna = town.person(city="London")
    town.built("base", lives_in("London"))
    with town.write() as session:
        segments.archive(session, "base", now=now + DAY)
    left = town.stays(anna, "base")
    town.change(anna, city="Bath")
    town.change(anna, city="London")
    town.deliver()

    assert left == [(now, "built", now + DAY, "archived")]
    assert town.stays(anna, "base") == left
    with town.write() as session:
        segments.restore(session, "base", now=now + 2 * DAY)
    town.run("build", now + 2 * DAY)
    assert town.members("base") == {anna}


def test_one_with_very_many_members_is_emptied_by_the_build(town, now, monkeypatch):
    monkeypatch.setattr(segments, "AT_ONCE", 2)
    crowd = set(people(town, 3, city="London"))
    town.built("base", lives_in("London"))
    with town.write() as session, pytest.raises(Conflict, match="very many"):
        segments.delete(session, "base", now=now)
    with town.write() as session:
        segments.archive(session, "base", now=now)
    before = town.members("base")

    town.run("build", now + DAY)
    emptied = town.members("base")
    with town.write() as session:
        segments.delete(session, "base", now=now)

    assert (before, emptied) == (crowd, set())
    with town.platform.database.read() as session, pytest.raises(NotFound):
        segments.get(session, "base")


def test_deleted_nothing_of_it_is_left(town, now):
    town.person(city="London")
    town.built("base", lives_in("London"))

    with town.write() as session:
        segments.delete(session, "base", now=now)

    with town.platform.database.read() as session:
        assert session.scalars(select(Segment)).all() == []
        assert session.scalars(select(Membership)).all() == []
        assert session.scalars(select(State.segments)).all() == [[]]


def test_a_copy_has_the_rule_of_its_own_from_then_on(town, now):
    anna = town.person(city="London")
    town.built("base", lives_in("London"))
    with town.write() as session:
        segments.clone(session, "base", SegmentDraft("", key="copy"), now=now)
    town.run("build", now)
    with town.write() as session:
        segments.change(session, "base", {"rule": rule(lives_in("York"))}, now=now)
    town.run("build", now)

    assert (town.members("base"), town.members("copy")) == (set(), {anna})


def test_hidden_segments_are_not_offered(town):
    town.segment("base", {"held": lives_in("London"), "for": "P7D"})

    with town.platform.database.read() as session:
        assert [one.key for one in segments.listed(session)] == ["base"]
        hidden = session.scalars(select(Segment.key).where(Segment.kind == "held")).one()
        with pytest.raises(NotFound):
            segments.get(session, hidden)
