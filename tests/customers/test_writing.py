"""Scripts, and text of which only the letters count."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi.customers.domain.writing import fold, has_kana, is_han, is_unspaced


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Łukasz MÜLLER", "lukasz muller"),
        ("Straße", "strasse"),
        ("ＺＨＡＮＧ", "zhang"),
        ("Nguyễn Văn Ân", "nguyen van an"),
        ("Søren Ærø", "soren aero"),
        ("Zoe\u0308", "zoe"),
        ("カタカナ", "かたかな"),
        ("がぎぐ", "がぎぐ"),
        ("ΑΘΉΝΑ", "αθηνα"),
    ],
)
def test_case_width_and_diacritics_do_not_count(written: str, folded: str) -> None:
    assert fold(written) == folded


def test_scripts_are_told_apart() -> None:
    assert is_han("張三々〇")
    assert not is_han("佐々木のぞみ")
    assert has_kana("佐々木のぞみ")
    assert is_unspaced("佐々木のぞみ")
    assert is_unspaced("김민준")
    assert not is_unspaced("Ada")
    assert not is_han("")


@given(st.text(st.characters(categories=["L", "N", "Zs"]), max_size=30))
def test_folding_does_not_depend_on_case(text: str) -> None:
    assert fold(fold(text)) == fold(fold(text).upper().lower())
