"""A report as PDF, in the reader's language, drawn from its frozen figures alone.

The same report in the same language is the same file, byte by byte.
"""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any, Final

from guanxi_scoring.explaining.wording import day, number, said, share
from guanxi_scoring.insight.figures import FIGURES
from guanxi_scoring.models import BoardReport
from guanxi_scoring.pages.measures import headline
from guanxi_scoring.texts import _

_FONT: Final = "STSong-Light"
"""A Chinese face that every reader of PDF brings along; its Latin letters serve, too."""
_LINE, _HEAD, _BAR = "#c8ccd4", "#eef1f6", "#2f6fde"


def money(value: Decimal | str, currency: str) -> str:
    """Write an amount with the code of its currency: the face has not the sign of each."""
    return f"{currency} {number(round(Decimal(value), 2))}"


def render(report: BoardReport, *, language: str, zone: str) -> bytes:
    """Return the file."""
    from reportlab.lib.pagesizes import A4  # noqa: PLC0415 -- heavy, for who makes a file
    from reportlab.lib.units import mm  # noqa: PLC0415 -- as above
    from reportlab.pdfbase import pdfmetrics  # noqa: PLC0415 -- as above
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont  # noqa: PLC0415 -- as above
    from reportlab.platypus import SimpleDocTemplate  # noqa: PLC0415 -- as above

    pdfmetrics.registerFont(UnicodeCIDFont(_FONT))
    target = BytesIO()
    margin = 18 * mm
    document = SimpleDocTemplate(
        target, pagesize=A4, title=report.title, author=report.made_by, invariant=1, lang=language,
        leftMargin=margin, rightMargin=margin, topMargin=margin, bottomMargin=margin,
    )  # fmt: skip
    document.build(_story(report, zone))
    return target.getvalue()


def _story(report: BoardReport, zone: str) -> list[Any]:
    from zoneinfo import ZoneInfo  # noqa: PLC0415 -- beside what needs it

    figures = report.figures

    def local(at: datetime) -> date:
        return at.astimezone(ZoneInfo(zone)).date()

    made = _(
        "As of %(day)s; made on %(made)s by %(who)s. These figures are frozen.",
        day=day(local(report.as_of)), made=day(local(report.made_at)), who=report.made_by,
    )  # fmt: skip
    story = [_text(report.title, "title"), _text(made, "small")]
    story += _company(figures, report.currency)
    story += _expected(figures["expected"], report.currency)
    story += _models(figures["models"], report.currency)
    story += _weeks(figures["anomalies"], report.currency)
    story += _insights(figures["insights"])
    story += _white_space(figures["white_space"])
    return story


def _company(figures: dict[str, Any], currency: str) -> list[Any]:
    months = figures["months"]
    lead = _("%(n)s customers.", n=number(figures["customers"]))
    story = [_text(_("The company's year"), "head"), _text(lead)]
    if not months:
        return [*story, _text(_("There was no trade in these months."))]
    head = [_("Month"), _("Revenue"), _("Purchases"), _("Returns"), _("Customers who bought")]
    rows = [
        [month, money(revenue, currency), number(bought), number(returned), number(buyers)]
        for month, revenue, bought, returned, buyers in months
    ]
    bars = _bars([one[0] for one in months], [float(one[1]) for one in months])
    return [*story, bars, _table(head, rows)]


def _expected(found: dict[str, Any], currency: str) -> list[Any]:
    story = [_text(_("What is expected"), "head")]
    if not found["customers"]:
        return [*story, _text(_("No lifetime model is in force, so nothing is expected yet."))]
    return [
        *story,
        _text(
            _(
                "Of %(n)s customers %(expected)s are expected in the next twelve months; the last"
                " twelve brought %(now)s. %(above)s customers have a potential above what they"
                " bring now, %(gap)s in all.",
                n=number(found["customers"]),
                expected=money(found["expected"], currency),
                now=money(found["now"], currency),
                above=number(found["above"]),
                gap=money(found["gap"], currency),
            )
        ),
    ]


def _models(found: Sequence[dict[str, Any]], currency: str) -> list[Any]:
    story = [_text(_("Models in force, and how good they are"), "head")]
    if not found:
        return [*story, _text(_("No model is in force."))]
    head = [_("Model"), _("Version"), _("Customers or cases"), _("On data it did not learn from")]
    rows = [
        [
            _in_language(one["title"]),
            str(one["version"]),
            number(one["sample"]),
            said(one["alarm"]) or headline(one["kind"], one["metrics"], currency),
        ]
        for one in found
    ]
    return [*story, _table(head, rows, widths=(0.2, 0.1, 0.15, 0.55))]


