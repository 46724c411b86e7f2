"""One customer in full: classes and their history, both values itemised, what was exchanged."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from guanxi.sdk import Customer, Invalid, TouchpointKind, current, customers, web
from guanxi_segmentation import value
from guanxi_segmentation.models import RfmScore
from guanxi_segmentation.pages.blueprint import MANAGE, VIEW, pages
from guanxi_segmentation.pages.builder.offers import titled
from guanxi_segmentation.pages.key_accounts import form_again, mark_as_sent, rule_in_words
from guanxi_segmentation.pages.panel import panel_values
from guanxi_segmentation.pages.treated import channel_titles, tone_of
from guanxi_segmentation.portrait import portrait
from guanxi_segmentation.schemes import domain
from guanxi_segmentation.schemes.history import stays_of
from guanxi_segmentation.texts import _

STAYS = 50


@pages.get("/customers/<uuid:customer_id>", permission=VIEW)
def customer(customer_id: UUID) -> str | Response:
    """Everything about value and class of one customer."""
    session = current.session()
    found = customers.get(session, customer_id)
    if found.id != customer_id:
        return redirect(url_for("segmentation.customer", customer_id=found.id))
    return _draw(found)


@pages.post("/key-accounts/<uuid:customer_id>", permission=MANAGE)
def decide_key_account(customer_id: UUID) -> Response | tuple[str, int]:
    """Say by hand whether this customer is a key account, and why."""
    found = customers.get(current.tx(), customer_id)
    try:
        mark_as_sent(found.id)
    except Invalid as error:
        return _draw(found, error), error.status
    flash(_("Saved."), "success")
    return redirect(web.safe_path(request.form.get("back")))


def _draw(found: Customer, error: Invalid | None = None) -> str:
    session = current.session()
    shown = portrait(session, found.id)
    worth = value.itemised(session, found.id, as_of=current.now())
    both = value.exchange(session, found.id, as_of=current.now())
    return render_template(
        "segmentation/customer.html",
        customer=found,
        name=found.display_name or _("Erased customer"),
        total=_lines(session, worth.total),
        net=_lines(session, worth.net),
        subs=[_score(one) for one in worth.scores],
        index=worth.index,
        got=[_given(one) for one in both.got],
        gave=[_given(one) for one in both.gave],
        raw=_raw(shown.rfm),
        stays=_stays(session, found.id),
        key_rule=rule_in_words(session),
        **form_again(error),
        **panel_values(session, found.id, shown),
    )


def _lines(session: Session, part: value.Part) -> list[dict[str, Any]]:
    """Return a value as an account: parts of parts first, their sum below them."""
    words = _Words(session)
    lines = []
    for one in part.parts:
        lines += [{**words.line(inner), "part": True} for inner in one.parts]
        lines.append(words.line(one))
    return [*lines, {**words.line(part), "total": True}]


class _Words:
    """Titles of parts, with the channels and kinds that they are about."""

    def __init__(self, session: Session) -> None:
        self._channels = channel_titles(session)
        chinese = web.language() == "zh"
        self._kinds = {
            one.key: one.title_zh if chinese else one.title_en
            for one in session.scalars(select(TouchpointKind))
        }

    def line(self, part: value.Part) -> dict[str, Any]:
        """Return one line of an account."""
        language = web.language()
        of = [self._channels.get(word, self._kinds.get(word, word)) for word in part.of]
        title = part.title.in_language(language)
        return {
            "label": f"{title}: {' · '.join(of)}" if of else title,
            "amount": part.amount,
            "count": part.count,
            "note": part.note.in_language(language) if part.note else "",
        }


def _score(score: value.Score) -> dict[str, Any]:
    language = web.language()
    why = [{"label": one.title.in_language(language), "value": one.value} for one in score.why]
    return {
        "title": score.title.in_language(language),
        "value": score.value,
        "weight": score.weight,
        "why": why,
    }


def _given(one: Any) -> dict[str, Any]:
    title = one.title.in_language(web.language())
    return {"label": title, "count": one.count, "amount": one.amount}


def _raw(score: RfmScore | None) -> dict[str, Any] | None:
    if score is None:
        return None
    return {
        "last_on": score.last_on,
        "frequency": score.frequency,
        "monetary": score.monetary,
        "cut": score.cut,
    }


def _stays(session: Session, customer_id: UUID) -> list[dict[str, Any]]:
    language = web.language()
    titles = {
        one.key: titled(one, language)
        for archived in (False, True)
        for one in domain.list_schemes(session, archived=archived)
    }
    causes = class_causes()
    found: Iterable[Any] = stays_of(session, customer_id)[:STAYS]
    return [
        {
            "scheme": titles.get(one.scheme, one.scheme),
            "title": titled(one.member, language),
            "tone": tone_of(one.member.position),
            "entered_at": one.entered_at,
            "left_at": one.left_at,
            "cause": causes.get(one.entered_cause, one.entered_cause),
        }
        for one in found
    ]


def class_causes() -> dict[str, str]:
    """Return the causes of entering a class in words."""
    return {
        "built": _("sorted for the first time"),
        "changed": _("something about the customer changed"),
        "time": _("time passed"),
        "recut": _("thresholds were cut again"),
        "scheme": _("the scheme was changed"),
        "merged": _("two customers became one"),
        "audit": _("a difference was mended"),
    }
