"""Who is mentioned in a text."""

from uuid import UUID

import pytest

from guanxi.work.domain.mentions import Colleague, mentioned

ANN, ANNA, LI, BO = (UUID(int=n) for n in range(1, 5))
PEOPLE = [
    Colleague(ANN, "Ann Smith", "ann@example.com"),
    Colleague(ANNA, "Ann Smithson", "anna@example.com"),
    Colleague(LI, "李娜", "li@example.com"),
    Colleague(BO, "Bo", "bo@example.com"),
]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("@Ann Smith please call", [ANN]),
        ("@ann smithson, please", [ANNA]),
        ("see @李娜你好", [LI]),
        ("＠李娜 and @Bo.", [LI, BO]),
        ("@Bo @bo @BO", [BO]),
        ("@li@example.com knows", [LI]),
        ("write to x@bo", []),
        ("@Bob is another", []),
        ("@nobody", []),
        ("@", []),
        ("no mention", []),
        ("(@Bo)", [BO]),
    ],
)
def test_mentions_are_found(text: str, found: list[UUID]) -> None:
    assert mentioned(text, PEOPLE) == found


def test_two_colleagues_of_one_name_are_both_meant() -> None:
    twins = [Colleague(ANN, "Kim Lee", "a@example.com"), Colleague(BO, "Kim Lee", "b@example.com")]

    assert mentioned("@Kim Lee", twins) == [ANN, BO]
