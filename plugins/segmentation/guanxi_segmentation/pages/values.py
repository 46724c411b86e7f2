"""Value: total and net value side by side, never one for the other; by class; who came back."""

from collections.abc import Sequence
from typing import Any

from flask import render_template, url_for
from sqlalchemy.orm import Session

from guanxi.sdk import current, web
from guanxi_segmentation import value
from guanxi_segmentation.company import company
from guanxi_segmentation.pages.blueprint import VIEW, pages
from guanxi_segmentation.pages.builder.offers import titled
from guanxi_segmentation.pages.links import customers_with
from guanxi_segmentation.pages.shares import share
from guanxi_segmentation.schemes.domain import list_schemes
from guanxi_segmentation.schemes.sorting import classes_of
from guanxi_segmentation.sight import sees_all
from guanxi_segmentation.value.overview import overview
from guanxi_segmentation.value.scores import TITLES
from guanxi_segmentation.value.sources import sources

COHORTS = 24
"""So many months of first purchases are shown, the latest."""


@pages.get("/values", permission=VIEW)
def values() -> str:
    """Sums of both values with their parts, by class of the primary scheme, and cohorts."""
    session = current.session()
    found = overview(session)
    primary = next((one for one in list_schemes(session) if one.is_primary), None)
    return render_template(
        "segmentation/values.html",
        all=found,
        scores=_scores(session, found),
        primary=primary,
        classes=_classes(session, primary, found.customers) if primary else [],
        cohorts=value.cohorts(session, as_of=current.now())[-COHORTS:] if sees_all() else None,
        sees_all=sees_all(),
        settings_url=url_for("settings.edit", scope="segmentation"),
        may_configure=current.principal().may("settings.manage"),
        costs=_costs(session),
    )


def _scores(session: Session, found: Any) -> list[dict[str, Any]]:
    language, now = web.language(), company(session)
    felt = [a.title.in_language(language) for a, _source in sources(session, now).feelings]
    return [
        {
            "key": key,
            "title": title.in_language(language),
            "mean": found.scores[key].mean,
            "known": found.scores[key].customers,
            "weight": now.settings[f"weight_{key}"],
            "sources": felt if key == "emotional" else None,
        }
        for key, title in TITLES.items()
    ]


def _classes(session: Session, scheme: Any, everybody: int) -> Sequence[dict[str, Any]]:
    found = value.sums_by_class(session, scheme.key)
    return [
        {
            "title": titled(one, web.language()),
            "url": customers_with(**{f"class_{scheme.key}__eq": one.key}),
            "sums": found[one.key],
            "share": share(found[one.key].customers, everybody),
            "given": found[one.key].cost + found[one.key].incentives,
        }
        for one in classes_of(session, scheme)
        if one.key in found
    ]


def _costs(session: Session) -> dict[str, Any]:
    chosen = company(session).settings
    return {
        "margin_percent": chosen["margin_percent"],
        "contacts": bool(chosen["cost_to_serve"]),
        "rewards": bool(chosen["reward_costs"]),
        "expected_from": chosen["expected_from"],
    }
