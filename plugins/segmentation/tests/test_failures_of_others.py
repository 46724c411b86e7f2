"""What users of other systems complain of does not happen here.

One test for each complaint, or the test elsewhere that holds it:

=============================================== ===================================================
complaint                                       held by
=============================================== ===================================================
a rebuild takes as long for 10 changes as for   here; ``membership/test_inputs.py``
5,000; clock work instead of events
segments in segments repeat their queries       here; ``rules/test_statements.py::
                                                test_many_rules_pass_over_the_touchpoints_once``
sliding windows look at everybody again         here
sending stops while lists are computed          here
hours until somebody is in a segment            ``membership/test_events.py::
                                                test_a_purchase_lets_a_customer_enter_and_tells_of_it``
dropped silently after two errors               here
stuck in "is calculating"                       here
lists add and never remove as windows move on   ``membership/test_windows.py::
                                                test_a_window_that_runs_out_ends_membership_...``
a change by an automation is not looked at      here
counts not reset to 0 as the window moves on    ``membership/test_building.py::
                                                test_a_window_count_is_zero_again_when_...``
only 50 rules are recalculated                  ``membership/test_building.py::
                                                test_all_of_very_many_segments_are_evaluated``
one bad filter stops all later segments         ``membership/test_building.py::
                                                test_one_bad_segment_never_stops_the_others``
busy while idle, from asking again and again    here
relative dates ignore the zone; off by a day    here; ``rules/test_edges.py``
"today" means midnight of UTC                   here
late events count by their arrival              ``membership/test_events.py::
                                                test_a_purchase_that_comes_late_counts_when_...``
"not equal" drops people without a value        here; ``membership/test_events.py::
                                                test_not_equal_says_itself_what_a_missing_value_means``
the count shown is three times the real one     ``membership/test_building.py::
                                                test_counts_are_what_counting_gives``
no report of additions and removals             here; ``membership/test_reading.py::
                                                test_members_as_of_any_past_instant``
recency fixed at 3, segments empty for ever     here
a fixed window makes old customers look new     here
=============================================== ===================================================

And what is wrong on purpose: an unknown attribute, a wrong type or operator, a circle, a tree
without end, a hostile text in every position is refused alike by domain, API and command.
"""

import copy
import json
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner
from plugins.segmentation.tests.membership.town import DAY, Town, bought, lives_in, people, rule
from sqlalchemy import event, select

from guanxi.app import create_app
from guanxi.cli import cli
from guanxi.command import CommandContext
from guanxi.errors import GuanxiError
from guanxi.platform import Platform
from guanxi.plugins.lifecycle import disable
from guanxi.testkit.clients import ApiClient
from guanxi.testkit.conformance.base import switch_on
from guanxi.testkit.factories import Factories
from guanxi.touchpoints.domain.drafts import Draft
from guanxi.touchpoints.domain.recording import record
from guanxi_segmentation.membership import segments
from guanxi_segmentation.membership.drafts import SegmentDraft
from guanxi_segmentation.membership.movement import movement
from guanxi_segmentation.models import Segment
from guanxi_segmentation.rfm import segment_counts


@pytest.fixture
def api(segmentation: Platform, factories: Factories) -> ApiClient:
    """A program of the admin."""
    return ApiClient(create_app(segmentation), factories.token("admin"))


@pytest.fixture
def preview(segmentation: Platform) -> Callable[[str], BaseException | None]:
    """Try a rule at the terminal; return the refusal."""
    address = segmentation.database.url.replace("+psycopg", "")

    def run(document: str) -> BaseException | None:
        context = CommandContext(
            segmentation.config, lambda *_: segmentation, lambda _: nullcontext(address)
        )
        command = ["segmentation", "preview", "--rule", "-"]
        return CliRunner().invoke(cli, command, obj=context, input=document).exception

    return run


