"""Which of the customers found comes first."""

import pytest

from guanxi.customers.domain.search import Candidate, query_tokens, rank


@pytest.mark.parametrize(
    ("query", "better", "worse"),
    [
        ("张三", Candidate(("张三",)), Candidate(("张三丰",))),
        ("张三", Candidate(("张三丰",)), Candidate(("小张三",))),
        ("zhang", Candidate(("Zhang",)), Candidate(("张三",))),
        ("zhang", Candidate(("张三",)), Candidate(("三张",))),
        ("zs", Candidate(("Zs",)), Candidate(("张三",))),
        ("zs", Candidate(("张三",)), Candidate(("张三丰",))),
        ("zs", Candidate(("张三丰",)), Candidate(("李四",), ("zsx@example.com",))),
        ("ann", Candidate(("Ann Lee",)), Candidate(("Lee Ann",))),
        ("lee", Candidate(("Lee",)), Candidate(("Bo Lee",))),
        ("lee", Candidate(("Bo Lee",)), Candidate(("Bo Leeds",))),
        ("ann", Candidate(("Bo Ann",)), Candidate(("Bo",), ("annie@example.com",))),
        ("ann", Candidate(("Bo",), ("annie@x.cn",)), Candidate(("Bo",), ("bo@annie.cn",))),
        ("17850", Candidate(("Bo",), (), (), ("17850",)), Candidate(("Bo",), (), ("+8617850",))),
        ("john smith", Candidate(("John Smith",)), Candidate(("John Smithson",))),
        ("smith john", Candidate(("John Smith",)), Candidate(("Johnny Smith",))),
        ("13800138000", Candidate(("Bo",), (), ("+8613800138000",)), Candidate(("Bo",))),
        ("ann", Candidate(("Annabel",)), Candidate(("Annabel Margaret Lee",))),
    ],
)
def test_the_closer_customer_is_first(query: str, better: Candidate, worse: Candidate) -> None:
    parsed = query_tokens(query)

    assert rank(parsed, better) > rank(parsed, worse)


@pytest.mark.parametrize(
    ("query", "other"),
    [
        ("zhangsanfengx", Candidate(("张三丰",))),
        ("13900138000", Candidate(("Bo",), (), ("+8613800138000",))),
        ("ann bo", Candidate(("Ann Lee",))),
        ("ann@example.org", Candidate(("Ann",), ("ann@example.com",))),
    ],
)
def test_who_only_shares_a_cut_token_is_no_hit(query: str, other: Candidate) -> None:
    assert rank(query_tokens(query), other) == 0
