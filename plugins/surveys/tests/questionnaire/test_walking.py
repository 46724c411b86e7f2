"""What is asked, what is kept, and where the way goes."""

import pytest
from plugins.surveys.tests.questionnaire.simple import answered, asking, on_pages, question

TWO = on_pages([question("a")], [question("b", isRequired=True)], [question("c")])


def test_answers_that_the_way_does_not_come_past_are_dropped() -> None:
    definition = asking(question("a"), question("b", visibleIf="{a} = 'yes'"))

    found = answered(definition, {"a": "no", "b": "kept?", "z": "from nowhere"})

    assert found.values == {"a": "no"}
    assert found.off_path == ("b", "z")


def test_a_question_that_cannot_be_seen_is_not_required() -> None:
    definition = asking(question("a"), question("b", visibleIf="{a} = 'yes'", isRequired=True))

    assert answered(definition, {"a": "no"}).errors == {}
    assert answered(definition, {"a": "yes"}).errors == {"b": ("Please answer this question.",)}


def test_what_is_missing_is_said_in_the_language_of_who_answers() -> None:
    definition = asking(question("a", isRequired=True))

    assert answered(definition, {}, language="zh-cn").errors == {"a": ("请回答此问题。",)}


def test_the_authors_words_for_an_error_come_first() -> None:
    text = {"default": "Do tell us.", "zh-cn": "请告诉我们。"}
    definition = asking(question("a", isRequired=True, requiredErrorText=text))

    assert answered(definition, {}, language="zh-cn").errors == {"a": ("请告诉我们。",)}
    assert answered(definition, {}, language="fr").errors == {"a": ("Do tell us.",)}


def test_a_read_only_question_keeps_its_default_whatever_is_sent() -> None:
    definition = asking(question("a", defaultValue="ours", readOnly=True))

    assert answered(definition, {"a": "theirs"}).values == {"a": "ours"}


def test_a_page_is_the_next_itself_while_something_on_it_is_wrong() -> None:
    wrong, right = answered(TWO, {"a": "x"}), answered(TWO, {"a": "x", "b": "y"})

    assert [wrong.page_after(0), wrong.page_after(1), wrong.first_wrong] == [1, 1, 1]
    assert [right.page_after(1), right.page_after(2), right.first_wrong] == [2, None, None]
    assert (wrong.ended, right.ended) == (None, "complete")


def test_answers_beyond_the_page_that_was_reached_are_not_used() -> None:
    found = answered(TWO, {"a": "x", "b": "y", "c": "z"}, page=0)

    assert found.values == {"a": "x"}


def test_a_trigger_ends_the_questionnaire_early() -> None:
    trigger = {"type": "complete", "expression": "{a} = 'stop'"}

    found = answered({**TWO, "triggers": [trigger]}, {"a": "stop", "b": "not asked"})

    assert (found.ended, found.values, found.shown) == ("trigger", {"a": "stop"}, ("a",))


def test_a_skip_leaves_pages_and_their_answers_out() -> None:
    trigger = {"type": "skip", "expression": "{a} = 'far'", "gotoName": "c"}

    found = answered({**TWO, "triggers": [trigger]}, {"a": "far", "b": "x", "c": "y"})

    assert found.shown == ("a", "c")
    assert found.values == {"a": "far", "c": "y"}


def test_a_skip_back_is_not_followed() -> None:
    trigger = {"type": "skip", "expression": "{b} notempty", "gotoName": "a"}

    found = answered({**TWO, "triggers": [trigger]}, {"a": "x", "b": "y", "c": "z"})

    assert found.shown == ("a", "b", "c")


def test_the_same_seed_gives_the_same_order_and_another_may_give_another() -> None:
    choices = list("abcdefgh")
    definition = asking(question("a", "radiogroup", choices=choices, choicesOrder="random"))

    def order(seed: int) -> list[str]:
        return [
            offer.value for offer in answered(definition, seed=seed).pages[0].questions[0].choices
        ]

    assert order(7) == order(7) != order(8)
    assert sorted(order(7)) == choices


def test_calculated_values_are_kept_only_if_they_are_to_be() -> None:
    values = [
        {"name": "one", "expression": "{a} + 1", "includeIntoResult": True},
        {"name": "two", "expression": "{one} + 1"},
    ]
    definition = asking(question("a", inputType="number"), calculatedValues=values)

    found = answered(definition, {"a": 4})

    assert found.values == {"a": 4, "one": 5}
    assert found.calculated == {"one": 5, "two": 6}


