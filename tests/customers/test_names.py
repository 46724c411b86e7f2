"""Names: taken apart, put together, sorted, abbreviated."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi.customers.domain.names import (
    NameOrder,
    NameParts,
    display_name,
    initials,
    sort_key,
    split_name,
)

EASTERN, WESTERN = NameOrder.EASTERN, NameOrder.WESTERN


@pytest.mark.parametrize(
    ("full", "family", "given_name", "order"),
    [
        ("张三", "张", "三", EASTERN),
        ("欧阳娜娜", "欧阳", "娜娜", EASTERN),
        ("歐陽修", "歐陽", "修", EASTERN),
        ("愛新覺羅玄燁", "愛新覺羅", "玄燁", EASTERN),
        ("张　三", "张", "三", EASTERN),
        ("王", "王", "", EASTERN),
        ("佐藤健", "佐藤", "健", EASTERN),
        ("長谷川博己", "長谷川", "博己", EASTERN),
        ("佐々木のぞみ", "佐々木", "のぞみ", EASTERN),
        ("渡辺 謙", "渡辺", "謙", EASTERN),
        ("円谷憂子", "円谷", "憂子", EASTERN),
        ("金子涵", "金", "子涵", EASTERN),
        ("김민준", "김", "민준", EASTERN),
        ("남궁민수", "남궁", "민수", EASTERN),
        ("约翰·史密斯", "史密斯", "约翰", WESTERN),
        ("ジョン・スミス", "スミス", "ジョン", WESTERN),
        ("John Smith", "Smith", "John", WESTERN),
        ("Ludwig van Beethoven", "van Beethoven", "Ludwig", WESTERN),
        ("María de la Cruz", "de la Cruz", "María", WESTERN),
        ("Van Morrison", "Morrison", "Van", WESTERN),
        ("Martin Luther King Jr.", "King Jr.", "Martin Luther", WESTERN),
        ("John Smith, Jr.", "Smith, Jr.", "John", WESTERN),
        ("Smith, John", "Smith", "John", WESTERN),
        ("Smith，John", "Smith", "John", WESTERN),
        ("张, 三", "张", "三", EASTERN),
        ("DUPONT Jean", "DUPONT", "Jean", EASTERN),
        ("Madonna", "", "Madonna", WESTERN),
        ("David 张", "张", "David", WESTERN),
        ("陈大文 Peter", "陈", "大文 Peter", EASTERN),
        ("", "", "", WESTERN),
    ],
)
def test_a_full_name_is_taken_apart(
    full: str, family: str, given_name: str, order: NameOrder
) -> None:
    assert split_name(full) == NameParts(family, given_name, order)


@pytest.mark.parametrize(
    "full",
    ["张三", "欧阳娜娜", "约翰·史密斯", "佐藤健", "John Smith", "Ludwig van Beethoven", "David 张"],
)
def test_a_name_is_put_together_as_it_was_written(full: str) -> None:
    assert display_name(*split_name(full)) == full


def test_family_given_is_shown_in_its_bearers_order() -> None:
    assert display_name(*split_name("Beethoven, Ludwig van")) == "Ludwig van Beethoven"


def test_without_an_order_the_script_and_then_the_language_decide() -> None:
    assert display_name("张", "三") == "张三"
    assert display_name("Smith", "John") == "John Smith"
    assert display_name("Smith", "John", locale="zh_CN") == "John Smith"
    assert display_name("Nagy", "Ilona", locale="hu") == "Nagy Ilona"


def test_a_missing_part_leaves_no_space() -> None:
    assert display_name("", "Madonna") == "Madonna"
    assert display_name("王", "") == "王"


def test_chinese_and_western_names_sort_together() -> None:
    names = ["Zidane", "张三", "Young", "李四", "Ärmel", "Adam", "章三", "张伟", "Zhou"]

    def key(full: str) -> str:
        family, given_name, _ = split_name(full)
        return sort_key(family or given_name, "" if not family else given_name)

    assert sorted(names, key=key) == [
        "Adam", "Ärmel", "李四", "Young", "张三", "张伟", "章三", "Zhou", "Zidane",
    ]  # fmt: skip


def test_a_surname_sorts_by_its_own_reading() -> None:
    assert sort_key("单", "田芳") == "shan单 tian田 fang芳"


def test_a_sort_key_is_bounded() -> None:
    assert len(sort_key("张" * 500, "三" * 500)) == 200


@pytest.mark.parametrize(
    ("full", "expected"),
    [
        ("张三", "张三"),
        ("王之俊", "之俊"),
        ("欧阳娜娜", "娜娜"),
        ("司马光", "光"),
        ("John Smith", "JS"),
        ("Ludwig van Beethoven", "LV"),
        ("约翰·史密斯", "约史"),
        ("Madonna", "M"),
        ("straße", "S"),
        ("ßmith", "S"),
        ("", ""),
    ],
)
def test_initials_are_one_or_two_characters(full: str, expected: str) -> None:
    assert initials(*split_name(full)) == expected


def test_an_organisation_is_abbreviated_by_its_beginning() -> None:
    assert initials("北京华为技术有限公司", "") == "北京"
    assert initials("Acme Ltd", "") == "A"


@given(st.text(max_size=40))
def test_no_text_makes_splitting_fail_or_loses_letters(full: str) -> None:
    parts = split_name(full)

    shown = display_name(*parts)

    assert sorted(filter(str.isalnum, shown)) == sorted(filter(str.isalnum, full))
    assert len(initials(*parts)) <= 2
    assert isinstance(sort_key(parts.family, parts.given), str)


@given(st.text(max_size=40))
def test_a_shown_name_is_taken_apart_and_shown_the_same_again(full: str) -> None:
    shown = display_name(*split_name(full))

    assert display_name(*split_name(shown)) == shown
