"""RFM: who buys lately, often and much; by which numbers; what the last cut changed."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from guanxi.sdk import Invalid, Text, current, run_job, web
from guanxi_segmentation import rfm as domain
from guanxi_segmentation.company import PLUGIN, company
from guanxi_segmentation.models import RfmCut
from guanxi_segmentation.pages.blueprint import MANAGE, VIEW, pages
from guanxi_segmentation.pages.links import customers_with
from guanxi_segmentation.pages.rfm_cuts import (
    CAUSES,
    CONVENTIONS,
    SHOWN,
    moves_of,
    thresholds_url,
)
from guanxi_segmentation.pages.shares import largest, level, share
from guanxi_segmentation.rfm.advice import ADVICE, HUES
from guanxi_segmentation.rfm.ranges import ranges
from guanxi_segmentation.rfm.reading import Cell, Size
from guanxi_segmentation.sight import sees_all
from guanxi_segmentation.texts import _


@pages.get("/rfm", permission=VIEW)
def rfm() -> str:
    """The heat map, both sets of classes, the break points and what the last cut changed."""
    session = current.session()
    cut = domain.latest_cut(session)
    cells = domain.heat_map(session)
    now = company(session)
    return render_template(
        "segmentation/rfm.html",
        cut=cut,
        cuts=domain.cuts(session, limit=SHOWN),
        rows=_heat_rows(cells, cut.currency if cut else now.currency),
        total=sum(cell.customers for cell in cells),
        eleven=_tiles(domain.segment_sizes(session), domain.ELEVEN, "rfm_class"),
        eight=_tiles(domain.eight_sizes(session), domain.EIGHT, "rfm_class_zh8"),
        scores={letter: ranges(cut, letter) for letter in "rfm"} if cut else {},
        moves=moves_of(cut) if cut and sees_all() else None,
        convention=now.settings["rfm_convention"],
        waits=_waits(session, cut),
        conventions=CONVENTIONS,
        causes=CAUSES,
        sees_all=sees_all(),
        settings_url=thresholds_url(),
    )


@pages.post("/rfm/cut", permission=MANAGE)
def recut() -> Response:
    """Cut the break points anew, in the background, and sort everybody by them."""
    if run_job(current.tx(), PLUGIN, "recut"):
        flash(_("New break points are being cut. Look again in a moment."), "success")
    else:
        flash(_("A cut waits already."), "info")
    return redirect(url_for("segmentation.rfm"))


@pages.post("/rfm/convention", permission=MANAGE)
def choose_convention() -> Response:
    """Score by the other convention from now on, and cut anew at once."""
    wanted = request.form.get("convention", "")
    if wanted not in CONVENTIONS:
        raise Invalid(_("Choose quintiles or fixed thresholds."))
    session = current.tx()
    current.platform().settings.change(session, PLUGIN, {"rfm_convention": wanted})
    run_job(session, PLUGIN, "recut")
    flash(_("Everybody is being scored again: %(by)s.", by=CONVENTIONS[wanted]), "success")
    return redirect(url_for("segmentation.rfm"))


def _waits(session: Session, cut: RfmCut | None) -> bool:
    """Say whether the settings differ from what the scores were made by."""
    return cut is not None and domain.is_due(session, as_of=current.now()) == "settings"


def _heat_rows(cells: Iterable[Cell], currency: str) -> list[dict[str, Any]]:
    found = {(cell.r, cell.f): cell for cell in cells}
    most = largest(cell.customers for cell in found.values())
    return [
        {
            "title": f"R {r}",
            "cells": [_heat_cell(found[r, f], most, currency) for f in domain.SCORES],
        }
        for r in reversed(domain.SCORES)
    ]


def _heat_cell(cell: Cell, most: int, currency: str) -> dict[str, Any]:
    here = {"rfm_r__eq": cell.r, "rfm_f__eq": cell.f}
    return {
        "customers": cell.customers,
        "average": cell.average,
        "currency": currency,
        "level": level(cell.customers, most),
        "url": customers_with(**here) if cell.customers else None,
    }


def _tiles(
    sizes: Iterable[Size], titles: Mapping[str, Text], attribute: str
) -> list[dict[str, Any]]:
    sizes, language = list(sizes), web.language()
    total = sum(size.customers for size in sizes)
    money = sum(size.monetary for size in sizes)
    return [
        {
            "title": titles[size.key].in_language(language),
            "customers": size.customers,
            "share": share(size.customers, total),
            "monetary": size.monetary,
            "money_share": share(size.monetary, money),
            "advice": ADVICE[size.key].in_language(language),
            "hue": HUES[size.key],
            "url": customers_with(**{f"{attribute}__eq": size.key}) if size.customers else None,
        }
        for size in sizes
    ]
