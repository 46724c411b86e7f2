"""Yes and no, and identifiers."""

import pytest

from guanxi.imports.files.values import clean_external_id, parse_bool
from guanxi.imports.files.values.errors import NotABoolean, ShortenedNumber


@pytest.mark.parametrize("text", ["yes", "Y", "TRUE", " true ", "1", "是", "对", "有", "√", "Ｙ"])
def test_yes_is_yes(text):
    assert parse_bool(text) is True


@pytest.mark.parametrize("text", ["no", "N", "FALSE", "0", "否", "无", "×", "不同意", "off"])
def test_no_is_no(text):
    assert parse_bool(text) is False


@pytest.mark.parametrize("text", ["", "maybe", "2", "不是", "yes no"])
def test_everything_else_is_neither(text):
    with pytest.raises(NotABoolean):
        parse_bool(text)


@pytest.mark.parametrize(
    ("text", "identifier"),
    [
        ("17850.0", "17850"),
        ("17850.00", "17850"),
        ("17850", "17850"),
        ("00123", "00123"),
        ("00123.0", "00123"),
        (" A-12 ", "A-12"),
        ("１７８５０", "17850"),
        ('="00123"', "00123"),
        ("'00123", "00123"),
        ("6901234567892\t", "6901234567892"),
        ("1.5", "1.5"),
        ("v1.0", "v1.0"),
        ("C536379", "C536379"),
        ("'s Gravenhage", "'s Gravenhage"),
        ("", ""),
    ],
)
def test_an_identifier_is_what_its_system_meant(text, identifier):
    assert clean_external_id(text) == identifier


@pytest.mark.parametrize("text", ["8.61381E+12", "1E+15", "4.5e+7"])
def test_an_identifier_of_which_digits_are_lost_is_refused(text):
    with pytest.raises(ShortenedNumber):
        clean_external_id(text)
