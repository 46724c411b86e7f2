"""The quick search from end to end, without a database: tokens, query, ranking."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi.customers.domain.search import (
    MAX_TOKENS,
    Candidate,
    query_tokens,
    rank,
    search_tokens,
    token_numbers,
)
from guanxi.customers.domain.search.query import MAX_GROUPS
from guanxi.customers.domain.search.spelling import plain

UUID = "3f2504e0-4f89-11d3-9a0c-0305e82c3301"
PEOPLE = [
    Candidate(("张三",), ("zhang.san@example.com",), ("+8613800138000",), ("17850",)),
    Candidate(("张三丰",), ("taichi@qq.com",), ("+8613811118001",), ("17851",)),
    Candidate(("曾轶可",), (), ("+8613811118002",), ("17852",)),
    Candidate(("单田芳",), (), ("+8613811118003;ext=9",), ("1",)),
    Candidate(("張喬梓",), (), ("+85291234567",)),
    Candidate(("欧阳娜娜",), ("nana@oy.example",)),
    Candidate(("吕布",)),
    Candidate(("John O'Brien",), ("job@corp.cn",), ("+442079460958",), ("SHOP-00012345",)),
    Candidate(("Jean-Luc Müller",), ("jlm@corp.cn",), (), (UUID,)),
    Candidate(("佐々木のぞみ",)),
    Candidate(("カタカナ商店",)),
    Candidate(("3M",), ("info@3m.com",)),
    Candidate(("北京华为技术有限公司",), (), (), (), ("深圳", "vip")),
    Candidate(("Ding Xiao-Ming",)),
]  # fmt: skip


def found(text: str) -> list[str]:
    """Search as the application does: by tokens first, then ranked."""
    query = query_tokens(text)
    hits = [(rank(query, who), who.names[0]) for who in PEOPLE if query.matches(tokens_of(who))]
    return [name for score, name in sorted(hits, key=lambda hit: -hit[0]) if score]


def tokens_of(who: Candidate) -> frozenset[str]:
    return frozenset(search_tokens(*who))


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("张", ["张三", "张三丰", "張喬梓"]),
        ("张三", ["张三", "张三丰"]),
        ("张乔", ["張喬梓"]),
        ("张 梓", ["張喬梓"]),
        ("三张", []),
        ("华为", ["北京华为技术有限公司"]),
        ("のぞみ", ["佐々木のぞみ"]),
        ("かたかな", ["カタカナ商店"]),
        ("zhangsan", ["张三", "张三丰"]),
        ("zhang san", ["张三", "张三丰"]),
        ("san zhang", ["张三", "张三丰"]),
        ("ZHANG", ["张三", "张三丰", "張喬梓"]),
        ("ｚｈａｎｇｓ", ["张三", "张三丰"]),
        ("sanf", ["张三丰"]),
        ("zs", ["张三", "张三丰"]),
        ("zsf", ["张三丰"]),
        ("oynn", ["欧阳娜娜"]),
        ("nana", ["欧阳娜娜"]),
        ("zeng", ["曾轶可"]),
        ("ceng", ["曾轶可"]),
        ("shantianfang", ["单田芳"]),
        ("dan", ["单田芳"]),
        ("lvbu", ["吕布"]),
        ("lubu", ["吕布"]),
        ("huawei", ["北京华为技术有限公司"]),
        ("obrien", ["John O'Brien"]),
        ("o’brien j", ["John O'Brien"]),
        ("jo", ["John O'Brien", "Jean-Luc Müller"][:1]),
        ("muller", ["Jean-Luc Müller"]),
        ("müller jean", ["Jean-Luc Müller"]),
        ("jeanluc", ["Jean-Luc Müller"]),
        ("xiaoming", ["Ding Xiao-Ming"]),
        ("3m", ["3M"]),
    ],
)
def test_a_name_is_found(query: str, names: list[str]) -> None:
    assert found(query)[: len(names) or None] == names


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("8000", ["张三"]),
        ("138000", ["张三"]),
        ("138 0013 8000", ["张三"]),
        ("+86 138-0013-8000", ["张三"]),
        ("008613800138000", ["张三"]),
        ("020 7946 0958", ["John O'Brien"]),
        ("8003", ["单田芳"]),
        ("13900138000", []),
        ("1785", ["张三", "曾轶可", "张三丰"]),
        ("17852", ["曾轶可"]),
        ("SHOP-0001", ["John O'Brien"]),
        ("00012345", ["John O'Brien"]),
        ("3f2504e0-4f89-11d3-9a0c-0305e82c3301", ["Jean-Luc Müller"]),
        ("3f2504e0-4f89-11d3-9a0c-0305e82c9999", []),
        ("zhang.san@example.com", ["张三"]),
        ("zhang.san@ex", ["张三"]),
        ("taichi", ["张三丰"]),
        ("@corp", ["John O'Brien", "Jean-Luc Müller"]),
        ("job@corp", ["John O'Brien"]),
        ("深圳", ["北京华为技术有限公司"]),
        ("vip", ["北京华为技术有限公司"]),
    ],
)
def test_an_identity_or_other_text_is_found(query: str, names: list[str]) -> None:
    assert sorted(found(query)) == sorted(names)


@pytest.mark.parametrize("query", ["zhang 8000", "zhang8000", "张8000", "8000 zhang", "zs 8000"])
def test_words_of_a_mixed_query_each_match_where_they_may(query: str) -> None:
    assert found(query) == ["张三"]


@pytest.mark.parametrize("query", ["", "  ", "@", "---", "z", "\x00", "\ud800", "😀"])
def test_a_query_that_says_nothing_finds_nobody(query: str) -> None:
    assert found(query) == []


def test_a_letter_typed_so_far_does_not_lose_the_word_before() -> None:
    assert found("zhang s")[:2] == ["张三", "张三丰"]


def test_all_groups_of_a_query_are_said_as_sql_needs_them() -> None:
    query = query_tokens("张三 ab")

    assert query.every == ["c张三"]
    assert query.any_of == [["wab", "xab", "iab", "=ab"]]
    assert query.exact == ("=张三ab",)


def test_an_exact_name_has_a_token_of_its_own() -> None:
    assert set(query_tokens("zhang san").exact) <= set(search_tokens(["张三"]))
    assert set(query_tokens("smith john").exact) <= set(search_tokens(["John Smith"]))
    assert not set(query_tokens("张三").exact) & set(search_tokens(["张三丰"]))


def test_kinds_of_tokens_do_not_mix() -> None:
    tokens = search_tokens(["Ann"], ["ann@ann.example"], ["+8613800138000"], ["8000"])

    assert {"wann", "eann", "@ann", "p8000", "x8000"} <= set(tokens)


def test_tokens_do_not_repeat_and_are_bounded() -> None:
    tokens = search_tokens(
        ["张" * 200, "x" * 5000, *(f"name{n} other{n}" for n in range(100))],
        [f"a{n}@example.com" for n in range(100)],
    )

    assert len(tokens) == len(set(tokens)) == MAX_TOKENS


def test_an_ordinary_customer_has_few_tokens() -> None:
    tokens = search_tokens(["王之俊"], ["wang.zj@example.com"], ["+8613800138000"], ["17850"])

    assert len(tokens) < 60


@given(st.text(max_size=300))
def test_no_query_fails_and_its_groups_are_bounded(text: str) -> None:
    query = query_tokens(text)

    assert len(query.groups) <= MAX_GROUPS
    assert all(query.groups)
    rank(query, PEOPLE[0])


LETTERS = st.characters(codec="utf-8", categories=["L", "Nd"])
WORDS = st.text(LETTERS.filter(lambda letter: plain(letter).isalnum()), min_size=2, max_size=12)


@given(WORDS, st.integers(2, 12))
def test_every_beginning_of_a_word_finds_it(word: str, length: int) -> None:
    query = query_tokens(word[:length])

    assert query.matches(search_tokens([word]))


@given(st.integers(10**10, 10**13 - 1), st.integers(4, 11))
def test_every_end_of_a_phone_number_finds_it(number: int, length: int) -> None:
    query = query_tokens(str(number)[-length:])
    candidate = Candidate(("张三",), (), (f"+{number}",))

    assert query.matches(search_tokens(["张三"], phones=candidate.phones))
    assert rank(query, candidate) > 0


def test_a_token_is_always_stored_as_the_same_number() -> None:
    assert token_numbers(["wann", "=张三", "wann"]) == [-808588200, -1667364219, -808588200]
    assert token_numbers([]) == []
