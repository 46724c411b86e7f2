"""Documents are read, checked and written again; what does not fit is refused with its place."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from plugins.segmentation.tests.rules.documents import (
    BOUGHT_THRICE,
    CATALOGUE,
    CHINESE,
    EVERYTHING,
    QUIET,
    rule,
)

from guanxi_segmentation.rules import InvalidRule, Rule, document, mentions, parse, read

HOSTILE = (
    "x'; DROP TABLE customers; --",
    "\0",
    "\ud800",
    "%(place)s %s {0}",
    "$(rm -rf /)",
    "a" * 100_000,
    10**400,
    float("nan"),
    float("-inf"),
    1e-300,
    -1,
    True,
    None,
    [],
    {},
    [[[[]]]],
    [None],
    {"v": {"v": {}}},
    ["x"] * 501,
)


def _nested(depth: int) -> Any:
    where: Any = CHINESE
    for _ in range(depth):
        where = {"op": "not", "args": [where]}
    return where


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    items = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for key, one in items:
        found += _places(one, (*path, key))
    return found


def _put(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    copy = json.loads(json.dumps(value))
    inner = copy
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = new
    return copy


def _parsed(given_document: Any) -> Rule | InvalidRule:
    try:
        return parse(given_document, CATALOGUE)
    except InvalidRule as error:
        return error


def test_a_document_with_every_kind_of_condition_comes_back_as_it_was():
    assert document(parse(EVERYTHING, CATALOGUE)) == EVERYTHING


def test_equal_documents_have_equal_digests_and_others_have_not():
    # Two conditions that differ in the end of their window alone must not be taken for one.
    first = {**BOUGHT_THRICE, "window": {"from": "2026-01-01T00:00:00Z"}}
    second = {**first, "window": {**first["window"], "to": "2026-02-01T00:00:00Z"}}

    assert read(rule(first)).digest == read(rule(dict(reversed(first.items())))).digest
    assert read(rule(first)).digest != read(rule(second)).digest


@pytest.mark.parametrize("depth", [10, 100, 10_000])
def test_groups_within_groups_are_refused_beyond_ten(depth: int):
    with pytest.raises(InvalidRule, match="at most 10 deep"):
        read(rule(_nested(depth)))

    assert read(rule(_nested(9)))


@pytest.mark.parametrize("path", ["value", "missing", "attribute", "is"])
def test_a_value_nested_ten_thousand_times_is_refused(path: str):
    deep: Any = "x"
    for _ in range(10_000):
        deep = [deep]

    with pytest.raises(InvalidRule):
        read(rule({**CHINESE, path: deep}))


def test_too_many_conditions_are_refused():
    many = {"op": "or", "args": [{"op": "or", "args": [CHINESE] * 50}] * 5}

    with pytest.raises(InvalidRule, match="at most 200 conditions"):
        read(rule(many))


def test_a_long_document_is_refused():
    texts = [f"{i:03}" + "x" * 197 for i in range(400)]

    with pytest.raises(InvalidRule, match="64 KiB"):
        read(rule({**CHINESE, "is": "in", "value": texts}))


@pytest.mark.parametrize("path", _places(EVERYTHING), ids=str)
def test_hostile_values_in_every_position_are_refused_with_a_sentence_or_fit(path: tuple[Any, ...]):
    for hostile in HOSTILE:
        found = _parsed(_put(EVERYTHING, path, hostile))

        if isinstance(found, InvalidRule):
            assert str(found).startswith(f"{found.place}: ")
            assert len(str(found).encode()) < 900
        else:
            assert read(document(found)) == found


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
        lambda inner: st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ("v", "where", "op", "args", "attribute", "is", "value", "missing", "touchpoints",
                 "window", "last", "held", "for", "bucket", "segment", "consent", "measure")
            ),
            inner,
            max_size=5,
        ),
        max_leaves=30,
    )
)  # fmt: skip
def test_any_json_is_read_or_refused(given_document: Any):
    for one in (given_document, rule(given_document)):
        found = _parsed(one)

        assert found.place if isinstance(found, InvalidRule) else read(document(found)) == found


@pytest.mark.parametrize(
    ("where", "place", "words"),
    [
        ({**CHINESE, "attribute": "customers.countri"}, "where.attribute", "customers.country?"),
        ({**CHINESE, "attribute": "gone.value"}, "where.attribute", "switched off?"),
        ({**CHINESE, "is": "gte"}, "where.is", "it offers eq, ne, contains"),
        ({**CHINESE, "is": "regex"}, "where.is", "is not offered"),
        ({**CHINESE, "value": 7}, "where.value", "a text is needed here, not 7"),
        ({k: v for k, v in CHINESE.items() if k != "missing"}, "where.missing", "true or false"),
        ({**CHINESE, "surplus": 1}, "where", "surplus is unknown here"),
        ({**CHINESE, "is": "known"}, "where.value", "no place"),
        (
            {"op": "and", "args": [CHINESE, {**CHINESE, "value": None}]},
            "where.args[1].value",
            "a single value",
        ),
        ({"op": "xor", "args": [CHINESE]}, "where.op", "Choose and, or, not"),
        ({"op": "not", "args": [CHINESE, CHINESE]}, "where.args", "1 to 1"),
        ({"op": "and", "args": []}, "where.args", "1 to 50"),
        (
            {"attribute": "customers.kind", "is": "eq", "value": "robot", "missing": False},
            "where.value",
            "Choose one of person, organisation",
        ),
        (
            {"attribute": "customers.revenue", "is": "between", "value": [5, 1], "missing": False},
            "where.value",
            "first number is the larger",
        ),
        (
            {"attribute": "customers.birthday", "is": "within_last", "value": "PT5H",
             "missing": False},
            "where.value",
            "like P30D, P4W",
        ),
        ({**BOUGHT_THRICE, "missing": True}, "where.missing", "no place"),
        ({k: v for k, v in QUIET.items() if k != "missing"}, "where", "say with missing"),
        ({**BOUGHT_THRICE, "window": {"last": "P0D"}}, "where.window.last", "a length of time"),
        (
            {**BOUGHT_THRICE, "window": {"calendar": "month", "offset": -1, "count": 3}},
            "where.window",
            "the future",
        ),
        (
            {**BOUGHT_THRICE, "window": {"calendar": "day", "zone": "../../etc/passwd"}},
            "where.window.zone",
            "a time zone like",
        ),
        (
            {**BOUGHT_THRICE, "window": {"from": "2026-01-02T00:00:00"}},
            "where.window.from",
            "with its time zone",
        ),
        ({"bucket": {"salt": "x", "from": 5, "to": 5}}, "where.bucket", "less than"),
        ({"held": CHINESE, "for": "soon"}, "where.for", "a length of time"),
        ({"held": {**CHINESE, "is": "gt"}, "for": "P1D"}, "where.held.is", "cannot be compared"),
        ([CHINESE], "where", "an object is needed"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_with_its_place(where: Any, place: str, words: str):
    with pytest.raises(InvalidRule) as caught:
        parse(rule(where), CATALOGUE)

    assert caught.value.place == place
    assert words in str(caught.value)


def test_a_later_version_of_rules_is_refused():
    with pytest.raises(InvalidRule, match="version of rules is unknown: 2"):
        read({"v": 2, "where": CHINESE})


def test_a_stored_rule_is_read_though_its_attribute_has_gone():
    assert mentions(read(rule({**CHINESE, "attribute": "gone.x"}))).attributes == {"gone.x"}


def test_mentions_say_what_a_rule_looks_at():
    found = mentions(read(EVERYTHING))

    assert found.attributes == {
        "customers.country",
        "customers.birthday",
        "customers.tags",
        "customers.city",
    }
    assert found.segments == {"vip", "staff"}
    assert found.touchpoints
    assert found.consents
    assert found.timed
    assert [one.rule for one in found.held] == [read(rule(CHINESE))]


def test_what_stands_inside_of_held_belongs_to_the_hidden_rule():
    found = mentions(read(rule({"held": {**QUIET}, "for": "P1D"})))

    assert not found.touchpoints
    assert mentions(found.held[0].rule).touchpoints


def test_a_rule_without_time_in_it_is_not_timed():
    assert not mentions(read(rule({"op": "or", "args": [CHINESE]}))).timed
