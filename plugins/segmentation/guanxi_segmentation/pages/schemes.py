"""Schemes of classes: all of them, one with sizes and treatments, primary, archive."""

from collections.abc import Sequence
from typing import Any, Final

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from guanxi.sdk import current, web
from guanxi_segmentation.company import company
from guanxi_segmentation.models import Scheme, SchemeClass, Treatment
from guanxi_segmentation.pages.blueprint import MANAGE, VIEW, pages
from guanxi_segmentation.pages.builder.offers import titled
from guanxi_segmentation.pages.links import customers_with
from guanxi_segmentation.pages.scheme_form import NOBODY
from guanxi_segmentation.pages.scheme_history import history_of
from guanxi_segmentation.pages.shares import share
from guanxi_segmentation.pages.states import problem_of
from guanxi_segmentation.pages.tier_words import attribute_title, limit_in_words
from guanxi_segmentation.pages.treated import channel_titles, facts_of, tone_of
from guanxi_segmentation.schemes import domain
from guanxi_segmentation.schemes.options import tier_options
from guanxi_segmentation.schemes.sizes import Size, sizes, sizes_of
from guanxi_segmentation.schemes.sorting import classes_of, read_cut
from guanxi_segmentation.schemes.tiers import AXES
from guanxi_segmentation.schemes.treatments import treatments_of
from guanxi_segmentation.sentences import rule_in_words
from guanxi_segmentation.sight import sees_all
from guanxi_segmentation.texts import _, lazy_
from guanxi_segmentation.tier_sight import hidden_axes

KINDS: Final = {
    "tiers": lazy_("By present value and potential"),
    "rules": lazy_("By rules"),
    "mapped": lazy_("After another scheme"),
}
MOST_CHANGES: Final = 30


@pages.get("/schemes", permission=VIEW)
def schemes() -> str:
    """All schemes, the primary one first."""
    session = current.session()
    archived = request.args.get("state") == "archived"
    found = domain.list_schemes(session, archived=archived)
    by_scheme = sizes_of(session, found)
    return render_template(
        "segmentation/schemes.html",
        schemes=[_card(one, by_scheme[one.id]) for one in found],
        archived=archived,
        any_archived=bool(domain.list_schemes(session, archived=True)),
        kinds=KINDS,
        sees_all=sees_all(),
    )


@pages.get("/schemes/<key>", permission=VIEW)
def show_scheme(key: str) -> str:
    """One scheme: sizes, how it sorts, how its classes are treated, what was changed."""
    session = current.session()
    scheme = domain.get_scheme(session, key)
    found = sizes(session, scheme)
    return render_template(
        "segmentation/scheme.html",
        scheme=scheme,
        title=titled(scheme, web.language()),
        problem=problem_of(scheme),
        parts=_parts(scheme, found),
        classes=_classes(session, scheme, found),
        sorts=_sorts(session, scheme),
        mapping=_mapping(session, scheme) if scheme.kind == "mapped" else None,
        changes=_changes(session, scheme),
        history=history_of(session, scheme),
        kinds=KINDS,
        sees_all=sees_all(),
        may_audit=current.principal().may("audit.view"),
    )


@pages.post("/schemes/<key>/primary", permission=MANAGE)
def choose_primary(key: str) -> Response:
    """Let the classes of this scheme decide how customers are treated."""
    scheme = domain.make_primary(current.tx(), key, now=current.now())
    title = titled(scheme, web.language())
    flash(_("%(title)s decides now how customers are treated.", title=title), "success")
    return redirect(url_for("segmentation.show_scheme", key=key))


@pages.post("/schemes/<key>/archive", permission=MANAGE)
def archive_scheme(key: str) -> Response:
    """Put a scheme away."""
    domain.archive_scheme(current.tx(), key, now=current.now())
    flash(_("The scheme is in the archive. Its history stays."), "success")
    return redirect(url_for("segmentation.schemes"))


@pages.post("/schemes/<key>/restore", permission=MANAGE)
def restore_scheme(key: str) -> Response:
    """Take a scheme out of the archive."""
    domain.restore_scheme(current.tx(), key, now=current.now())
    flash(_("The scheme is in use again."), "success")
    return redirect(url_for("segmentation.show_scheme", key=key))


