"""Passwords: what is refused, and that only the right one opens."""

import pytest

from guanxi.access.passwords import check_password, hash_password, verify_password
from guanxi.errors import Invalid


def test_the_right_password_opens_and_another_does_not() -> None:
    stored = hash_password("correct horse battery staple")

    assert verify_password(stored, "correct horse battery staple") is True
    assert verify_password(stored, "correct horse battery stapl") is False


def test_nobody_signs_in_where_no_password_was_chosen() -> None:
    assert verify_password(None, "nobody has this password") is False


@pytest.mark.parametrize("password", ["short", "aaaaaaaaaaaaaaaa", "password1234", "x" * 201])
def test_refuses_passwords_that_are_short_long_or_easy_to_guess(password: str) -> None:
    with pytest.raises(Invalid):
        check_password(password)


def test_refuses_a_password_made_of_the_persons_own_address() -> None:
    with pytest.raises(Invalid):
        check_password("li.xiaoming@example.com", "Li Xiaoming", "li.xiaoming@example.com")


def test_takes_four_unrelated_words() -> None:
    check_password("correct horse battery staple", "Ada", "ada@example.com")
