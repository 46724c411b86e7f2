"""How likely two records are the same customer, and the reasons given."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi.customers.domain.duplicates import (
    CERTAIN_AT,
    SUGGEST_AT,
    OrganisationRecord,
    PersonRecord,
    Record,
    comparable,
    score,
)
from guanxi.customers.domain.duplicates.scoring import collect

BORN = date(1985, 3, 7)
ADA = PersonRecord(
    family="Lovelace", given="Ada", birthday=BORN, city="London", emails=["ada@example.com"]
)


def kinds(a: Record, b: Record) -> dict[str, str]:
    return {reason.field: reason.kind for reason in score(a, b).reasons}


def test_the_same_record_twice_is_certain() -> None:
    assert score(ADA, ADA).score > CERTAIN_AT


def test_records_that_say_nothing_are_not_suggested() -> None:
    assert score(PersonRecord(), PersonRecord()) == (score(ADA, PersonRecord()))
    assert score(PersonRecord(), PersonRecord()).reasons == []
    assert score(PersonRecord(), PersonRecord()).score < SUGGEST_AT


def test_a_missing_value_is_no_evidence() -> None:
    without = PersonRecord(family="Lovelace", given="Ada", city="London")

    assert set(kinds(ADA, without)) == {"family", "given", "city"}


def test_reasons_come_with_the_weightiest_first() -> None:
    weights = [abs(reason.bits) for reason in score(ADA, ADA).reasons]

    assert weights == sorted(weights, reverse=True)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("Robert Allen", "Robert Alen", {"family": "typo", "given": "same"}),
        ("Robert Allen", "Bob Allen", {"family": "same", "given": "short_form"}),
        ("Robert Allen", "Rob Allen", {"family": "same", "given": "short_form"}),
        ("Robert Allen", "R. Allen", {"family": "same", "given": "initial"}),
        ("John Ronald Tolkien", "J. R. Tolkien", {"family": "same", "given": "initial"}),
        ("Robert Allen", "Grace Kelly", {"family": "different", "given": "different"}),
        ("Robert Allen", "Allen Robert", {"swapped_family": "same", "swapped_given": "same"}),
        ("Jac ob Lanyon", "Jacob Lanyon", {"family": "same", "given": "same"}),
        ("欧阳娜娜", "歐陽娜娜", {"family": "same", "given": "same"}),
        ("王之俊", "王之峻", {"family": "same", "given": "sounds_same"}),
        ("王伟", "王芳", {"family": "same", "given": "different"}),
        ("张伟", "Wei Zhang", {"family": "sounds_same", "given": "sounds_same"}),
        ("José Núñez", "Jose Nunez", {"family": "same", "given": "same"}),
    ],
)
def test_names_are_compared_by_spelling_sound_and_order(
    one: str, other: str, expected: dict[str, str]
) -> None:
    assert kinds(PersonRecord(full=one), PersonRecord(full=other)) == expected


@pytest.mark.parametrize(
    ("one", "other", "kind"),
    [
        (date(1985, 3, 7), date(1985, 3, 7), "same"),
        (date(1985, 3, 7), date(1985, 7, 3), "swapped"),
        (date(1985, 3, 7), date(1985, 3, 17), "typo"),
        (date(1985, 3, 7), date(1986, 3, 7), "typo"),
        (date(1985, 3, 7), date(1986, 4, 7), "near"),
        (date(1985, 12, 31), date(1986, 1, 14), "near"),
        (date(1985, 3, 7), date(1995, 4, 8), "vague"),
        (date(1985, 3, 7), date(1962, 11, 24), "different"),
        (date(1990, 1, 1), date(1990, 1, 1), "same_new_year"),
    ],
)
def test_birthdays_are_compared_by_their_parts(one: date, other: date, kind: str) -> None:
    assert kinds(PersonRecord(birthday=one), PersonRecord(birthday=other)) == {"birthday": kind}


@pytest.mark.parametrize(
    ("one", "other", "kind"),
    [
        ("Ada.L@example.com", "ada.l@example.com", "same"),
        ("ada.lovelace@example.com", "ada.lovelace@example.org", "same_mailbox"),
        ("ada.lovelace@example.com", "ada.lovelac@example.com", "typo"),
        ("wei88@qq.com", "wei91@qq.com", "other_number"),
        ("ada@example.com", "grace@navy.mil", "different"),
    ],
)
def test_emails_are_compared_as_people_mistype_them(one: str, other: str, kind: str) -> None:
    assert kinds(PersonRecord(emails=[one]), PersonRecord(emails=[other])) == {"email": kind}


def test_of_several_emails_and_phones_the_two_most_alike_count() -> None:
    one = PersonRecord(emails=["x@a.cn", "ada@b.cn"], phones=["+8613800138000"])
    other = PersonRecord(emails=["ada@b.cn"], phones=["+442079460958", "+8613800138000"])

    assert kinds(one, other) == {"email": "same", "phone": "same"}


def test_an_email_alone_may_spell_the_name_of_another() -> None:
    lead = PersonRecord(emails=["wei.zhang@corp.cn"])

    assert kinds(lead, PersonRecord(full="张伟")) == {"email": "fits_whole_name"}
    assert kinds(lead, PersonRecord(full="李伟")) == {}


def test_another_id_in_the_same_source_says_nothing() -> None:
    one = PersonRecord(external_ids=[("shop", "1")])

    assert kinds(one, PersonRecord(external_ids=[("shop", "2")])) == {}
    assert kinds(one, PersonRecord(external_ids=[("shop", "1")])) == {"external_id": "same"}


def test_a_house_number_makes_the_street_another() -> None:
    one = PersonRecord(street="12 Baker Street")

    assert kinds(one, PersonRecord(street="baker str 12")) == {"street": "same"}
    assert kinds(one, PersonRecord(street="14 Baker Street")) == {"street": "similar"}
    assert kinds(one, PersonRecord(street="12 Fleet Street")) == {"street": "different"}


def test_relatives_in_one_household_are_not_suggested() -> None:
    father = PersonRecord(full="王建国", street="中山路12号", phones=["+8613800138000"])
    daughter = PersonRecord(full="王芳", street="中山路12号", phones=["+8613800138000"])

    assert kinds(father, daughter)["household"] == "relatives"
    assert score(father, replace(daughter, phones=[])).score < SUGGEST_AT


def test_a_common_birthday_speaks_against_relatives() -> None:
    one = PersonRecord(full="王建国", street="中山路12号", birthday=BORN)
    other = PersonRecord(full="王芳", street="中山路12号", birthday=BORN)

    assert "household" not in kinds(one, other)


def test_the_same_name_is_worth_less_among_more_customers() -> None:
    one = PersonRecord(full="张伟")

    among_few, among_many = score(one, one, 200).score, score(one, one, 1_000_000).score

    assert among_few > SUGGEST_AT > among_many


@pytest.mark.parametrize(
    ("one", "other", "kind"),
    [
        ("Acme Ltd.", "ACME Limited", "same"),
        ("北京华为技术有限公司", "北京华为技术", "same"),
        ("北京华为技术有限公司", "华为技术", "contained"),
        ("北京华为技术有限公司", "华为", "short_contained"),
        ("Müller & Söhne GmbH", "Mueller & Soehne", "typo"),
        ("Acme Corporation", "Zenith Inc", "different"),
        ("有限公司", "有限公司", "same"),
    ],
)
def test_organisations_are_compared_without_their_legal_form(
    one: str, other: str, kind: str
) -> None:
    assert kinds(OrganisationRecord(name=one), OrganisationRecord(name=other)) == {"name": kind}


def test_a_person_is_never_an_organisation() -> None:
    assert score(PersonRecord(full="Acme"), OrganisationRecord(name="Acme")) == (0.0, [])


TEXT = st.text(max_size=12)
PEOPLE = st.builds(
    PersonRecord,
    family=TEXT,
    given=TEXT,
    full=TEXT,
    emails=st.lists(TEXT, max_size=2),
    phones=st.lists(TEXT, max_size=2),
    birthday=st.none() | st.dates(),
    street=TEXT,
    city=TEXT,
    postcode=TEXT,
    country=TEXT,
    external_ids=st.lists(st.tuples(TEXT, TEXT), max_size=2),
)
ORGANISATIONS = st.builds(
    OrganisationRecord, name=TEXT, emails=st.lists(TEXT, max_size=2), street=TEXT, city=TEXT
)
RECORDS = PEOPLE | ORGANISATIONS


@given(RECORDS, RECORDS)
def test_the_score_is_a_probability_whatever_the_records_hold(a: Record, b: Record) -> None:
    match = score(a, b)

    assert 0 <= match.score <= 1
    assert all(0 <= reason.similarity <= 1 for reason in match.reasons)


@given(PEOPLE, PEOPLE)
def test_the_score_does_not_depend_on_the_order(a: PersonRecord, b: PersonRecord) -> None:
    assert score(a, b).score == pytest.approx(score(b, a).score, abs=1e-9)


def test_evidence_is_collected_once_for_each_field() -> None:
    seen = [evidence.field for evidence in collect(comparable(ADA), comparable(ADA))]

    assert len(seen) == len(set(seen))