def test_the_end_is_said_as_its_condition_says() -> None:
    definition = asking(
        question("a"),
        completedHtml="<h4>Bye</h4>",
        completedHtmlOnCondition=[
            {"expression": "{a} = 'x'", "html": "Bye, {a}<script>1</script>"}
        ],
    )

    assert answered(definition, {"a": "x"}).thanks == "Bye, x"
    assert answered(definition, {"a": "y"}).thanks == "<h4>Bye</h4>"


@pytest.mark.parametrize("given", ["<script>alert(1)</script>", '"><img src=x onerror=y>', "a & b"])
def test_what_was_answered_is_never_markup_in_a_title(given: str) -> None:
    plain = asking(question("a"), question("b", title="So {a}?"))
    marked = asking(question("a"), question("b", title="So <b>{a}</b>?"))

    for definition in (plain, marked):
        title = answered(definition, {"a": given}).pages[0].questions[1].title
        assert "<script" not in title
        assert "<img" not in title


def test_an_answer_in_a_link_does_not_make_it_run_anything() -> None:
    definition = asking(question("a"), question("b", title='<a href="{a}">go</a>'))

    title = answered(definition, {"a": "javascript:alert(1)"}).pages[0].questions[1].title

    assert "javascript" not in title


def test_choices_are_piped_as_they_are_called_in_the_language() -> None:
    choices = [{"value": 1, "text": {"default": "Good", "zh-cn": "好"}}]
    definition = asking(question("a", "radiogroup", choices=choices), question("b", title="{a}!"))

    assert answered(definition, {"a": 1}, language="zh-cn").pages[0].questions[1].title == "好!"


@pytest.mark.parametrize(
    ("kind", "more", "given", "fault"),
    [
        ("text", {}, {"an": "object"}, "shape"),
        ("text", {}, ["a", "list"], "shape"),
        ("text", {}, "x" * 20_001, "long"),
        ("text", {"maxLength": 3}, "four", "long"),
        ("comment", {}, "null\x00byte", "shape"),
        ("text", {"inputType": "number"}, "seven", "number"),
        ("text", {"inputType": "number"}, "1e999", "number"),
        ("text", {"inputType": "date"}, "2026-13-01", "date"),
        ("text", {"inputType": "date"}, "yesterday", "date"),
        ("radiogroup", {"choices": ["a"]}, "foreign", "choice"),
        ("radiogroup", {"choices": ["a"]}, {"value": "a"}, "shape"),
        ("checkbox", {"choices": ["a", "b"]}, ["a", "foreign"], "choice"),
        ("checkbox", {"choices": ["a", "b"]}, ["a", "a"], "choice"),
        ("rating", {}, 6, "choice"),
        ("rating", {}, [1], "choice"),
        ("boolean", {}, "perhaps", "choice"),
        ("matrix", {"rows": ["r"], "columns": [1]}, {"r": 2}, "choice"),
        ("matrix", {"rows": ["r"], "columns": [1]}, {"other": 1}, "choice"),
        ("matrix", {"rows": ["r"], "columns": [1]}, "r", "shape"),
        ("file", {}, [{"name": "a", "content": "x"}, {"name": "b", "content": "y"}], "shape"),
        ("file", {}, "a name", "shape"),
    ],
)
def test_what_cannot_be_an_answer_is_refused_and_not_kept(
    kind: str, more: dict[str, object], given: object, fault: str
) -> None:
    found = answered(asking(question("a", kind, **more)), {"a": given})

    assert found.refused == {"a": fault}
    assert list(found.errors) == ["a"]
    assert found.values == {}


def test_a_choice_that_is_disabled_cannot_be_taken() -> None:
    choices = ["a", {"value": "b", "enableIf": "{never} = 1"}]
    definition = asking(question("never"), question("q", "radiogroup", choices=choices))

    assert answered(definition, {"q": "b"}).refused == {"q": "choice"}


def test_numbers_of_choices_come_back_from_a_form_as_numbers() -> None:
    definition = asking(question("a", "radiogroup", choices=[1, 2]), question("b", "rating"))

    assert answered(definition, {"a": "2", "b": "5"}).values == {"a": 2, "b": 5}


def test_more_than_may_be_chosen_is_wrong() -> None:
    definition = asking(question("a", "checkbox", choices=list("abc"), maxSelectedChoices=2))

    assert answered(definition, {"a": ["a", "b", "c"]}).errors == {
        "a": ("Please choose at most 2.",)
    }
