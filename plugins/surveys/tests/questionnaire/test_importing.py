"""Files of SurveyJS come in, with a list of what is not supported, and go out again."""

import json

import pytest
from plugins.surveys.tests.questionnaire.simple import answered, asking, question
from plugins.surveys.tests.reference import Oracle

from guanxi_surveys.questionnaire import InvalidQuestionnaire, bring_in, give_out, read


def test_an_old_file_is_read_in_its_old_words() -> None:
    old = {
        "questions": [
            {"type": "radiogroup", "name": "a", "choices": ["x"], "hasOther": True},
            {"type": "matrix", "name": "m", "rows": ["r"], "columns": [1],
             "isAllRowRequired": True},
        ],
        "triggers": [
            {"type": "setvalue", "name": "a", "operator": "equal", "value": "x", "setToName": "m",
             "setValue": {"r": 1}},
        ],
    }  # fmt: skip

    found = bring_in(json.dumps(old))

    assert found.unsupported == ()
    assert [one for one in found.problems if one.severity == "error"] == []
    assert answered(found.definition, {"a": "x"}).values == {"a": "x", "m": {"r": 1}}


def test_what_is_not_supported_is_listed_and_left_out() -> None:
    file = asking(
        question("a", valueName="shared", title="A"),
        question("s", "signaturepad"),
        question("c", "checkbox", choices=["x"], choicesByUrl={"url": "https://example.com"}),
        triggers=[{"type": "copyvalue", "expression": "{a} = 1", "setToName": "c"}],
        showTimer=True,
        checkErrorsMode="onComplete",
    )

    found = bring_in(file)

    left_out = [
        (one.place, one.values.get("name") or one.values["type"]) for one in found.unsupported
    ]
    assert sorted(left_out) == [
        ("a", "valueName"),
        ("c", "choicesByUrl"),
        ("pages[0].elements[1]", "signaturepad"),
        ("survey", "checkErrorsMode"),
        ("survey", "showTimer"),
        ("triggers[0]", "copyvalue"),
    ]  # fmt: skip
    assert [one.name for one in read(found.definition).questions] == ["a", "c"]
    assert bring_in(found.definition).unsupported == ()


def test_what_only_concerns_the_looks_is_kept() -> None:
    file = asking(question("a", width="50%", startWithNewLine=False), logo="logo.png")

    assert bring_in(file).definition == file | {
        "pages": [{"elements": [question("a", width="50%", startWithNewLine=False)]}]
    }


@pytest.mark.parametrize("file", [b"", b"{", b"[]", b"\xff\xfe", "[" * 100_000, b"7", b"nul"])
def test_a_file_that_is_no_questionnaire_is_refused(file: bytes | str) -> None:
    with pytest.raises(InvalidQuestionnaire):
        bring_in(file)


def test_what_goes_out_opens_in_surveyjs(oracle: Oracle) -> None:
    definition = asking(
        question("score", "rating", rateMin=0, rateMax=10),
        question("why", "comment", visibleIf="{score} < 7"),
    )

    opened = oracle.ask(
        "walk", definition=json.loads(give_out(definition)), values={"score": 3, "why": "so"},
        seed=1, now=0, language="en",
    )  # fmt: skip

    assert opened["data"] == {"score": 3, "why": "so"}
