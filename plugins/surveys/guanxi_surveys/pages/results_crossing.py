"""A question laid beside groups, as the page of results shows it (交叉分析)."""

from typing import Any

from flask_babel import format_decimal, format_percent

from guanxi_surveys.figures.comparing import SIGNIFICANT
from guanxi_surveys.figures.readings import BESIDE
from guanxi_surveys.figures.report import Report
from guanxi_surveys.figures.tables import CrossTable
from guanxi_surveys.pages.results_words import NOTHING
from guanxi_surveys.texts import _


def crossable(found: Report) -> dict[str, str]:
    """Return what can be laid beside groups: questions with choices, and rows of matrices."""
    titles = {}
    for one in found.results:
        for part in one.parts:
            if part.bars:
                key = one.name + (BESIDE + part.key if part.key else "")
                titles[key] = f"{one.title}: {part.text}" if part.text else one.title
    return titles


def cross_rows(table: CrossTable, title: str, found: Report, asked: str) -> dict[str, Any]:
    """Return a cross table as the page shows it: shares of each group, and what chance says."""
    name, _between, key = asked.partition(BESIDE)
    texts = {
        bar.value: bar.text
        for one in found.results
        if one.name == name
        for part in one.parts
        if part.key == key
        for bar in part.bars
    }
    rows = []
    for label, cells in zip(table.labels, table.cells, strict=True):
        n = sum(cell or 0 for cell in cells)
        rows.append({
            "label": label or _("not known"),
            "n": n,
            **{f"v{place}": NOTHING if cell is None or not n
               else format_percent(cell / n, "#,##0 %") for place, cell in enumerate(cells)},
        })  # fmt: skip
    if table.p is None:
        verdict = _("Too few answers to tell whether groups differ.")
    elif table.p < SIGNIFICANT:
        verdict = _("Groups differ by more than chance (chi-square test, p = %(p)s).",
                    p=format_decimal(table.p, "0.000"))  # fmt: skip
    else:
        verdict = _("Groups do not differ beyond chance (chi-square test, p = %(p)s).",
                    p=format_decimal(table.p, "0.000"))  # fmt: skip
    columns = [{"key": f"v{place}", "title": texts.get(value, value), "align": "end"}
               for place, value in enumerate(table.values)]  # fmt: skip
    return {"title": title, "columns": columns, "rows": rows, "verdict": verdict}
