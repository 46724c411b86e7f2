"""What a till scans: QR codes (二维码) and Code 128 bars (条形码), as SVG. No picture is drawn.

QR after ISO/IEC 18004 by segno, Code 128 after ISO/IEC 15417 by python-barcode.
"""

import io
import logging
import re
from typing import Final

from guanxi.sdk import Invalid
from guanxi_loyalty.texts import N_

_STYLE: Final = re.compile(r'style="fill:(\w+);?"')
"""Pages forbid styles in elements; a colour can be said without."""
_COMMENT: Final = re.compile(r"<!--.*?-->")
_SIZE: Final = re.compile(r'width="([0-9.]+)(mm|)" height="([0-9.]+)(?:mm|)"')
_UNITS: Final = {"": 1.0, "mm": 96 / 25.4}
"""User units of SVG in a unit of length (CSS Values 3, section 5.2)."""
_MOST_QR: Final = 500
_MOST_BARS: Final = 48
_BARS: Final = {
    "module_width": 0.3,
    "module_height": 12.0,
    "quiet_zone": 3.0,
    "font_size": 0,
    "text_distance": 1,
    "write_text": False,
}


def qr_code(content: str) -> str:
    """Return a QR code of a code or link, to be put into a page; a quarter of it may be damaged.

    :raises Invalid: nothing, or too much for a till to read.
    """
    if not 0 < len(content) <= _MOST_QR:
        raise Invalid(N_("A QR code takes 1 to %(most)s characters."), most=_MOST_QR)
    import segno  # noqa: PLC0415 -- loaded where something is drawn

    made = segno.make(content, error="q", micro=False)
    drawn: str = made.svg_inline(scale=4, border=4, light="#fff")
    return _scalable(drawn)


def bars(content: str) -> str:
    """Return Code 128 of a code, to be put into a page.

    :raises Invalid: nothing, too much, or something other than printable ASCII.
    """
    if not 0 < len(content) <= _MOST_BARS or not (content.isascii() and content.isprintable()):
        raise Invalid(
            N_("Bars take 1 to %(most)s letters, digits and signs of ASCII."), most=_MOST_BARS
        )
    # It tells, as it is loaded, that it cannot draw pictures, which nobody asked it for.
    logging.getLogger("pyBarcode").setLevel(logging.WARNING)
    from barcode import Code128  # noqa: PLC0415 -- loaded where something is drawn
    from barcode.writer import SVGWriter  # noqa: PLC0415

    file = io.BytesIO()
    Code128(content, writer=SVGWriter()).write(file, options=dict(_BARS))
    drawn = file.getvalue().decode()
    drawn = _COMMENT.sub("", drawn[drawn.index("<svg") :])
    return _scalable(_STYLE.sub(r'fill="\1"', drawn))


def _scalable(drawn: str) -> str:
    """Return a drawing that fills whatever size a page gives it; its own size stays the usual."""
    found = _SIZE.search(drawn)
    if found is None:
        return drawn
    unit = _UNITS[found[2]]
    box = f"0 0 {float(found[1]) * unit:g} {float(found[3]) * unit:g}"
    return f'{drawn[: found.start()]}viewBox="{box}" {drawn[found.start() :]}'