def _weeks(found: Sequence[dict[str, Any]], currency: str) -> list[Any]:
    story = [_text(_("Weeks out of the ordinary"), "head")]
    if not found:
        return [*story, _text(_("All weeks were as the weeks before let expect."))]
    head = [_("Week of"), _("Figure"), _("Value"), _("Ordinary"), _("What it was")]
    rows = []
    for one in found:
        figure = FIGURES[one["figure"]]

        def written(value: str, unit: str = figure.unit) -> str:
            return money(value, currency) if unit == "money" else number(round(Decimal(value)))

        rows.append(
            [
                day(date.fromisoformat(one["week_on"])),
                str(figure.title),
                written(one["value"]),
                f"{written(one['low'])} – {written(one['high'])}",
                one["note"] or _("not explained yet"),
            ]
        )
    return [*story, _table(head, rows, widths=(0.16, 0.2, 0.14, 0.25, 0.25))]


def _insights(found: Sequence[dict[str, Any]]) -> list[Any]:
    story = [_text(_("Confirmed insights"), "head")]
    if not found:
        return [*story, _text(_("Nobody has confirmed one yet."))]
    return [*story, *(_text(f"• {said(one['statement'])}") for one in found)]


def _white_space(found: dict[str, Any]) -> list[Any]:
    story = [_text(_("White space: who buys what"), "head")]
    if not found["products"] or not found["classes"]:
        return [*story, _text(_("There is nothing to compare."))]
    lead = _("Share of the customers of a class who bought a product within a year.")
    head = ["", _("Customers"), *(code for code, _description in found["products"])]
    rows = [
        [name, number(n), *(share(cell) for cell in row)]
        for (name, n), row in zip(found["classes"], found["shares"], strict=True)
    ]
    legend = "; ".join(f"{code}: {described}" for code, described in found["products"])
    width = 0.68 / len(found["products"])
    widths = (0.2, 0.12, *([width] * len(found["products"])))
    return [
        *story,
        _text(lead),
        _table(head, rows, widths=widths, small=True),
        _text(legend, "small"),
    ]


def _in_language(title: dict[str, str]) -> str:
    from guanxi.sdk import Text  # noqa: PLC0415 -- beside what needs it

    return str(Text(title["en"], title["zh"]))


def _text(text: str, kind: str = "body") -> Any:
    from xml.sax.saxutils import escape  # noqa: PLC0415 -- only here

    from reportlab.lib.styles import ParagraphStyle  # noqa: PLC0415 -- heavy, as above
    from reportlab.platypus import Paragraph  # noqa: PLC0415 -- as above

    size = {"title": 20, "head": 13, "body": 10, "small": 8}[kind]
    style = ParagraphStyle(
        kind, fontName=_FONT, fontSize=size, leading=size * 1.4, wordWrap="CJK",
        spaceBefore=12 if kind == "head" else 2, spaceAfter=4,
    )  # fmt: skip
    return Paragraph(escape(text), style)


def _table(
    head: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    widths: Sequence[float] = (),
    small: bool = False,
) -> Any:
    from reportlab.lib.colors import HexColor  # noqa: PLC0415 -- heavy, as above
    from reportlab.platypus import Table  # noqa: PLC0415 -- as above

    kind = "small" if small else "body"
    cells = [[_text(str(cell), kind) for cell in row] for row in (head, *rows)]
    across = 493
    shares = widths or [1 / len(head)] * len(head)
    return Table(
        cells,
        colWidths=[across * one for one in shares],
        repeatRows=1,
        style=[
            ("BACKGROUND", (0, 0), (-1, 0), HexColor(_HEAD)),
            ("LINEBELOW", (0, 0), (-1, -1), 0.5, HexColor(_LINE)),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ],
    )


def _bars(labels: Sequence[str], values: Sequence[float]) -> Any:
    from reportlab.graphics.charts.barcharts import VerticalBarChart  # noqa: PLC0415 -- heavy
    from reportlab.graphics.shapes import Drawing  # noqa: PLC0415 -- as above
    from reportlab.lib.colors import HexColor  # noqa: PLC0415 -- as above

    drawing, chart = Drawing(493, 130), VerticalBarChart()
    chart.x, chart.y, chart.width, chart.height = 50, 20, 430, 100
    chart.data = [list(values)]
    chart.categoryAxis.categoryNames = list(labels)
    chart.categoryAxis.labels.fontSize = chart.valueAxis.labels.fontSize = 7
    chart.valueAxis.valueMin = min(0.0, *values)
    chart.valueAxis.labelTextFormat = "%d"
    chart.bars[0].fillColor = HexColor(_BAR)
    chart.bars[0].strokeColor = None
    drawing.add(chart)
    return drawing
