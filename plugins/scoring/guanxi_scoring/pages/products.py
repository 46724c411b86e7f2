"""Next products: how good the recommendations are, what is recommended, marks, what came of it."""

from typing import Any, Final

from flask import Response, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as Redirect

from guanxi.sdk import Invalid, current, web
from guanxi_scoring.company import company
from guanxi_scoring.life.finding import find_model
from guanxi_scoring.pages.blueprint import MANAGE, VIEW, pages
from guanxi_scoring.products import offers, overview, rules, standing
from guanxi_scoring.sight import sees_all
from guanxi_scoring.texts import _

MODEL: Final = "next_product"
SHOWN: Final = 20
MOST_IN_A_FILE: Final = 100_000


@pages.get("/products", permission=VIEW)
def products() -> str:
    """How good it is against best sellers, what is recommended most, marks, conversion."""
    return _draw()


@pages.get("/products/customers.<ending>", permission=VIEW)
def products_file(ending: str) -> Response:
    """What to offer everybody within sight as a file, CSV or XLSX."""
    session = current.session()
    header = [
        _("Customer"), _("Id"), _("Place"), _("Product"), _("Description"), _("Why"),
        _("Bought with"),
    ]  # fmt: skip
    words = source_words()
    rows: list[list[Any]] = [
        [
            one.name, str(one.customer_id), one.rank, one.product, one.description,
            words[one.source], ", ".join(one.because),
        ]
        for one in overview.lines(session, MOST_IN_A_FILE, request.args.get("product", ""))
    ]  # fmt: skip
    return web.table_file(f"next-products.{ending}", header, rows)


@pages.post("/products/marks", permission=MANAGE)
def mark_products() -> Redirect | tuple[str, int]:
    """Mark products as the form says."""
    form = request.form
    try:
        rules.mark_products(
            current.tx(),
            form.get("pattern", ""),
            form.get("mark", ""),
            reason=form.get("reason", ""),
            now=current.now(),
        )
    except Invalid as error:
        web.drop_transaction()
        return _draw(error), error.status
    flash(_("Marked. Recommendations follow in a moment."), "success")
    return redirect(url_for("scoring.products"))


@pages.post("/products/marks/<uuid:rule_id>/remove", permission=MANAGE)
def unmark_products(rule_id: Any) -> Redirect:
    """Take a mark back."""
    rules.unmark_products(current.tx(), rule_id)
    flash(_("Taken back. Recommendations follow in a moment."), "success")
    return redirect(url_for("scoring.products"))


def source_words() -> dict[str, str]:
    """Return why products are recommended, by source."""
    return {
        "items": _("goes with what was bought"),
        "country": _("best seller of the country"),
        "popular": _("best seller"),
    }


def mark_words() -> dict[str, str]:
    """Return what the marks are called."""
    return {
        "once_only": _("Bought once only"),
        "unavailable": _("Not available"),
        "available": _("Available, though not sold lately"),
        "ignored": _("No product (postage, fees)"),
    }


def _draw(error: Invalid | None = None) -> str:
    session = current.session()
    named = next(iter(error.fields), "pattern") if error is not None else ""
    typed = {name: request.form.get(name, "") for name in ("pattern", "mark", "reason")}
    return render_template(
        "scoring/products.html",
        quality=_quality(session),
        sees_all=sees_all(),
        reached=overview.reached(session),
        often=overview.most_recommended(session, SHOWN),
        marks=rules.rules(session),
        mark_words=mark_words(),
        found=offers.conversion(session, current.now()),
        settings=company(session).settings,
        errors={named: web.sentence(error)} if error is not None else {},
        typed=typed if error is not None else {},
    )


def _quality(session: Session) -> dict[str, Any]:
    """Return what was measured of the version at work; nothing where there is none."""
    found = standing.at_work(session)
    model = find_model(session, MODEL)
    url = url_for("scoring.show_model", key=model.key) if model is not None and sees_all() else None
    if found is None:
        return {"at_work": False, "url": url}
    metrics = found.version.metrics
    return {
        "at_work": True,
        "url": url,
        "measured": bool(metrics.get("customers")) and sees_all(),
        "metrics": metrics,
        "days": found.options["test_days"],
        "number": found.version.number,
        "as_of": found.as_of,
        "picture": found.version.pictures.get("hits_by_history"),
    }
