"""What an author is told before publishing; and what cannot be read at all."""

import json
from typing import Any

import pytest
from plugins.surveys.tests.questionnaire.simple import (
    answered,
    asking,
    errors_in,
    on_pages,
    question,
    warnings_in,
)

from guanxi_surveys.questionnaire import InvalidQuestionnaire, lint, read


def nested(depth: int) -> dict[str, Any]:
    """A value with so many objects inside each other."""
    value: dict[str, Any] = {}
    for _ in range(depth):
        value = {"a": value}
    return value


def panels(depth: int) -> dict[str, Any]:
    inner: dict[str, Any] = question("q")
    for level in range(depth):
        inner = {"type": "panel", "name": f"p{level}", "elements": [inner]}
    return inner


@pytest.mark.parametrize(
    ("definition", "error"),
    [
        (asking(question("a", "hologram")), "There is no question of type “hologram”."),
        (asking(question("a", requierd=True)), "There is no property “requierd” here."),
        (asking(question("a"), question("A")), "is taken already"),
        (asking({"type": "text"}), "This needs a name."),
        (asking(question("a", isRequired="perhaps")), "“isRequired” has to be: true or false."),
        (asking(question("a", "rating", rateMax="ten")), "“rateMax” has to be: number."),
        (asking(question("a", title=[1])), "“title” has to be: text in several languages."),
        (asking(question("a", visibleIf="{b} >")), "a: "),
        (asking(question("a", visibleIf="{nothing} = 1")), "refers to “nothing”"),
        (asking(question("a", visibleIf="{a} = 1")), "can only be seen once it was answered"),
        (asking(question("a", "radiogroup")), "The question has no choices."),
        (asking(question("a", "radiogroup", choices=["x", "x"])), "has “x” twice"),
        (asking(question("a", "matrix", rows=["r"])), "A matrix needs rows and columns."),
        (asking(question("a", "rating", rateMin=5, rateMax=1)), "The scale has no steps"),
        (asking(question("a", "checkbox", choices=["x"], minSelectedChoices=2)), "More answers"),
        (
            asking(question("a", validators=[{"type": "regex", "regex": "(a"}])),
            "regular expression",
        ),
        (asking(question("a", validators=[{"type": "regex", "regex": "(a+)+$"}])), "repeats"),
        (asking(question("a", validators=[{"type": "magic"}])), "no validator of type “magic”"),
        (asking(question("a"), triggers=[{"type": "explode"}]), "no trigger of type “explode”"),
        (
            asking(
                question("a"),
                triggers=[{"type": "skip", "expression": "{a} = 1", "gotoName": "gone"}],
            ),
            "There is no question “gone”.",
        ),
        (asking(), "The questionnaire asks nothing."),
        ({"pages": "none"}, "This has to be a list."),
        ({"pages": ["none"]}, "This has to be an object."),
        (asking(panels(12)), "Panels are nested more than 10 deep."),
        (asking(*(question(f"q{at}") for at in range(1001))), "more than 1000 entries"),
        (
            on_pages(*([question(f"q{page}x{at}") for at in range(501)] for page in range(2))),
            "more than 1000 questions",
        ),
    ],
)
def test_an_author_is_told(definition: dict[str, Any], error: str) -> None:
    assert [one for one in errors_in(definition) if error in one]


def test_values_worked_out_in_a_circle_are_refused_by_name() -> None:
    values = [
        {"name": "x", "expression": "{y} + 1"},
        {"name": "y", "expression": "{z} + 1"},
        {"name": "z", "expression": "{x} + 1"},
    ]

    (error,) = errors_in(asking(question("a"), calculatedValues=values))

    assert error == "x: Values are worked out from each other in a circle: x → y → z → x."


def test_triggers_that_set_each_other_are_refused() -> None:
    triggers = [
        {"type": "setvalue", "expression": "{a} = 1", "setToName": "b", "setValue": 1},
        {"type": "setvalue", "expression": "{b} = 1", "setToName": "a", "setValue": 2},
    ]

    (error,) = errors_in(asking(question("a"), question("b"), triggers=triggers))

    assert "in a circle" in error


def test_a_long_chain_of_values_is_refused() -> None:
    chain = [question(f"q{at}", setValueExpression=f"{{q{at - 1}}} + 1") for at in range(1, 300)]

    (error,) = errors_in(asking(question("q0"), *chain))

    assert error == "q299: More than 50 values are worked out one from the other."


def test_a_chain_that_is_not_too_long_is_worked_out_to_its_end() -> None:
    chain = [question(f"q{at}", setValueExpression=f"{{q{at - 1}}} + 1") for at in range(1, 50)]

    found = answered(asking(question("q0", inputType="number"), *chain), {"q0": 1})

    assert found.values["q49"] == 50


