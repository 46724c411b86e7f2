"""One reward and the steps that it can take: grant, refuse, redeem, take back."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from guanxi.audit.query import AuditFilter, entries
from guanxi.errors import GuanxiError
from guanxi.http import current
from guanxi.http.etag import form_version
from guanxi.i18n import _
from guanxi.rewards.domain import fulfilling, using
from guanxi.rewards.domain.states import possible_steps
from guanxi.rewards.domain.stepping import found
from guanxi.rewards.models import Reward
from guanxi.rewards.pages.blueprint import (
    MANAGE,
    STATES,
    VIEW,
    current_fulfillers,
    form_errors,
    kind_title,
    pages,
)
from guanxi.touchpoints.pages.form_values import number
from guanxi.touchpoints.pages.words import customer_names


@pages.get("/<uuid:reward_id>", permission=VIEW)
def show(reward_id: UUID) -> str:
    """The reward's page."""
    return _draw(reward_id, {})


@pages.post("/<uuid:reward_id>/grant", permission=MANAGE)
def grant(reward_id: UUID) -> Response | tuple[str, int]:
    """Give it by hand."""
    reference = request.form.get("reference") or None
    return _step(reward_id, _("The reward is granted."), fulfilling.grant, reference=reference)


@pages.post("/<uuid:reward_id>/refuse", permission=MANAGE)
def refuse(reward_id: UUID) -> Response | tuple[str, int]:
    """Turn it down."""
    reason = request.form.get("reason", "")
    return _step(reward_id, _("The request is refused."), fulfilling.refuse, reason)


@pages.post("/<uuid:reward_id>/redeem", permission=MANAGE)
def redeem(reward_id: UUID) -> Response | tuple[str, int]:
    """Use it, or a part of it."""
    try:
        amount = number(request.form.get("amount", ""), "amount")
    except GuanxiError as error:
        return _draw(reward_id, form_errors(error)), error.status
    return _step(reward_id, _("The reward is redeemed."), using.redeem, amount)


@pages.post("/<uuid:reward_id>/reverse", permission=MANAGE)
def reverse(reward_id: UUID) -> Response | tuple[str, int]:
    """Take it back."""
    reason = request.form.get("reason", "")
    return _step(reward_id, _("The reward is taken back."), using.reverse, reason)


def _step(
    reward_id: UUID, done: str, step: Callable[..., Reward], *what: Any, **more: Any
) -> Response | tuple[str, int]:
    try:
        expected = form_version()
        step(current.tx(), reward_id, *what, now=current.now(), expected_version=expected, **more)
    except GuanxiError as error:
        return _draw(reward_id, form_errors(error)), error.status
    flash(done, "success")
    return redirect(url_for("rewards.show", reward_id=reward_id))


def _draw(reward_id: UUID, errors: dict[str, str]) -> str:
    session = current.session()
    reward = found(session, reward_id)
    history, _more = entries(
        session, AuditFilter(subject_kind="reward", subject_id=str(reward_id)), limit=30
    )
    may_manage = current.principal().may(MANAGE)
    return render_template(
        "rewards/show.html",
        reward=reward,
        states=STATES,
        kind=kind_title(reward.kind),
        plugin=current_fulfillers().get(reward.kind),
        customer=customer_names(session, [reward.customer_id]).get(reward.customer_id),
        steps=possible_steps(reward.state) if may_manage else (),
        history=history,
        errors=errors,
    )
