"""The programmes: what each counts, and whether it takes commands."""

from flask import render_template
from sqlalchemy import select

from guanxi.sdk import current, web
from guanxi_loyalty.models import Programme
from guanxi_loyalty.pages.blueprint import VIEW, pages


@pages.get("/", permission=VIEW)
def index() -> str:
    """List the programmes."""
    found = current.session().scalars(select(Programme).order_by(Programme.key))
    language = web.language()
    rows = [
        {
            "title": one.title_zh if language == "zh" else one.title_en,
            "currency": one.currency,
            "state": one.state,
        }
        for one in found
    ]
    return render_template("loyalty/index.html", rows=rows)