@pytest.fixture
def statements(segmentation: Platform) -> Iterator[list[str]]:
    """Every statement that is sent to the database."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        sent.append(statement)

    event.listen(segmentation.database.engine, "before_cursor_execute", note)
    yield sent
    event.remove(segmentation.database.engine, "before_cursor_execute", note)


def test_one_change_looks_at_one_customer_however_many_there_are(town: Town) -> None:
    crowd = people(town, 30, city="Bath")
    town.built("yorkers", lives_in("York"))
    town.deliver()
    with town.platform.database.read() as session:
        before = session.scalars(select(Segment.evaluated_at)).one()

    town.change(crowd[3], city="York")
    town.deliver()

    assert town.told() == [("Entered", crowd[3], "yorkers", "changed")]
    with town.platform.database.read() as session:
        assert session.scalars(select(Segment.evaluated_at)).one() == before


def test_segments_of_segments_pass_over_touchpoints_once(town: Town, statements: list[str]) -> None:
    town.buy(town.person(), town.now - DAY)
    town.segment("buyers", bought())
    for level in range(5):
        below = "buyers" if level == 0 else f"level{level - 1}"
        town.segment(f"level{level}", {"segment": below, "is": "member"})
    statements.clear()

    town.run("build", town.now)

    scans = [one for one in statements if "touchpoints" in one and "GROUP BY" in one]
    assert len(town.members("level4")) == 1
    assert len(scans) == 1


def test_a_sliding_window_looks_only_at_whose_time_has_come(town: Town) -> None:
    ann, bo = people(town, 2)
    town.buy(ann, town.now - 29 * DAY)
    town.buy(bo, town.now - DAY)
    town.built("buyers", bought(within="P30D"))
    untouched = town.next_check(bo)

    said = town.run("sweep", town.now + 2 * DAY)

    assert town.members("buyers") == {bo}
    assert town.next_check(bo) == untouched
    assert said == {"due": 1, "waiting": 0}


def test_others_write_while_everybody_is_worked_out(town: Town) -> None:
    ann = town.person("Ann", city="York")
    town.segment("yorkers", lives_in("York"))

    with town.write() as session:
        segments.listed(session)
        (found,) = [one for one in _jobs() if one.name == "rebuild"]
        found.run(session, town.now)
        town.buy(ann, town.now - DAY)
        town.person("Bo", city="York")

    town.deliver()
    assert len(town.members("yorkers")) == 2


def _jobs() -> Any:
    from guanxi_segmentation import jobs  # noqa: PLC0415

    return jobs.JOBS


def test_trouble_is_told_and_ends_by_itself(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither dropped after errors nor left in "being calculated"."""
    ann = town.person("Ann", city="York")
    town.segment("yorkers", lives_in("York"))
    from guanxi_segmentation.membership import bulk  # noqa: PLC0415

    with monkeypatch.context() as broken:
        broken.setattr(bulk.BulkEvaluation, "run", _fails)
        for _ in range(3):
            with pytest.raises(RuntimeError):
                town.run("build", town.now)

    town.run("build", town.now)
    assert town.members("yorkers") == {ann}


def _fails(*_: Any, **__: Any) -> None:
    raise RuntimeError("the machine broke")


def test_a_change_by_a_plugin_is_looked_at_as_one_by_a_person(town: Town) -> None:
    from guanxi.customers.domain.changing import change_customer  # noqa: PLC0415
    from guanxi.db import Actor  # noqa: PLC0415

    ann = town.person("Ann")
    town.built("yorkers", lives_in("York"))
    robot = Actor("plugin", "automation")
    with town.platform.database.write(robot, now=town.now) as session:
        change_customer(session, ann, {"city": "York"}, now=town.now)
    town.deliver()

    assert town.members("yorkers") == {ann}


def test_a_minute_in_which_nothing_is_due_asks_little_and_writes_nothing(
    town: Town, statements: list[str]
) -> None:
    for one in people(town, 20):
        town.buy(one, town.now - DAY)
    town.built("buyers", bought(within="P30D"))
    town.deliver()
    town.run("sweep", town.now)
    statements.clear()

    town.run("sweep", town.now + timedelta(minutes=1))

    written = [one for one in statements if one.lstrip().startswith(("INSERT", "UPDATE"))]
    assert [one for one in written if "segmentation_memberships" in one] == []
    assert len(statements) < 25


def test_today_begins_where_the_company_is(town: Town, configure: Callable[..., None]) -> None:
    """17:00 in London is the next day in Shanghai."""
    configure(time_zone="Asia/Shanghai")
    noon_there = datetime(2026, 3, 3, 4, tzinfo=UTC)
    today = {
        "touchpoints": {"kind": ["purchase"]}, "measure": "count",
        "window": {"calendar": "day", "offset": 0, "count": 1}, "is": "gte", "value": 1,
    }  # fmt: skip
    yesterday_there, today_there = people(town, 2)
    town.buy(yesterday_there, datetime(2026, 3, 2, 15, 59, tzinfo=UTC))
    town.buy(today_there, datetime(2026, 3, 2, 16, 0, tzinfo=UTC))
    town.now = noon_there
    town.built("today", today)

    assert town.members("today") == {today_there}
    town.run("sweep", datetime(2026, 3, 3, 16, tzinfo=UTC))
    assert town.members("today") == set()
    assert town.stays(today_there, "today")[0][2] == datetime(2026, 3, 3, 16, tzinfo=UTC)