@pytest.mark.parametrize("definition", [None, [], "text", 7, nested(1000)])
def test_what_is_no_questionnaire_is_refused(definition: Any) -> None:
    with pytest.raises(InvalidQuestionnaire):
        read(definition)

    assert [one.severity for one in lint(definition)] == ["error"]


def test_ten_megabytes_are_refused() -> None:
    large = asking(*(question(f"q{at}", title="x" * 40_000) for at in range(260)))

    assert errors_in(large) == ["survey: The questionnaire is larger than 10 MB."]


def test_an_expression_of_depth_1000_is_refused() -> None:
    deep = "(" * 1000 + "{a} = 1" + ")" * 1000

    assert len(errors_in(asking(question("a"), question("b", visibleIf=deep)))) == 1


@pytest.mark.parametrize("pattern", [r"^(\w+\s?)*$", "(x|x)*y", "(a*)*b", "((ab)+c?)+d", "(.*,)+x"])
def test_a_pattern_that_repeats_a_repetition_is_refused(pattern: str) -> None:
    definition = asking(question("a", validators=[{"type": "regex", "regex": pattern}]))

    assert any("repeats a repetition" in one for one in errors_in(definition))


@pytest.mark.parametrize(
    "pattern", [r"^\d{3}-\d{4}$", "^(red|green)$", r"[\w.]+@\w+", "(ab)+", r"^1[3-9]\d{9}$"]
)
def test_an_ordinary_pattern_is_taken(pattern: str) -> None:
    assert errors_in(asking(question("a", validators=[{"type": "regex", "regex": pattern}]))) == []


def test_a_pattern_that_is_slow_all_the_same_does_not_hold_up_a_page() -> None:
    slow = asking(question("a", validators=[{"type": "regex", "regex": "a*a*a*a*a*a*a*a*b"}]))

    found = answered(slow, {"a": "a" * 1_900})

    assert found.errors == {"a": ("This does not have the expected form.",)}


@pytest.mark.parametrize(
    ("definition", "warning"),
    [
        (
            on_pages([question("a", visibleIf="{b} = 1")], [question("b")]),
            "asks for “b”, which comes on a later page",
        ),
        (on_pages([question("a")], []), "The page is empty and is never shown."),
        (asking(question("a"), question("b", visible=False)), "This is never shown."),
        (asking(question("a", isRequired=True, readOnly=True)), "can never be answered"),
        (asking(question("a", title="Why {q9}?")), "holds “{q9}”, which is no question"),
        (
            asking(question("a", title={"default": "A", "zh-cn": "甲"}), question("b", title="B")),
            "b.title: There is no translation into: zh-cn.",
        ),
        (
            asking(question("a", "radiogroup", choices=["x"], defaultValue="y")),
            "“y” is not among the choices",
        ),
        (
            on_pages(
                [question("a")],
                [question("b")],
                triggers=[{"type": "skip", "expression": "{b} = 1", "gotoName": "a"}],
            ),
            "leads back",
        ),
    ],
)
def test_an_author_is_warned(definition: dict[str, Any], warning: str) -> None:
    assert [one for one in warnings_in(definition) if warning in one]
    assert errors_in(definition) == []


@pytest.mark.parametrize(
    ("measures", "error"),
    [
        ({"gone": {"measure": "nps"}}, "There is no question “gone”."),
        ({"score": {"measure": "joy"}}, "There is no measure “joy”."),
        ({"score": {"measure": "nps"}}, "needs the whole scale from 0 to 10"),
        ({"words": {"measure": "csat"}}, "has no scale"),
        ({"score": {"measure": "comment"}}, "a question to write an answer to"),
        ({"score": {"measure": "ces"}, "other": {"measure": "ces"}}, "only one question can"),
    ],
)
def test_a_measure_has_to_be_one(measures: dict[str, Any], error: str) -> None:
    definition = asking(
        question("score", "rating"), question("other", "rating"), question("words", "comment")
    )

    assert [one for one in errors_in(definition, measures) if error in one]


def test_a_good_questionnaire_has_no_problems() -> None:
    definition = asking(
        question("score", "rating", rateMin=0, rateMax=10, isRequired=True),
        question("why", "comment", visibleIf="{score} < 7", title="Why {score}?"),
    )

    assert lint(definition, {"score": {"measure": "nps"}, "why": {"measure": "comment"}}) == []


def test_all_errors_come_at_once_with_their_places() -> None:
    with pytest.raises(InvalidQuestionnaire) as caught:
        read(asking(question("a", "hologram"), question("b", requierd=True)))

    assert sorted(caught.value.fields) == ["b", "pages[0].elements[0]"]
    json.dumps(caught.value.fields)
