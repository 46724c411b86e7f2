"""Ready classifications to be taken over: those of the theory, and those of trades."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from guanxi.sdk import current, web
from guanxi_segmentation.pages.blueprint import MANAGE, pages
from guanxi_segmentation.pages.builder.offers import titled
from guanxi_segmentation.schemes import presets, trades
from guanxi_segmentation.schemes.domain import list_schemes
from guanxi_segmentation.texts import _


@pages.get("/schemes/ready-made", permission=MANAGE)
def ready_schemes() -> str:
    """What can be taken over, with the classes that each brings."""
    session, language = current.session(), web.language()
    there = _keys(session)
    return render_template(
        "segmentation/ready_schemes.html",
        theory=[_scheme(one, there) for one in (presets.TIERS, presets.FOUR)],
        trades=[
            {
                "name": one.name,
                "title": one.title.in_language(language),
                "about": one.about.in_language(language),
                "schemes": [_scheme(draft, there) for draft in trades.drafts_of(one.document)],
                "there": there >= set(one.schemes),
                "fields": [
                    field["title_zh" if language == "zh" else "title_en"]
                    for field in one.document.get("custom_fields", ())
                ],
            }
            for one in trades.available()
        ],
    )


@pages.post("/schemes/ready-made", permission=MANAGE)
def take_ready_made() -> Response:
    """Make those of the two schemes of the theory that are not there."""
    session = current.tx()
    options = presets.options_at_hand(session)
    made = presets.ensure_ready_made(session, now=current.now(), options=options)
    if made:
        flash(_("The schemes are there. Customers are being sorted."), "success")
    else:
        flash(_("Both schemes are there already."), "info")
    return redirect(url_for("segmentation.schemes"))


@pages.post("/schemes/ready-made/<name>", permission=MANAGE)
def take_trade(name: str) -> Response:
    """Make the schemes of a trade, and the custom fields that their rules look at."""
    trades.import_trade(current.tx(), name, now=current.now())
    flash(_("The schemes are there. Customers are being sorted."), "success")
    return redirect(url_for("segmentation.schemes"))


def _keys(session: Session) -> set[str]:
    return {s.key for archived in (False, True) for s in list_schemes(session, archived=archived)}


def _scheme(draft: Any, there: set[str]) -> dict[str, Any]:
    language = web.language()
    return {
        "title": titled(draft, language),
        "classes": [titled(one, language) for one in draft.classes],
        "there": draft.key in there,
    }