@pytest.mark.parametrize("missing", [True, False])
def test_not_equal_keeps_or_drops_people_without_a_value_as_the_rule_says(
    town: Town, missing: bool
) -> None:
    nowhere, bath, york = town.person("A"), town.person("B", city="Bath"), town.person("C")
    town.change(york, city="York")
    town.built("elsewhere", lives_in("York", "ne", missing=missing))

    assert town.members("elsewhere") == ({nowhere, bath} if missing else {bath})


FAMILIES = {
    "behaviour": {"touchpoints": {"kind": ["visit"]}, "measure": "count", "is": "gte", "value": 1},
    "capacity": {"touchpoints": {"kind": ["purchase"]}, "measure": "sum", "is": "gte",
                 "value": "100", "missing": False},
    "frequency": bought(3),
    "habits": {"touchpoints": {"kind": ["purchase"], "channel": ["store"]}, "measure": "last",
               "is": "within_last", "value": "P7D", "missing": False},
    "geography": lives_in("York"),
}  # fmt: skip


@pytest.mark.parametrize("family", FAMILIES)
def test_each_of_the_five_families_finds_its_customers(town: Town, family: str) -> None:
    """行为、能力、频率、消费习惯、地理位置: each condition fits the one who is like that, alone."""
    who = {name: town.person(name) for name in FAMILIES}
    town.change(who["geography"], city="York")
    town.buy(who["capacity"], town.now - 20 * DAY, "100")
    for days in (20, 21, 22):
        town.buy(who["frequency"], town.now - days * DAY)
    town.buy(who["habits"], town.now - 6 * DAY)
    visit = Draft(
        channel="website",
        kind="visit",
        occurred_at=town.now - 20 * DAY,
        customer_id=who["behaviour"],
    )
    with town.write() as session:
        record(session, visit, now=town.now)
    town.built("family", FAMILIES[family])

    assert town.members("family") == {who[family]}


def test_additions_and_removals_are_reported_day_by_day(town: Town) -> None:
    ann, bo = people(town, 2, city="York")
    town.built("yorkers", lives_in("York"))
    town.now += DAY
    town.change(ann, city="Bath")
    town.deliver()

    with town.platform.database.read() as session:
        (segment_id,) = session.scalars(select(Segment.id))
        first, last = (town.now - DAY).date(), town.now.date()
        days = movement(session, segment_id, first=first, last=last, zone=ZoneInfo("UTC"))

    assert [(one.entered, one.left) for one in days] == [(2, 0), (0, 1)]
    assert town.members("yorkers") == {bo}


def test_recency_tells_customers_apart(town: Town) -> None:
    """Nobody's score is a constant, so the classes of old and new customers are both filled."""
    for number, one in enumerate(people(town, 10)):
        for order in range(1 + number % 3):
            town.buy(one, town.now - (1 + 40 * number + order) * DAY, str(10 + number))
    town.run("rebuild", town.now)

    with town.platform.database.read() as session:
        filled = {key: count for key, count in segment_counts(session).items() if count}

    assert sum(filled.values()) == 10
    assert len(filled) >= 4


def test_who_ordered_long_ago_is_not_new(town: Town, configure: Callable[..., None]) -> None:
    """A window of a year forgets what was before; ours looks at the whole history unless told."""
    configure(rfm_convention="fixed")
    old, new = people(town, 2)
    for days in (1500, 1200, 900, 600):
        town.buy(old, town.now - days * DAY, "300")
    town.buy(new, town.now - 2 * DAY, "20")
    town.run("rebuild", town.now)
    recent = {"attribute": "segmentation.rfm_r", "is": "eq", "value": 5, "missing": False}
    often = {"attribute": "segmentation.rfm_f", "is": "gte", "value": 3, "missing": False}
    town.built("recent", recent)
    town.built("often", often)

    assert (town.members("recent"), town.members("often")) == ({new}, {old})


