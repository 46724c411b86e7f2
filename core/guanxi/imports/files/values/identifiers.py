"""Numbers of customers, orders and products: texts of digits that spreadsheets like to spoil."""

import re
import unicodedata

from guanxi.imports.files.values.errors import ShortenedNumber, quoted

_float_artefact = re.compile(r"(-?\d+)\.0+", re.ASCII).fullmatch
_shortened = re.compile(r"\d(\.\d+)?E\+\d{1,3}", re.ASCII | re.IGNORECASE).fullmatch
_as_formula = re.compile(r'="([^"]*)"').fullmatch
_as_text = re.compile(r"'(?=\d)").match


def clean_external_id(text: str) -> str:
    """Return an identifier as its system meant it: ``17850.0`` is ``17850``.

    Takes off surrounding space, full width, and the disguises under which shops keep a
    spreadsheet's hands off a number: ``="0012"`` and ``'0012``. Zeros in front are kept.
    Raises ShortenedNumber for ``8.61381E+12``: its last digits are lost, and different
    customers would become one.
    """
    text = unicodedata.normalize("NFKC", text).strip()
    disguised = _as_formula(text)
    if disguised:
        text = disguised[1].strip()
    elif _as_text(text):
        text = text[1:]
    if _shortened(text):
        raise ShortenedNumber(
            "A spreadsheet has shortened this number to %(text)s, and its last digits are lost. "
            "Format the column as text there, and export it again from where it came.",
            text=quoted(text),
        )
    artefact = _float_artefact(text)
    return artefact[1] if artefact else text
