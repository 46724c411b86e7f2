"""What text may enter the database."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi.customers.domain.text import InvalidText, clean_text


def test_spaces_and_invisible_marks_around_text_are_dropped() -> None:
    assert clean_text(" \ufeff\u200b 张三\u3000\n", 20) == "张三"


def test_text_is_composed() -> None:
    assert clean_text("Zoe\u0308", 20) == "Zoë"


def test_direction_marks_from_an_address_book_are_dropped() -> None:
    assert clean_text("\u202a+86 138 0013 8000\u202c", 40) == "+86 138 0013 8000"


def test_line_ends_become_one_kind_where_several_lines_are_allowed() -> None:
    assert clean_text("a\r\nb\rc\u2028d", 20, multiline=True) == "a\nb\nc\nd"


def test_a_line_break_is_refused_in_a_single_line() -> None:
    with pytest.raises(InvalidText, match="single line"):
        clean_text("a\nb", 20)


def test_a_tab_in_a_single_line_becomes_a_space() -> None:
    assert clean_text("Ada\tLovelace", 20) == "Ada Lovelace"


@pytest.mark.parametrize("hostile", ["a\x00b", "a\x1bb", "a\x7fb", "a\x9fb"])
def test_control_characters_are_refused(hostile: str) -> None:
    with pytest.raises(InvalidText, match="control characters"):
        clean_text(hostile, 20, multiline=True)


@pytest.mark.parametrize("half", ["\ud83d", "a\udc00", "\udc00\ud83d"])
def test_half_a_character_is_refused(half: str) -> None:
    with pytest.raises(InvalidText, match="half a character"):
        clean_text(half, 20)


def test_length_is_counted_after_trimming() -> None:
    assert clean_text(" " * 100 + "abc" + " " * 100, 3) == "abc"


@pytest.mark.parametrize("text", ["abcd", "é" * 4, "x" * 10_000, "e\u0301" * 10_000])
def test_text_that_is_too_long_is_refused_with_the_limit(text: str) -> None:
    with pytest.raises(InvalidText, match="at most 3 characters"):
        clean_text(text, 3)


@given(st.text(st.characters(codec=None), max_size=60), st.booleans())
def test_whatever_passes_can_be_stored_and_passes_again(text: str, multiline: bool) -> None:
    try:
        cleaned = clean_text(text, 40, multiline=multiline)
    except InvalidText:
        return

    assert "\x00" not in cleaned.encode("utf-8").decode("utf-8")
    assert unicodedata.is_normalized("NFC", cleaned)
    assert len(cleaned) <= 40
    assert clean_text(cleaned, 40, multiline=multiline) == cleaned
