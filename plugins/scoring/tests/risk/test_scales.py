"""Scales of agencies: written a grade per line, best first; and the questionnaire's classes."""

import pytest
from plugins.scoring.tests.risk.office import GRADES, Office

from guanxi.sdk import Conflict, Invalid, PreconditionFailed
from guanxi_scoring.risk import agencies, appetite
from guanxi_scoring.risk.appetite_classes import CLASSES
from guanxi_scoring.risk.questionnaire import FROM, LEAST, MOST, QUESTIONS, appetite_of


def test_a_scale_reads_as_it_is_written() -> None:
    found = agencies.parse_grades(GRADES)

    assert found[2] == {"grade": "B", "level": 7, "pd": 0.08}
    assert agencies.parse_grades(agencies.written_grades(found)) == found


def test_without_a_percentage_the_level_gives_it() -> None:
    assert agencies.parse_grades("good | 1\nbad | 10")[1]["pd"] == 1.0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "from 1 to 60 grades"),
        ("A", "“A” is not written as"),
        ("A | 1 | much", "is not written as"),
        ("A | 1 | 2 | 3", "is not written as"),
        ("A | 0", "from 1 \\(best\\) to 10"),
        ("A | 11", "from 1 \\(best\\) to 10"),
        ("A | 1 | 101", "from 0 to 100 percent"),
        ("A | 1 | -1", "from 0 to 100 percent"),
        ("A | 1\na | 2", "stands there twice"),
        ("A | 5\nB | 4", "cannot be lower"),
        ("A | 1 | 5\nB | 2 | 4", "cannot be lower"),
        ("A | 1 | NaN", "is not written as"),
    ],
)
def test_a_scale_that_makes_no_sense_is_refused(text: str, said: str) -> None:
    with pytest.raises(Invalid, match=said):
        agencies.parse_grades(text)


def test_who_was_slower_is_told(office: Office) -> None:
    office.agency()
    with office.write() as session:
        agencies.save_agency(
            session, "acme", {"valid_days": 30}, expected_version=1, now=office.now
        )

    with pytest.raises(PreconditionFailed), office.write() as session:
        agencies.save_agency(session, "acme", {"valid_days": 9}, expected_version=1, now=office.now)
    with pytest.raises(Conflict), office.write() as session:
        agencies.save_agency(session, "acme", {}, is_new=True, now=office.now)


def test_each_class_of_appetite_can_be_reached() -> None:
    reached = [appetite_of(points) for points in range(LEAST, MOST + 1)]

    assert list(dict.fromkeys(reached)) == list(CLASSES) == list(FROM)


def test_answers_count_for_a_year_and_the_latest_count(office: Office) -> None:
    ann = office.customer()
    careful = {one.key: "a" for one in QUESTIONS}
    bold = {one.key: "d" for one in QUESTIONS}
    for chosen in (careful, bold):
        with office.write() as session:
            appetite.record_answers(session, ann, chosen, now=office.now)

    found = office.standing(ann)
    assert found is not None
    assert (found.appetite, found.risk_class) == ("aggressive", "unknown")
    with office.write() as session:
        all_of_them = appetite.answers_of(session, ann)
        assert [one.points for one in all_of_them] == [24, 6]
        assert (all_of_them[0].valid_until - all_of_them[0].answered_on).days == 365
        assert found.due_on is not None


@pytest.mark.parametrize("answers", [{}, {one.key: "e" for one in QUESTIONS}])
def test_an_open_question_is_told(office: Office, answers: dict[str, str]) -> None:
    ann = office.customer()

    with pytest.raises(Invalid) as caught, office.write() as session:
        appetite.record_answers(session, ann, answers, now=office.now)
    assert set(caught.value.fields) == {one.key for one in QUESTIONS}


def test_appetite_may_come_from_an_attribute(office: Office, configure: object) -> None:
    from guanxi_scoring.risk import standing  # noqa: PLC0415

    office.field("appetite", "text")
    ann = office.customer(custom={"appetite": "稳健型"})
    configure(risk_appetite_attribute="custom.appetite")  # type: ignore[operator]
    with office.write() as session:
        standing.refresh(session, None)

    found = office.standing(ann)
    assert found is not None
    assert found.appetite == "steady"
