"""The colours of a survey's pages (主题色): a style sheet made of one colour, its contrast kept.

Contrast: WCAG 2.2, 1.4.3, at least 4.5 to 1 for text, by its relative luminance.
"""

import colorsys
from typing import Final

from flask import Response, abort

from guanxi_surveys.pages.blueprint import pages

LEAST: Final = 4.5
LIGHT: Final = "ffffff"
DARK: Final = "131516"
_STEP: Final = 0.01


@pages.get("/theme/<colour>.css", public=True)
def theme(colour: str) -> Response:
    """The style sheet of one colour."""
    if len(colour) != 6 or not set(colour) <= set("0123456789abcdef"):
        abort(404)
    answer = Response(style_sheet(colour), mimetype="text/css")
    answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return answer


def style_sheet(colour: str) -> str:
    """Return the variables that the pages are drawn with.

    :param colour: six hexadecimal digits.
    """
    on_fill = max((LIGHT, "111111"), key=lambda ink: contrast(ink, colour))
    ink_light, ink_dark = readable(colour, LIGHT), readable(colour, DARK)
    return (
        f":root{{--fill:#{colour};--on-fill:#{on_fill};"
        f"--accent:light-dark(#{ink_light},#{ink_dark})}}\n"
    )


def readable(colour: str, ground: str) -> str:
    """Return the colour, made darker or lighter until it can be read on a ground."""
    hue, light, full = colorsys.rgb_to_hls(*_parts(colour))
    step = -_STEP if _luminance(ground) > 0.5 else _STEP
    while contrast(_hex(hue, light, full), ground) < LEAST and 0 <= light <= 1:
        light += step
    return _hex(hue, min(max(light, 0.0), 1.0), full)


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, 1 to 21."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in _parts(colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _parts(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[place : place + 2], 16) / 255 for place in (0, 2, 4))
    return red, green, blue


def _hex(hue: float, light: float, full: float) -> str:
    parts = colorsys.hls_to_rgb(hue, min(max(light, 0.0), 1.0), full)
    return "".join(f"{round(part * 255):02x}" for part in parts)
