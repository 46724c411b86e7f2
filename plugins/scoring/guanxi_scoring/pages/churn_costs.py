"""The form of the costs of lapse, with what they lead to counted while one edits."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from guanxi.sdk import Invalid, PreconditionFailed, current, web
from guanxi_scoring.churn import contacting
from guanxi_scoring.churn import policy as costs
from guanxi_scoring.pages.blueprint import MANAGE, pages
from guanxi_scoring.texts import _

AMOUNTS: Final = ("contact_cost", "wasted_cost", "fixed_value")
SHARES: Final = ("save_rate", "medium_share")
CHOICES: Final = ("value_from", "risk_from")
_HUNDRED: Final = 100
Answer = str | tuple[str, int] | Response


@dataclass(slots=True)
class CostsForm:
    """What is typed, shares in percent, and what is wrong with it."""

    texts: dict[str, str]
    version: str
    errors: dict[str, str] = field(default_factory=dict)


@pages.get("/lapse/costs", permission=MANAGE)
def churn_costs() -> str:
    """The form filled with the costs in force."""
    policy = costs.policy_of(current.session())
    return _draw(CostsForm(_texts(policy), str(policy.version)))


@pages.post("/lapse/costs", permission=MANAGE)
def change_churn_costs() -> Answer:
    """Set the costs, unless somebody else did meanwhile."""
    session, form = current.tx(), _sent()
    try:
        changes = _changes(form)
        seen = web.form_version()
        costs.change(session, changes, now=current.now(), expected_version=seen)
    except (Invalid, PreconditionFailed) as error:
        _complain(form, error)
        return _draw(form), error.status
    contacting.ask_for_threshold(session)
    flash(_("Saved. Classes are being worked out anew."), "success")
    return redirect(url_for("scoring.churn"))


@pages.post("/lapse/costs/preview", permission=MANAGE)
def preview_churn_costs() -> str:
    """What the costs in the form would lead to; nothing is stored."""
    session, form = current.session(), _sent()
    try:
        wanted = costs.draft(session, _changes(form))
    except Invalid as error:
        _complain(form, error)
        return render_template("scoring/_churn_preview.html", errors=form.errors)
    found, now = contacting.outlook(session, wanted), costs.policy_of(session)
    return render_template(
        "scoring/_churn_preview.html",
        errors={},
        found=found,
        before=contacting.outlook(session, now),
        policy=wanted,
    )


def _sent() -> CostsForm:
    names = (*AMOUNTS, *SHARES, *CHOICES)
    texts = {name: request.form.get(name, "").strip() for name in names}
    return CostsForm(texts, request.form.get("version", ""))


def _texts(policy: costs.Policy) -> dict[str, str]:
    found = {name: _plain(getattr(policy, name)) for name in AMOUNTS}
    found |= {name: _plain(getattr(policy, name) * _HUNDRED) for name in SHARES}
    return {**found, **{name: getattr(policy, name) for name in CHOICES}}


def _plain(value: Decimal | None) -> str:
    return "" if value is None else f"{value.normalize():f}"


def _changes(form: CostsForm) -> dict[str, Any]:
    """Return what was typed as values.

    :raises Invalid: something is no number.
    """
    found: dict[str, Any] = {name: form.texts[name] for name in CHOICES}
    faults: dict[str, list[str]] = {}
    for name in (*AMOUNTS, *SHARES):
        text = form.texts[name].replace(",", "")
        if not text and name == "fixed_value":
            found[name] = None
            continue
        try:
            value = Decimal(text)
        except InvalidOperation:
            faults[name] = [_("Write a number such as 12.50.")]
            continue
        found[name] = value / _HUNDRED if name in SHARES and value.is_finite() else value
    if faults:
        raise Invalid(next(iter(faults.values()))[0], fields=faults)
    return found


def _complain(form: CostsForm, error: Any) -> None:
    faults: Mapping[str, Any] = error.fields if isinstance(error, Invalid) else {}
    known = {name: _(said[0]) for name, said in faults.items() if name in form.texts}
    form.errors = known or {"form": web.sentence(error)}


def _draw(form: CostsForm) -> str:
    policy = costs.policy_of(current.session())
    return render_template(
        "scoring/churn_costs.html",
        form=form,
        currency=policy.currency,
        assumed=policy.version == 0,
        problems={f"field-{name}": text for name, text in form.errors.items()},
    )
