"""The answer of the palette (Ctrl-K): customers as a fragment of HTML."""

from flask import render_template, request

from guanxi.customers.domain.searching import search_customers
from guanxi.customers.pages.blueprint import VIEW, pages
from guanxi.http import current


@pages.get("/search", permission=VIEW)
def search() -> str:
    """Customers that fit what is typed; nothing for nobody."""
    hits = search_customers(current.session(), request.args.get("q", ""), limit=12)
    return render_template("customers/_hits.html", hits=hits)
