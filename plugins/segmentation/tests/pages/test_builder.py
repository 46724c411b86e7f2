"""The builder: a rule as fields of a form, and fields as a rule."""

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from plugins.segmentation.tests.rules.strategies import CATALOGUE, documents

from guanxi.sdk import Invalid
from guanxi_segmentation.pages.builder.comparing import same
from guanxi_segmentation.pages.builder.filling import fill_tree
from guanxi_segmentation.pages.builder.moving import act, can
from guanxi_segmentation.pages.builder.reading import MAX_FIELDS, read_tree
from guanxi_segmentation.pages.builder.tree import Group, Leaf, name_of, place_from, walk
from guanxi_segmentation.pages.builder.writing import Written, write_rule
from guanxi_segmentation.ready import READY
from guanxi_segmentation.rules import InvalidRule, parse

LONDON = ZoneInfo("Europe/London")
HOSTILE = (
    "'; DROP TABLE customers; --",
    "<script>alert(1)</script>",
    "{{ 7*7 }}",
    "\u202e\ufeff",
    "a" * 5000,
    "%(place)s %s",
    "-1e999999",
    "../../etc/passwd",
    "9" * 400,
    '{"attribute": ' * 500,
)


def fields(tree: Group) -> list[tuple[str, str]]:
    """Return the fields of the form that shows a tree, as a browser sends them."""
    found: list[tuple[str, str]] = []
    for place, part in walk(tree):
        name = name_of(place)
        if isinstance(part, Group):
            found += [(f"{name}-match", part.match), (f"{name}-held", part.held)]
            found.append((f"{name}-held_unit", part.held_unit))
            continue
        found += [(f"{name}-what", part.what), (f"{name}-was", part.what)]
        found += [(f"{name}-{key}", text) for key, texts in part.values.items() for text in texts]
    return found


def fault_of(written: Written) -> Any:
    """Return the place that a rule's fault is told at; None for a rule without."""
    try:
        parse(written.document, CATALOGUE)
    except InvalidRule as error:
        return written.place_of(error.place)
    return None


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(documents)
def test_a_rule_comes_out_of_the_form_as_it_went_in(document: dict[str, Any]) -> None:
    tree = fill_tree(document, CATALOGUE, LONDON)
    written = write_rule(read_tree(fields(tree)), CATALOGUE, LONDON)

    assert written.lacks == {}
    parse(written.document, CATALOGUE)
    assert same(written.document, document)


@pytest.mark.parametrize("template", READY, ids=lambda one: one.key)
def test_every_template_is_a_rule_that_the_form_keeps(template: Any) -> None:
    document = template.rule
    parse(document, CATALOGUE)
    tree = fill_tree(document, CATALOGUE, LONDON)

    assert same(write_rule(read_tree(fields(tree)), CATALOGUE, LONDON).document, document)


def test_there_are_templates_for_each_trade_with_titles_in_both_languages() -> None:
    assert {one.trade for one in READY} == {"all", "retail", "services", "business"}
    assert len({one.key for one in READY}) == len(READY) >= 10
    assert all(one.title.en and one.title.zh and one.purpose.zh for one in READY)


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("field", ["what", "is", "value", "lines", "window", "last", "stored"])
def test_hostile_text_in_a_field_makes_no_rule_or_one_that_holds_it(field: str, text: str) -> None:
    leaf = {"what": "attribute:customers.city", "is": "eq", "value": "Bath", field: text}
    form = [("r-match", "all"), *((f"r.0-{name}", value) for name, value in leaf.items())]

    written = write_rule(read_tree(form), CATALOGUE, LONDON)

    assert fault_of(written) in {None, (), (0,)}


def test_names_of_places_that_are_none_are_passed_over() -> None:
    odd = ["r.x-what", "r.-1-what", "r.0.9999-what", "r" + ".0" * 40 + "-what", "what", "r.٣-what"]

    assert read_tree([(name, "segment") for name in odd]) == Group()


def test_a_form_without_end_is_refused() -> None:
    with pytest.raises(Invalid):
        read_tree(("r-x", "") for _ in range(MAX_FIELDS + 2))


def test_a_condition_of_an_attribute_that_is_gone_stays_as_it_is() -> None:
    node = {"attribute": "scoring.p_alive", "is": "gte", "value": 0.5, "missing": True}
    document = {"v": 1, "where": node}

    tree = fill_tree(document, CATALOGUE, LONDON)

    assert write_rule(read_tree(fields(tree)), CATALOGUE, LONDON).document == document


def test_what_the_fields_cannot_hold_stays_as_it_is() -> None:
    of = {"amount": {"gt": 1, "gte": 2}}
    node = {"touchpoints": of, "measure": "count", "is": "gte", "value": 1}
    document = {"v": 1, "where": node}

    tree = fill_tree(document, CATALOGUE, LONDON)

    assert tree.parts[0].values.keys() == {"stored"}
    assert write_rule(tree, CATALOGUE, LONDON).document == document


def test_another_subject_forgets_the_old_value() -> None:
    form = [("r-match", "all"), ("r.0-was", "attribute:customers.city"), ("r.0-value", "Bath")]
    form.append(("r.0-what", "attribute:customers.birthday"))

    assert read_tree(form).parts == [Leaf("attribute:customers.birthday")]


