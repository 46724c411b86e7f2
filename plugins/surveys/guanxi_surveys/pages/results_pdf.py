"""Results of a survey as PDF, in the reader's language."""

from collections.abc import Sequence
from html import escape
from io import BytesIO
from typing import Any, Final

from flask_babel import format_date, format_decimal

from guanxi_surveys.figures.report import Report
from guanxi_surveys.pages.results_words import driver_rows, group_rows, question_cards, trend_words
from guanxi_surveys.texts import _

_FONT: Final = "STSong-Light"
"""A Chinese face that every reader of PDF brings along; its Latin letters serve, too."""
_LINE, _HEAD, _BAR, _GROUND = "#c8ccd4", "#eef1f6", "#2f6fde", "#e6e9ef"
_BAR_WIDTH: Final = 150


def render(title: str, found: Report, stats: Sequence[dict[str, Any]], *, language: str) -> bytes:
    """Return the file: scores, weeks, what moves them, groups, every question."""
    from reportlab.lib.pagesizes import A4  # noqa: PLC0415 -- heavy, for who makes a file
    from reportlab.lib.units import mm  # noqa: PLC0415 -- as above
    from reportlab.pdfbase import pdfmetrics  # noqa: PLC0415 -- as above
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont  # noqa: PLC0415 -- as above
    from reportlab.platypus import SimpleDocTemplate  # noqa: PLC0415 -- as above

    pdfmetrics.registerFont(UnicodeCIDFont(_FONT))
    target, margin = BytesIO(), 18 * mm
    document = SimpleDocTemplate(
        target, pagesize=A4, title=title, invariant=1, lang=language,
        leftMargin=margin, rightMargin=margin, topMargin=margin, bottomMargin=margin,
    )  # fmt: skip
    document.build(_story(title, found, stats))
    return target.getvalue()


def _story(title: str, found: Report, stats: Sequence[dict[str, Any]]) -> list[Any]:
    story = [_text(title, "title"), _text(_period(found), "small")]
    story.append(_table([_("Figure"), _("Value"), _("Where it lies in 95 of 100 cases")],
                        [[str(one["label"]), str(one["value"]), str(one["hint"] or "")]
                         for one in stats]))  # fmt: skip
    story += [_text(one) for one in trend_words(found)]
    for one in driver_rows(found):
        story.append(_text(_("What moves it: %(score)s", score=one["title"]), "head"))
        story.append(_bars([(bar["label"], bar["value"], bar["text"]) for bar in one["bars"]], 1))
    groups = group_rows(found)
    if groups:
        story.append(_text(_("By groups"), "head"))
        header = [_("Group"), _("Answers"), "NPS", "CSAT", "CES"]
        story.append(_table(header, [
            [one["label"], format_decimal(one["n"]), one["nps"], one["csat"], one["ces"]]
            for one in groups
        ]))  # fmt: skip
    story.append(_text(_("Questions"), "head"))
    for card in question_cards(found):
        story += _question(card)
    return story


def _period(found: Report) -> str:
    if found.period.since is None or found.period.until is None:
        return _("From the beginning")
    from datetime import timedelta  # noqa: PLC0415 -- beside its only use

    return _("%(since)s to %(until)s", since=format_date(found.period.since),
             until=format_date(found.period.until - timedelta(days=1)))  # fmt: skip


def _question(card: dict[str, Any]) -> list[Any]:
    from reportlab.platypus import KeepTogether  # noqa: PLC0415 -- as above

    story = [_text(card["title"], "question"), _text(card["subtitle"], "small")]
    for part in card["parts"]:
        if part["heading"]:
            story.append(_text(part["heading"]))
        if part["bars"]:
            rows = [(bar["label"], bar["value"], f"{bar['text']} · {bar['note']}")
                    for bar in part["bars"]]  # fmt: skip
            story.append(_bars(rows, part["n"]))
        if part["mean"]:
            story.append(_text(part["mean"], "small"))
    return [KeepTogether(story)]


def _bars(rows: Sequence[tuple[str, float, str]], most: float) -> Any:
    from reportlab.graphics.shapes import Drawing, Rect  # noqa: PLC0415 -- as above
    from reportlab.lib.colors import HexColor  # noqa: PLC0415 -- as above

    cells = []
    for label, value, text in rows:
        drawing = Drawing(_BAR_WIDTH, 8)
        drawing.add(Rect(0, 0, _BAR_WIDTH, 8, fillColor=HexColor(_GROUND), strokeColor=None))
        width = _BAR_WIDTH * min(1.0, value / most) if most else 0
        drawing.add(Rect(0, 0, width, 8, fillColor=HexColor(_BAR), strokeColor=None))
        cells.append([_text(label), drawing, _text(text, "small")])
    return _grid(cells, (0.42, 0.34, 0.24))


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> Any:
    from reportlab.lib.colors import HexColor  # noqa: PLC0415 -- as above

    cells = [
        [_text(one, "small") for one in header],
        *([_text(one) for one in row] for row in rows),
    ]
    width = 1 / len(header)
    return _grid(cells, (width,) * len(header), [
        ("BACKGROUND", (0, 0), (-1, 0), HexColor(_HEAD)),
        ("LINEBELOW", (0, 0), (-1, -1), 0.4, HexColor(_LINE)),
    ])  # fmt: skip


def _grid(cells: list[list[Any]], widths: Sequence[float], style: Sequence[Any] = ()) -> Any:
    from reportlab.lib.pagesizes import A4  # noqa: PLC0415 -- as above
    from reportlab.lib.units import mm  # noqa: PLC0415 -- as above
    from reportlab.platypus import Table, TableStyle  # noqa: PLC0415 -- as above

    whole = A4[0] - 36 * mm
    table = Table(cells, colWidths=[whole * one for one in widths], spaceAfter=6)
    table.setStyle(TableStyle([("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
                               ("TOPPADDING", (0, 0), (-1, -1), 1),
                               ("BOTTOMPADDING", (0, 0), (-1, -1), 1), *style]))  # fmt: skip
    return table


def _text(text: str, kind: str = "body") -> Any:
    from reportlab.lib.styles import ParagraphStyle  # noqa: PLC0415 -- as above
    from reportlab.platypus import Paragraph  # noqa: PLC0415 -- as above

    size, before, after = _KINDS[kind]
    style = ParagraphStyle(
        kind, fontName=_FONT, fontSize=size, leading=size * 1.35, spaceBefore=before,
        spaceAfter=after, wordWrap="CJK" if any(one > "\u2e80" for one in text) else None,
    )  # fmt: skip
    return Paragraph(escape(text), style)


_KINDS: Final = {
    "title": (18, 0, 4),
    "head": (13, 12, 4),
    "question": (11, 8, 0),
    "body": (9.5, 0, 2),
    "small": (8.5, 0, 3),
}