def _card(scheme: Scheme, found: Sequence[Size]) -> dict[str, Any]:
    return {
        "scheme": scheme,
        "title": titled(scheme, web.language()),
        "problem": problem_of(scheme),
        "parts": _parts(scheme, found),
        "customers": sum(size.customers for size in found),
        "url": url_for("segmentation.show_scheme", key=scheme.key),
    }


def _parts(scheme: Scheme, found: Sequence[Size]) -> list[dict[str, Any]]:
    total = sum(size.customers for size in found)
    active = scheme.state == "active"
    return [
        {
            "label": titled(size.member, web.language()),
            "value": size.customers,
            "share": share(size.customers, total),
            "hue": place % 8 + 1,
            "url": customers_with(**{f"class_{scheme.key}__eq": size.member.key})
            if active and size.customers
            else None,
        }
        for place, size in enumerate(found)
    ]


def _classes(session: Session, scheme: Scheme, found: Sequence[Size]) -> list[dict[str, Any]]:
    channels, last = channel_titles(session), len(found) - 1
    treated = treatments_of(session, [size.member for size in found])
    return [
        {
            "key": size.member.key,
            "title": titled(size.member, web.language()),
            "tone": tone_of(place),
            "customers": size.customers,
            "treatment": facts_of(treated.get(size.member.id), channels),
            "rule": _rule_words(session, scheme, size.member, is_last=place == last),
            "is_open": size.member.rule == NOBODY,
            "is_first": place == 0,
            "is_last": place == last,
            "before_last": place == last - 1,
        }
        for place, size in enumerate(found)
    ]


def _rule_words(session: Session, scheme: Scheme, one: SchemeClass, *, is_last: bool) -> str:
    if scheme.kind != "rules":
        return ""
    if is_last or one.rule is None:
        return _("Everybody who fits no other class.")
    if one.rule == NOBODY:
        return _("Nobody yet.")
    return rule_in_words(session, one.rule)


def _sorts(session: Session, scheme: Scheme) -> dict[str, Any] | None:
    """Return how tiers are computed, in words."""
    if scheme.kind != "tiers":
        return None
    options, limits = tier_options(scheme.options), read_cut(scheme)
    currency = company(session).currency
    hidden = hidden_axes(session, scheme)
    return {
        "options": options,
        "by_share": options.by == "share",
        "titles": {axis: attribute_title(session, getattr(options, axis)) for axis in AXES},
        "limits": {
            axis: limit_in_words(session, getattr(options, axis), limits[axis], currency)
            for axis in AXES
            if axis not in hidden
        },
        "cut_at": (scheme.cut or {}).get("at"),
    }


def _mapping(session: Session, scheme: Scheme) -> dict[str, Any]:
    source = domain.get_scheme(session, scheme.options["of"])
    own = {one.key: titled(one, web.language()) for one in classes_of(session, scheme)}
    return {
        "of": titled(source, web.language()),
        "of_url": url_for("segmentation.show_scheme", key=source.key),
        "pairs": [
            (titled(one, web.language()), own.get(scheme.options["map"].get(one.key, ""), "–"))
            for one in classes_of(session, source)
        ],
    }


def _changes(session: Session, scheme: Scheme) -> list[dict[str, Any]]:
    """Return how classes were treated before, the latest change first."""
    rows = session.execute(
        select(Treatment, SchemeClass)
        .join(SchemeClass, SchemeClass.id == Treatment.class_id)
        .where(SchemeClass.scheme_id == scheme.id)
        .order_by(Treatment.from_at.desc(), Treatment.id.desc())
        .limit(MOST_CHANGES)
    )
    channels = channel_titles(session)
    return [
        {
            "member": titled(member, web.language()),
            "from_at": treatment.from_at,
            "until_at": treatment.until_at,
            "actor": treatment.actor_name,
            "facts": facts_of(treatment, channels),
        }
        for treatment, member in rows
    ]