WRONG: dict[str, Any] = {
    "unknown attribute": {"attribute": "customers.no_such", "is": "known"},
    "wrong type": {"attribute": "customers.revenue", "is": "gt", "value": "x", "missing": False},
    "wrong operator": {"attribute": "customers.city", "is": "within_last", "value": "P1D",
                       "missing": False},
    "no answer to missing": {"attribute": "customers.city", "is": "eq", "value": "York"},
    "unknown segment": {"segment": "no_such", "is": "member"},
    "no condition": {},
    "an empty group": {"op": "and", "args": []},
    "a window of nothing": {**bought(), "window": {"last": "P0D"}},
    "a zone that is none": {**bought(), "window": {"calendar": "day", "offset": 0, "count": 1,
                                                   "zone": "Mars/Olympus"}},
    "not a number": {**bought(), "value": float("nan")},
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_refused_everywhere_alike(
    town: Town, api: ApiClient, preview: Callable[[str], BaseException | None], name: str
) -> None:
    wrong = rule(WRONG[name])

    with town.write() as session, pytest.raises(GuanxiError):
        segments.create(session, SegmentDraft("X", key="x", rule=wrong), now=town.now)
    body = {"title_en": "X", "key": "x", "rule": wrong}

    assert 400 <= api.post("/segmentation/segments", body).status_code < 500
    assert isinstance(preview(json.dumps(wrong)), GuanxiError)
    with town.platform.database.read() as session:
        assert segments.listed(session) == []


def test_a_circle_is_refused_by_the_api_with_the_way(town: Town, api: ApiClient) -> None:
    town.segment("base", lives_in("York"))
    town.segment("top", {"segment": "base", "is": "member"})

    body = {"rule": rule({"segment": "top", "is": "member"})}
    answer = api.patch("/segmentation/segments/base", body)

    assert answer.status_code == 409
    assert "base → top → base" in answer.json["title"]


def test_a_tree_without_end_is_refused_at_the_terminal(
    preview: Callable[[str], BaseException | None],
) -> None:
    deep = '{"op":"not","args":[' * 10_000 + "{}" + "]}" * 10_000

    assert isinstance(preview('{"v":1,"where":' + deep + "}"), GuanxiError)


EVERY = rule({
    "op": "and",
    "args": [
        lives_in("York"),
        {**bought(), "touchpoints": {"kind": ["purchase"], "channel": ["store"]}},
        {"segment": "base", "is": "member"},
        {"held": lives_in("York"), "for": "P7D"},
        {"bucket": {"salt": "x", "from": 0, "to": 10}},
        {"consent": {"channel": "email", "purpose": "marketing", "is": "given"}},
    ],
})  # fmt: skip
HOSTILE = ("'; DROP TABLE customers; --", "\x00", "{{7*7}}", "%s%(x)s", "\ud800", "x" * 70_000)


def places(node: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the way to every value in a document."""
    if isinstance(node, dict):
        for key in node:
            yield from places(node[key], (*way, key))
    elif isinstance(node, list):
        for number in range(len(node)):
            yield from places(node[number], (*way, number))
    else:
        yield way


def put(document: Any, way: tuple[Any, ...], value: Any) -> Any:
    """Return a copy of a document with a value in one place."""
    changed = copy.deepcopy(document)
    inner = changed
    for step in way[:-1]:
        inner = inner[step]
    inner[way[-1]] = value
    return changed


def sent(api: ApiClient, body: str) -> int:
    """Try a rule as it stands, also with halves of characters, which our own client refuses."""
    headers = {"Authorization": f"Bearer {api.token}", "Content-Type": "application/json"}
    path = "/api/v1/segmentation/preview"
    return api._client.post(path, data=body, headers=headers).status_code


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_text_in_every_position_harms_nothing(
    town: Town, api: ApiClient, text: str
) -> None:
    ann = town.person("Ann", city="York")
    town.built("base", lives_in("York"))

    answers = {sent(api, json.dumps({"rule": put(EVERY, way, text)})) for way in places(EVERY)}

    assert answers <= {200, 400, 413, 422}
    assert town.members("base") == {ann}


def test_a_disabled_plugin_is_named_and_the_members_stay_in_every_view(
    town: Town, api: ApiClient, segmentation: Platform
) -> None:
    from guanxi.db import Actor  # noqa: PLC0415

    switch_on(segmentation, "hello")
    town.refresh()
    ann = town.person("Ann", at=town.now - 10 * DAY)
    days = {"attribute": "hello.days", "is": "gte", "value": 1, "missing": False}
    town.built("known", days)
    disable(
        segmentation.database, segmentation.host, "hello", actor=Actor("system", "x"), now=town.now
    )
    town.refresh()
    town.run("sweep", town.now)
    town.deliver()

    shown = api.get("/segmentation/segments/known").json
    members = api.get("/segmentation/segments/known/members").json["items"]
    filtered = api.get("/customers?segmentation.segments__has=known").json["items"]

    assert "hello.days" in json.dumps(shown["problem"])
    assert [one["id"] for one in filtered] == [str(ann)]
    assert len(members) == 1
