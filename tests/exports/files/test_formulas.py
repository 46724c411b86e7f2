"""No exported text becomes a formula, and every text comes back as it was."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guanxi.exports.files.formulas import acts_as_formula, neutralise, restore

NASTY = st.text(alphabet="=+-@|%'\t\r\n \u200b\ufeff\u00a0＝＋－＠1.a张", max_size=12)


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+86 138 0013 8000",
        "-1+1",
        "@SUM(A1)",
        "|cmd",
        "%0A",
        "\t=1",
        "\rx",
        "  =1+1",
        "\u200b=1+1",
        "\ufeff=1+1",
        "\x01=1+1",
        "＝1+1",
        "＋1",
        "－1",
        "＠x",
        "'=1+1",
        '=HYPERLINK("http://example.org")',
        "-1,234",
        "-12345678901234567",
    ],
)
def test_a_text_that_acts_as_a_formula_gets_an_apostrophe(text):
    assert neutralise(text) == "'" + text


@pytest.mark.parametrize(
    "text", ["", "x", "Ann", "张伟", "-5", "-12.50", "1-1", "a=b", "'tis", "'-5"]
)
def test_a_harmless_text_is_not_touched(text):
    assert neutralise(text) == text


@pytest.mark.parametrize("cell", [-5, -12.5, Decimal("-1.50"), None, True])
def test_what_is_no_text_is_not_touched(cell):
    assert neutralise(cell) is cell


@settings(deadline=None)
@given(NASTY | st.text())
def test_every_text_comes_back(text):
    assert restore(str(neutralise(text))) == text


@settings(deadline=None)
@given(NASTY | st.text())
def test_no_neutralised_text_acts_as_a_formula(text):
    written = str(neutralise(text))

    assert written.startswith("'") or not acts_as_formula(written)


@settings(deadline=None)
@given(NASTY)
def test_an_apostrophe_is_taken_off_only_where_one_was_put(text):
    if restore(text) != text:
        assert neutralise(text[1:]) == text
