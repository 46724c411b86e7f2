"""Which pairs of records are compared at all."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi.customers.domain.duplicates import (
    OrganisationRecord,
    PersonRecord,
    Record,
    blocking_keys,
    candidate_pairs,
)
from guanxi.customers.domain.duplicates.phonetic import soundex

BORN = date(1985, 3, 7)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (PersonRecord(full="Robert Allen"), PersonRecord(full="Rupert Allan")),
        (PersonRecord(full="Robert Allen"), PersonRecord(full="Allen Robert")),
        (PersonRecord(full="Jac ob Lanyon"), PersonRecord(family="lanyon", given="jacob")),
        (PersonRecord(full="张伟"), PersonRecord(full="Wei Zhang")),
        (PersonRecord(full="張偉"), PersonRecord(full="张伟")),
        (PersonRecord(given="Ada", birthday=BORN), PersonRecord(family="King", birthday=BORN)),
        (
            PersonRecord(family="Murphy", birthday=BORN),
            PersonRecord(family="pMurphy", birthday=date(1985, 8, 9)),
        ),
        (PersonRecord(family="King", city="Leeds"), PersonRecord(family="Kink", city="Lieds")),
        (
            PersonRecord(street="12 Baker Street", postcode="NW1 6XE"),
            PersonRecord(street="14 Baker St", postcode="nw16xe"),
        ),
        (PersonRecord(phones=["+8613800138000"]), PersonRecord(phones=["+4413800138000"])),
        (PersonRecord(emails=["ada@a.cn"]), PersonRecord(emails=["ada@b.cn"])),
        (PersonRecord(emails=["a.lovelace7@b.cn"]), PersonRecord(full="Ada Lovelace")),
        (PersonRecord(emails=["zhangwei@b.cn"]), PersonRecord(full="张伟")),
        (
            PersonRecord(external_ids=[("shop", "7")]),
            PersonRecord(external_ids=[("shop", "7")]),
        ),
        (OrganisationRecord(name="北京华为技术有限公司"), OrganisationRecord(name="华为技术")),
        (OrganisationRecord(name="Acme Trading Ltd"), OrganisationRecord(name="Acme")),
    ],
)
def test_records_that_may_be_the_same_share_a_key(one: Record, other: Record) -> None:
    assert set(blocking_keys(one)) & set(blocking_keys(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (PersonRecord(full="张伟"), PersonRecord(full="张芳")),
        (PersonRecord(full="Ada King"), PersonRecord(full="Ada Byron")),
        (PersonRecord(city="London"), PersonRecord(city="London")),
        (PersonRecord(external_ids=[("a", "7")]), PersonRecord(external_ids=[("b", "7")])),
        (PersonRecord(), PersonRecord()),
    ],
)
def test_a_frequent_fact_alone_is_no_key(one: Record, other: Record) -> None:
    assert not set(blocking_keys(one)) & set(blocking_keys(other))


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("robert", "R163"), ("rupert", "R163"), ("rubin", "R150"), ("ashcraft", "A261"),
        ("tymczak", "T522"), ("pfister", "P236"), ("honeyman", "H555"), ("lee", "L000"),
    ],
)  # fmt: skip
def test_the_phonetic_code_is_soundex(name: str, code: str) -> None:
    assert soundex(name).upper() == code


def test_each_pair_is_a_candidate_once_and_in_order() -> None:
    keys = [("a", ["1", "2"]), ("b", ["2", "1"]), ("c", ["2"]), ("d", ["3"])]

    assert list(candidate_pairs(keys)) == [("a", "b"), ("a", "c"), ("b", "c")]


def test_a_key_that_too_many_share_says_nothing() -> None:
    keys = [(number, ["everybody", f"pair{number // 2}"]) for number in range(6)]

    assert list(candidate_pairs(keys, max_block=5)) == [(0, 1), (2, 3), (4, 5)]


@given(st.builds(PersonRecord, full=st.text(max_size=20), emails=st.lists(st.text(max_size=20))))
def test_keys_do_not_repeat(record: PersonRecord) -> None:
    keys = blocking_keys(record)

    assert len(keys) == len(set(keys))
