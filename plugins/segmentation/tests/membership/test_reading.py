"""History, explanations, previews, definitions in files."""

import json

import pytest
from plugins.segmentation.tests.membership.town import DAY, bought, lives_in, people, rule
from sqlalchemy import text

from guanxi.errors import Conflict, Invalid, NotFound
from guanxi.ids import new_id
from guanxi_segmentation.membership import documents, explaining, history, pins, segments
from guanxi_segmentation.membership.previewing import looking, preview


def test_members_as_of_any_past_instant(town, now):
    anna, bert = town.person(city="London"), town.person(city="York")
    town.built("london", lives_in("London"))
    for day, (customer, city) in enumerate(((bert, "London"), (anna, "Bath")), start=1):
        town.change(customer, city=city)
        town.deliver(now + day * DAY)

    def at(days):
        with town.platform.database.read() as session:
            found = set(history.members_at(session, "london", now + days * DAY))
            assert history.count_at(session, "london", now + days * DAY) == len(found)
            return found

    assert [at(days) for days in (-1, 0, 0.5, 1, 1.9, 2, 9)] == [
        set(),
        {anna},
        {anna},
        {anna, bert},
        {anna, bert},
        {bert},
        {bert},
    ]


def test_past_members_come_page_by_page(town, now):
    crowd = sorted(people(town, 5, city="London"))
    town.built("london", lives_in("London"))

    with town.platform.database.read() as session:
        first = history.members_at(session, "london", now, limit=3)
        rest = history.members_at(session, "london", now, after=first[-1], limit=3)

    assert [*first, *rest] == crowd


def test_the_history_of_a_customer_has_open_stays_first_and_no_hidden_ones(town, now):
    anna = town.person(city="London")
    town.built("london", lives_in("London"))
    town.built("settled", {"held": lives_in("London"), "for": "P1D"})
    town.built("yorkers", lives_in("York"))
    town.change(anna, city="York")
    town.deliver(now + DAY)

    with town.platform.database.read() as session:
        stays = history.stays_of(session, anna)

    assert [(stay.segment.key, stay.membership.left_at) for stay in stays] == [
        ("yorkers", None),
        ("london", now + DAY),
    ]


def test_an_explanation_names_rule_pin_and_since_when(town, now):
    anna = town.person(city="London")
    town.buy(anna, now - DAY)
    town.built("both", {"op": "and", "args": [lives_in("London"), bought(2)]})
    with town.write() as session:
        pins.pin(session, "both", anna, included=True, reason="Friend", now=now + DAY)

    with town.platform.database.read() as session:
        found = explaining.explain(session, "both", anna, now=now + DAY)
        with pytest.raises(NotFound):
            explaining.explain(session, "both", new_id(), now=now)

    assert (found.member, found.fits, found.pin.reason) == (True, False, "Friend")
    assert (found.stay.entered_at, found.stay.entered_cause) == (now + DAY, "pinned")
    assert [(part.holds, part.value) for part in found.tree.parts] == [
        (True, "London"),
        (False, 1),
    ]


def test_a_rule_that_cannot_be_asked_is_not_explained(town, now):
    anna = town.person(city="London")
    town.built("london", lives_in("London"))
    with town.write() as session:
        gone = '{"v": 1, "where": {"attribute": "gone.x", "is": "known"}}'
        session.execute(text("UPDATE segmentation_segments SET rule = :gone"), {"gone": gone})

    with town.platform.database.read() as session:
        found = explaining.explain(session, "london", anna, now=now)

    assert (found.member, found.fits, found.tree) == (True, None, None)


def test_a_preview_counts_and_shows_ten(town, now):
    people(town, 12, city="London")
    people(town, 3, city="York")

    with town.platform.database.read() as session:
        found = preview(session, rule(lives_in("London")), now=now)
        nobody = preview(session, rule(lives_in("Bath")), now=now)

    assert (found.count, len(found.samples), nobody.count, nobody.samples) == (12, 10, 0, ())
    assert {sample.name.split()[0] for sample in found.samples} == {"Person"}


def test_a_preview_reads_only(town):
    with town.platform.database.read() as session, looking(session, 1) as reading:
        asked = ("transaction_read_only", "statement_timeout", "transaction_isolation")
        assert [reading.execute(text(f"SHOW {one}")).scalar_one() for one in asked] == [
            "on",
            "1s",
            "repeatable read",
        ]


def test_a_preview_that_takes_too_long_is_given_up(town, now):
    people(town, 300, city="London")
    slow = rule({"op": "or", "args": [bought(9, within=f"P{days}D") for days in range(1, 51)]})

    with town.platform.database.read() as session:
        found = preview(session, slow, now=now, seconds=0.001)
        fine = session.execute(text("SHOW statement_timeout")).scalar_one()

    assert (found.count, found.samples, fine) == (None, (), "0")


def test_a_preview_of_a_bad_rule_says_where(town, now):
    bad = rule({"attribute": "customers.city", "is": "gte", "value": 1, "missing": False})

    with town.platform.database.read() as session, pytest.raises(Invalid) as caught:
        preview(session, bad, now=now)

    assert list(caught.value.fields) == ["where.is"]


def test_a_preview_shows_only_whom_one_may_see(town, now, factories):
    me = factories.user()
    people(town, 2, city="London")
    mine = town.person(city="London", owner_id=me)
    principal = factories.principal(me, "customers.view", scope="own")

    with town.platform.database.read(principal) as session:
        found = preview(session, rule(lives_in("London")), now=now)

    assert (found.count, [sample.customer_id for sample in found.samples]) == (1, [mine])


def test_a_definition_goes_to_a_file_and_comes_back(town, now):
    town.segment("london", lives_in("London"), description="Capital", announce=False)
    with town.platform.database.read() as session:
        document = documents.exported(segments.get(session, "london"))
    written = json.loads(json.dumps(document))

    with town.write() as session:
        segments.delete(session, "london", now=now)
        documents.imported(session, written, now=now)
    with town.write() as session, pytest.raises(Conflict):
        documents.imported(session, written, now=now)
    with town.write() as session:
        changed = {**written, "rule": rule(lives_in("York"))}
        documents.imported(session, changed, replace=True, now=now)

    with town.platform.database.read() as session:
        assert documents.exported(segments.get(session, "london")) == changed


@pytest.mark.parametrize(
    "change",
    [
        {"format": "something"},
        {"version": 2},
        {"key": 5},
        {"title_en": None},
        {"description": []},
        {"announce": "yes"},
        {"more": 1},
        {"rule": {"v": 1}},
        {"rule": "text"},
    ],
)
def test_a_definition_that_is_none_is_refused(town, now, change):
    document = {
        "format": "guanxi-segment",
        "version": 1,
        "key": "s",
        "title_en": "S",
        "title_zh": "S",
    }

    with town.write() as session, pytest.raises(Invalid):
        documents.imported(session, {**document, **change}, now=now)
    with town.write() as session, pytest.raises(Invalid):
        documents.imported(session, [document], now=now)
