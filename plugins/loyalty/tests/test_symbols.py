"""QR codes and bars for the till."""

import re
from xml.etree import ElementTree as ET

import pytest

from guanxi.sdk import Invalid
from guanxi_loyalty.symbols import bars, qr_code

NARROW = 3  # tenths of a millimetre
START_B, STOP = "11010010000", "1100011101011"


def modules(drawn: str) -> str:
    """Return the bars of a drawing, a digit per module."""
    root = ET.fromstring(drawn)
    found = ""
    for bar in root.iter("{http://www.w3.org/2000/svg}rect"):
        if bar.get("width") == "100%":
            continue
        left, wide = (round(float(str(bar.get(name))[:-2]) * 10) for name in ("x", "width"))
        found = found.ljust((left - 30) // NARROW, "0") + "1" * (wide // NARROW)
    return found


def test_bars_begin_and_end_as_code_128_does() -> None:
    drawn = modules(bars("GX-ABCD2345"))

    assert drawn.startswith(START_B)
    assert drawn.endswith(STOP)
    assert len(drawn) % 11 == 2


def test_bars_of_the_standards_own_example() -> None:
    """The letters P and J have these modules in ISO/IEC 15417, sets A and B."""
    drawn = modules(bars("PJJ123C"))

    assert drawn[11:22] == "11101110110"  # P
    assert drawn[22:33] == drawn[33:44] == "10110111000"  # J


@pytest.mark.parametrize("drawing", [bars, qr_code])
def test_nothing_in_a_drawing_is_forbidden_in_pages(drawing: object) -> None:
    drawn = drawing("GX-ABCD2345")  # type: ignore[operator]

    assert ET.fromstring(drawn).tag.endswith("svg")
    assert re.search(r"style=|<script|<!--|href", drawn) is None


def test_a_qr_code_is_a_square_that_differs_by_what_it_says() -> None:
    one, other = qr_code("https://shop.example/?ref=ABCDEFGHJK"), qr_code("ABCD")

    assert one != other
    for drawn in (one, other):
        root = ET.fromstring(drawn)
        assert root.get("width") == root.get("height")


@pytest.mark.parametrize("content", ["", "é", "x" * 49, "a\n"])
def test_what_no_till_reads_is_refused(content: str) -> None:
    with pytest.raises(Invalid):
        bars(content)


@pytest.mark.parametrize("content", ["", "x" * 501])
def test_what_does_not_fit_into_a_qr_code_is_refused(content: str) -> None:
    with pytest.raises(Invalid):
        qr_code(content)


@pytest.mark.parametrize(("drawing", "unit"), [(bars, 96 / 25.4), (qr_code, 1)])
def test_a_drawing_fills_whatever_size_a_page_gives_it(drawing: object, unit: float) -> None:
    root = ET.fromstring(drawing("GX-ABCD2345"))  # type: ignore[operator]

    own = [float(str(root.get(name)).removesuffix("mm")) * unit for name in ("width", "height")]
    left, top, *size = map(float, str(root.get("viewBox")).split())

    assert (left, top) == (0, 0)
    assert size == pytest.approx(own, rel=1e-4)
