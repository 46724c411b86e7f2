"""Break points as they were cut: all versions, the numbers of each, and what each cut changed."""

from decimal import Decimal
from typing import Any, Final

from flask import render_template, request, url_for

from guanxi.sdk import current, web
from guanxi_segmentation import rfm as domain
from guanxi_segmentation.models import RfmCut
from guanxi_segmentation.pages.blueprint import VIEW, pages
from guanxi_segmentation.rfm.ranges import ranges
from guanxi_segmentation.sight import sees_all
from guanxi_segmentation.texts import _, lazy_

CONVENTIONS: Final = {
    "quantile": lazy_("Quintiles"),
    "fixed": lazy_("Fixed thresholds"),
}
CAUSES: Final = {
    "first": lazy_("the first cut"),
    "schedule": lazy_("on schedule"),
    "asked": lazy_("asked for by hand"),
    "settings": lazy_("settings changed"),
}
SHOWN: Final = 12
"""So many of the latest cuts stand on the page of RFM; a page of all of them has ``PAGE``."""
PAGE: Final = 50
_MOVES: Final = 8
"""So many of the largest groups that moved are shown at once."""


@pages.get("/rfm/cuts", permission=VIEW)
def rfm_cuts() -> str:
    """All cuts, the latest first."""
    text = request.args.get("before", "")
    before = int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else None
    found = domain.cuts(current.session(), limit=PAGE + 1, before=before)
    shown, more = found[:PAGE], len(found) > PAGE
    return render_template(
        "segmentation/rfm_cuts.html",
        cuts=shown,
        causes=CAUSES,
        conventions=CONVENTIONS,
        sees_all=sees_all(),
        first_url=url_for("segmentation.rfm_cuts") if before is not None else None,
        next_url=url_for("segmentation.rfm_cuts", before=shown[-1].version) if more else None,
    )


@pages.get("/rfm/cuts/<int:version>", permission=VIEW)
def rfm_cut(version: int) -> str:
    """One version of the break points."""
    session = current.session()
    cut, latest = domain.cut_of(session, version), domain.latest_cut(session)
    return render_template(
        "segmentation/rfm_cut.html",
        cut=cut,
        is_latest=latest is not None and latest.version == version,
        newer=latest is not None and latest.version > version,
        scores={letter: ranges(cut, letter) for letter in "rfm"},
        much=Decimal(cut.eight.get("amount", 0)),
        moves=moves_of(cut) if sees_all() else None,
        sees_all=sees_all(),
        causes=CAUSES,
        conventions=CONVENTIONS,
    )


def thresholds_url() -> str | None:
    """Return where fixed thresholds are set; None for who may not."""
    if not current.principal().may("settings.manage"):
        return None
    return url_for("settings.edit", scope="segmentation") + "#field-rfm_fixed_days"


def moves_of(cut: RfmCut) -> dict[str, Any] | None:
    """Return who moved at the last cut: the largest groups, and all as a matrix."""
    if not cut.moves:
        return None
    known = {(one["before"], one["after"]): one["customers"] for one in cut.moves}
    moved = {pair: count for pair, count in known.items() if pair[0] != pair[1]}
    most = sorted(moved.items(), key=lambda item: -item[1])[:_MOVES]
    keys = [*domain.ELEVEN, None]
    return {
        "stayed": sum(known.values()) - sum(moved.values()),
        "moved": sum(moved.values()),
        "most": [
            {"before": _title(before), "after": _title(after), "customers": count}
            for (before, after), count in most
        ],
        "titles": [_title(key) for key in keys],
        "matrix": [
            {"title": _title(before), "numbers": [known.get((before, after), 0) for after in keys]}
            for before in keys
        ],
    }


def _title(key: str | None) -> str:
    return _("not scored") if key is None else domain.ELEVEN[key].in_language(web.language())