def test_another_measure_keeps_which_touchpoints_count() -> None:
    form = [("r-match", "all"), ("r.0-was", "touchpoints:count"), ("r.0-kind", "purchase")]
    form += [("r.0-what", "touchpoints:sum"), ("r.0-value", "3")]

    assert read_tree(form).parts == [Leaf("touchpoints:sum", {"kind": ["purchase"]})]


def test_numbers_of_a_chinese_keyboard_and_with_commas_are_numbers() -> None:
    form = [("r-match", "all"), ("r.0-what", "attribute:customers.revenue"), ("r.0-is", "between")]
    form += [("r.0-value", "１２"), ("r.0-value2", "1,234.50")]

    where = write_rule(read_tree(form), CATALOGUE, LONDON).document["where"]

    assert where["value"] == [12, "1234.50"]


def test_a_day_of_a_window_begins_at_midnight_of_the_company() -> None:
    form = [("r-match", "all"), ("r.0-what", "touchpoints:count"), ("r.0-value", "1")]
    form += [("r.0-window", "between"), ("r.0-from", "2026-07-01")]

    where = write_rule(read_tree(form), CATALOGUE, LONDON).document["where"]

    assert where["window"] == {"from": "2026-07-01T00:00:00+01:00"}


def test_none_of_and_for_how_long_are_written_as_the_tree_says() -> None:
    city, kind = Leaf("segment", {"value": ["a"]}), Leaf("segment", {"value": ["b"]})
    tree = Group("all", [Group("none", [city, kind], held="2", held_unit="W")])

    where = write_rule(tree, CATALOGUE, LONDON).document["where"]

    members = [{"segment": key, "is": "member"} for key in ("a", "b")]
    assert where == {"held": {"op": "not", "args": [{"op": "or", "args": members}]}, "for": "P2W"}


def test_what_is_missing_is_said_where_it_is_missing() -> None:
    tree = Group("all", [Leaf(), Leaf("attribute:customers.city"), Group("any", [])])

    assert set(write_rule(tree, CATALOGUE, LONDON).lacks) == {(0,), (1,), (2,)}


def sample() -> Group:
    """Return a tree: a, (b, c), d."""
    a, b, c, d = (Leaf(name) for name in "abcd")
    return Group("all", [a, Group("any", [b, c]), d])


def shape(part: Any) -> Any:
    """Return a tree as nested lists of names."""
    return part.what if isinstance(part, Leaf) else [shape(one) for one in part.parts]


@pytest.mark.parametrize(
    ("action", "place", "wanted", "focus"),
    [
        ("up", (2,), ["a", "d", ["b", "c"]], (1,)),
        ("down", (0,), [["b", "c"], "a", "d"], (1,)),
        ("up", (0,), ["a", ["b", "c"], "d"], (0,)),
        ("into_below", (0,), [["a", "b", "c"], "d"], (0, 0)),
        ("into_above", (2,), ["a", ["b", "c", "d"]], (1, 2)),
        ("out", (1, 0), ["a", ["c"], "b", "d"], (2,)),
        ("wrap", (0,), [["a"], ["b", "c"], "d"], (0, 0)),
        ("copy", (1, 0), ["a", ["b", "b", "c"], "d"], (1, 1)),
        ("remove", (1,), ["a", "d"], (1,)),
        ("remove", (2,), ["a", ["b", "c"]], (1,)),
        ("add", (1,), ["a", ["b", "c", ""], "d"], (1, 2)),
        ("add_group", (), ["a", ["b", "c"], "d", [""]], (3, 0)),
        ("explode", (0,), ["a", ["b", "c"], "d"], (0,)),
        ("remove", (), ["a", ["b", "c"], "d"], ()),
        ("remove", (7, 7), ["a", ["b", "c"], "d"], (7, 7)),
        ("add", (0,), ["a", ["b", "c"], "d"], (0,)),
    ],
)
def test_buttons_change_the_shape(
    action: str, place: tuple[int, ...], wanted: Any, focus: tuple[int, ...]
) -> None:
    tree = sample()

    assert act(tree, action, place) == focus
    assert shape(tree) == wanted


def test_the_last_condition_of_a_group_that_moves_out_takes_the_group_along() -> None:
    tree = Group("all", [Group("any", [Leaf("a")])])

    assert act(tree, "out", (0, 0)) == (0,)
    assert shape(tree) == ["a"]


def test_groups_within_groups_have_an_end() -> None:
    tree, place = Group("all", [Leaf("a")]), ()
    for _ in range(20):
        act(tree, "add_group", place)
        place = (*place, len(tree.parts) - 1 if not place else 1)

    assert max(len(one) for one, _part in walk(tree)) <= 9
    parse_places = [place_from(name_of(one)) for one, _part in walk(tree)]
    assert parse_places == [one for one, _part in walk(tree)]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["up", "down", "out", "into_above", "into_below",
       "wrap"]), st.integers(0, 20)), max_size=12))  # fmt: skip
def test_moving_never_loses_or_doubles_a_condition(steps: list[tuple[str, int]]) -> None:
    tree = sample()
    for action, number in steps:
        places = [place for place, _part in walk(tree) if place]
        place = places[number % len(places)]
        if can(tree, place)[action]:
            act(tree, action, place)

    assert sorted(p.what for _, p in walk(tree) if isinstance(p, Leaf)) == list("abcd")


def test_ids_of_strangers_are_no_places() -> None:
    with pytest.raises(LookupError):
        place_from(str(UUID(int=0)))
