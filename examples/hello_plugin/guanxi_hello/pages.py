"""The page of Hello."""

from flask import render_template
from sqlalchemy import select

from guanxi.sdk import Pages, current
from guanxi_hello.models import Day

pages = Pages("hello", __name__, template_folder="templates")


@pages.get("/", permission="hello.view")
def index():
    """List the last thirty days with contacts."""
    days = current.session().scalars(select(Day).order_by(Day.day.desc()).limit(30)).all()
    return render_template("hello/index.html", days=days)
