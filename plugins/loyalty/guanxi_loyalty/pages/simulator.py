"""Try a purchase or another occasion on a customer: which rules fire, and why the others do not.

A question, not a change: it is asked by its address, and nothing is written.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import render_template, request
from sqlalchemy.orm import Session

from guanxi.sdk import Line, NotFound, current, customers, new_id, web
from guanxi_loyalty.earning.facts import Award, Happening, Judgement
from guanxi_loyalty.earning.sentences import Names, occasion_title
from guanxi_loyalty.earning.simulating import simulate
from guanxi_loyalty.models import Programme
from guanxi_loyalty.pages.blueprint import VIEW, pages
from guanxi_loyalty.pages.naming import (
    asked_programme,
    names_of,
    programme_options,
    reason_in_words,
    rule_titles,
    visible_attributes,
)
from guanxi_loyalty.pages.rule_kinds import DAYS, PURCHASE
from guanxi_loyalty.pages.typed import Typed, local
from guanxi_loyalty.texts import _
from guanxi_loyalty.wording import Wording, named, title_of

LINES: Final = 5
_HITS: Final = 8
_RETURN: Final = "return"


@dataclass(frozen=True, slots=True)
class Trial:
    """Who is asked about, and what happens."""

    customer_id: UUID
    happening: Happening


@pages.get("/simulator", permission=VIEW)
def simulator() -> str | tuple[str, int]:
    """The form, and what would come of what it says."""
    session = current.session()
    programme = asked_programme(session)
    if programme is None:
        return render_template("loyalty/simulator.html", programme=None)
    form = Typed.sent(request.args)
    if "run" not in form.values:
        zone = ZoneInfo(programme.time_zone)
        form.values.setdefault("trigger", PURCHASE)
        form.values.setdefault("at", local(current.now(), zone))
        return _draw(session, programme, form, None)
    trial = _read(session, programme, form)
    if trial is None:
        return _draw(session, programme, form, None), 422
    found = simulate(session, programme, trial.customer_id, trial.happening, now=current.now())
    return _draw(session, programme, form, found)


@pages.get("/simulator/customers", permission=VIEW)
def find_simulator_customers() -> str:
    """Customers that fit what is typed, to choose from."""
    typed = request.args.get("customer_query", "")
    return render_template("loyalty/_simulator_hits.html", hits=_hits(typed), chosen="")


def _read(session: Session, programme: Programme, form: Typed) -> Trial | None:
    """Return what is to be tried; None where something is missing or wrong."""
    names = names_of(session, programme)
    customer = _customer(session, form.get("customer_id"))
    if customer is None:
        form.wrong("customer_id", _("Choose the customer whom it is about."))
    trigger = form.choice("trigger", occasions(names))
    if not trigger:
        form.wrong("trigger", _("Choose what happens."))
    at = form.instant("at", ZoneInfo(programme.time_zone)) or current.now()
    lines, amount = _lines(form), form.number("amount")
    if amount is None and lines:
        amount = sum((line.amount for line in lines), Decimal(0))
    if trigger == PURCHASE and amount is None:
        form.wrong("amount", _("Write the amount, or the lines of the receipt."))
    channel = form.choice("channel", names.channels) or None
    outcome = form.choice("outcome", names.outcomes) or None
    if form.errors or customer is None:
        return None
    return Trial(customer.id, _happening(programme, trigger, at, channel, outcome, amount, lines))


def _happening(programme: Programme, trigger: str, at: datetime, *facts: Any) -> Happening:
    channel, outcome, amount, lines = facts
    purchase = trigger == PURCHASE
    return Happening(
        id=new_id(),
        trigger=trigger,
        at=at,
        channel=channel,
        outcome=outcome,
        amount=amount if purchase else None,
        currency=programme.currency if purchase else None,
        lines=tuple(lines) if purchase else (),
    )


def _lines(form: Typed) -> list[Line]:
    found = []
    for number in range(LINES):
        prefix = f"line-{number}-"
        product = form.text(prefix + "product")
        quantity, price = form.number(prefix + "quantity"), form.number(prefix + "price")
        if not product and price is None:
            continue
        if not product:
            form.wrong(prefix + "product", _("Write the code of the product."))
        if price is None:
            form.wrong(prefix + "price", _("Write the price of one piece."))
        pieces = Decimal(1) if quantity is None else quantity
        found.append(Line(product, None, pieces, price or Decimal(0)))
    return found


def occasions(names: Names) -> dict[str, str]:
    """Return what can happen, by key: a purchase, another touchpoint, a day."""
    kinds = {key: title for key, title in names.kinds.items() if key != _RETURN}
    return kinds | {key: occasion_title(key, names) for key in sorted(DAYS)}


def _customer(session: Session, id_: str) -> Any:
    """Return a customer in sight; None where there is no such."""
    try:
        return customers.get(session, UUID(id_)) if id_ else None
    except (ValueError, NotFound):
        return None


def _hits(typed: str) -> Any:
    typed = typed.replace("\0", "").strip()[:200]
    return customers.search(current.session(), typed, limit=_HITS) if typed else ()


def _draw(session: Session, programme: Programme, form: Typed, found: Judgement | None) -> str:
    names = names_of(session, programme)
    customer = _customer(session, form.get("customer_id"))
    hits = _hits(form.get("customer_query"))
    return render_template(
        "loyalty/simulator.html",
        programme=programme,
        title=title_of(programme, names.language),
        choices=programme_options(session),
        form=form,
        customer=customer,
        hits=[one for one in hits if customer is None or one.id != customer.id],
        occasions=list(occasions(names).items()),
        channels=list(names.channels.items()),
        outcomes=list(names.outcomes.items()),
        lines=range(LINES),
        result=_result(session, programme, names, found) if found is not None else None,
    )


def _result(
    session: Session, programme: Programme, names: Names, found: Judgement
) -> dict[str, Any]:
    rules, seen = rule_titles(session, programme), visible_attributes(session)
    wording = Wording(web.language())
    units = list(dict.fromkeys(award.unit for award in found.awards))
    return {
        "totals": [wording.units(found.total(unit), named(unit, names.units)) for unit in units],
        "awards": [_award(one, rules, names, wording) for one in found.awards],
        "others": [
            {"title": named(rule.key, rules), "reason": reason_in_words(why, names, rules, seen)}
            for rule, why in found.others
        ],
    }


def _award(award: Award, rules: dict[str, str], names: Names, wording: Wording) -> dict[str, Any]:
    """Return a line of what is given; without a rule it is what the member's tier adds."""
    title = named(award.rule.key, rules) if award.rule is not None else _("Tier of the member")
    exact = wording.number(award.exact) if award.exact != award.units else ""
    given = wording.units(award.units, named(award.unit, names.units))
    return {"title": title, "given": given, "exact": exact}
