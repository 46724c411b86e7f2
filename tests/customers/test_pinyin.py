"""How Han names are read."""

import pytest

from guanxi.customers.domain.name_readings import COMPOUND_READINGS, SURNAME_READINGS
from guanxi.customers.domain.pinyin import (
    MAX_READINGS,
    in_latin,
    name_syllables,
    readings,
    simplified,
)


@pytest.mark.parametrize(
    ("family", "given", "expected"),
    [
        ("张", "三", "zhang san"),
        ("单", "田芳", "shan tian fang"),
        ("曾", "国藩", "zeng guo fan"),
        ("解", "缙", "xie jin"),
        ("仇", "英", "qiu ying"),
        ("朴", "智星", "piao zhi xing"),
        ("尉迟", "恭", "yu chi gong"),
        ("万俟", "卨", "mo qi xie"),
        ("長孫", "無忌", "zhang sun wu ji"),
        ("吕", "布", "lv bu"),
        ("佐々木", "健", "zuo zuo mu jian"),
    ],
)
def test_surnames_are_read_in_their_own_way(family: str, given: str, expected: str) -> None:
    assert " ".join(name_syllables(family, given)[0]) == expected


def test_a_surname_is_also_found_under_its_usual_reading() -> None:
    assert ("dan", "tian", "fang") in name_syllables("单", "田芳")


def test_lv_is_also_read_lu() -> None:
    assert {way[0] for way in name_syllables("吕", "布")} == {"lv", "lu", "lyu"}


def test_the_same_character_is_read_differently_in_a_given_name() -> None:
    assert readings("单")[0] == "dan"
    assert SURNAME_READINGS["单"] == ("shan",)


def test_readings_of_one_name_are_bounded() -> None:
    assert len(name_syllables("乐", "乐乐乐乐乐乐")) == MAX_READINGS


def test_what_is_no_han_character_has_no_reading() -> None:
    assert readings("a") == ()
    assert readings("か") == ()
    assert name_syllables("", "") == [()]


def test_compound_surnames_have_one_syllable_for_each_character() -> None:
    assert {name: len(name) for name in COMPOUND_READINGS} == {
        name: len(syllables) for name, syllables in COMPOUND_READINGS.items()
    }


def test_traditional_characters_become_simple() -> None:
    assert simplified("張喬梓 Ada") == "张乔梓 Ada"


@pytest.mark.parametrize(
    ("text", "latin"),
    [
        ("重点客户", "zhong dian ke hu"),
        ("VIP会员 2026", "VIP hui yuan 2026"),
        ("Éva", "Éva"),
        ("か", "か"),
        ("", ""),
    ],
)
def test_han_characters_are_written_in_latin_and_the_rest_stays(text: str, latin: str) -> None:
    assert in_latin(text) == latin
