"""Forms of staff on points: add or take away, redeem, transfer, give back or take a hold."""

from typing import Final
from uuid import UUID

from flask import request

from guanxi.sdk import Invalid, NotFound, current, customers, settings_of
from guanxi_loyalty import ledger
from guanxi_loyalty.adjustments import adjust_or_ask
from guanxi_loyalty.ledger import Receipt
from guanxi_loyalty.ledger.holdings import holds_of
from guanxi_loyalty.pages.blueprint import GRANT, pages
from guanxi_loyalty.pages.carrying_out import Answer, Work, carry_out
from guanxi_loyalty.pages.forms import optional_whole, whole, words
from guanxi_loyalty.staff import person
from guanxi_loyalty.texts import N_, _

MEMBER: Final = "/customers/<uuid:customer_id>/<programme>"


@pages.post(f"{MEMBER}/adjust", permission=GRANT)
def adjust(customer_id: UUID, programme: str) -> Answer:
    """Add units or take them away, with the reason; large ones wait for a second person."""

    def work(at: Work) -> str:
        amount = whole("amount")
        if request.form.get("direction") == "less":
            amount = -amount
        ask = at.ask(remark=words("reason"))
        done = adjust_or_ask(at.session, ask, at.customer.id, amount, person())
        if not isinstance(done, Receipt):
            return _("Noted. It waits for a second person to confirm it.")
        return _("Done: %(amount)s.", amount=f"{amount:+,}")

    return carry_out(customer_id, programme, "adjust", work)


@pages.post(f"{MEMBER}/redeem", permission=GRANT)
def redeem(customer_id: UUID, programme: str) -> Answer:
    """Spend units for the member."""

    def work(at: Work) -> str:
        amount = whole("amount")
        ask = at.ask(remark=words("reason", needed=False) or None)
        ledger.redeem(at.session, ask, at.customer.id, amount)
        return _("%(amount)s redeemed.", amount=f"{amount:,}")

    return carry_out(customer_id, programme, "redeem", work)


@pages.post(f"{MEMBER}/transfer", permission=GRANT)
def transfer(customer_id: UUID, programme: str) -> Answer:
    """Hand units to another member."""

    def work(at: Work) -> str:
        amount, taker = whole("amount"), _meant(at)
        ask = at.ask(remark=words("reason", needed=False) or None)
        ledger.transfer(at.session, ask, at.customer.id, taker, amount)
        name = customers.get(at.session, taker).display_name
        return _("%(amount)s handed to %(name)s.", amount=f"{amount:,}", name=name)

    return carry_out(customer_id, programme, "transfer", work)


@pages.post(f"{MEMBER}/holds/<uuid:hold_id>/release", permission=GRANT)
def release_hold(customer_id: UUID, programme: str, hold_id: UUID) -> Answer:
    """Give back what is set aside."""

    def work(at: Work) -> str:
        _own_hold(at, hold_id)
        receipt = ledger.release(at.session, at.ask(), hold_id)
        return _("%(amount)s given back.", amount=f"{receipt.amount:,}")

    return carry_out(customer_id, programme, "holds", work, about=hold_id)


@pages.post(f"{MEMBER}/holds/<uuid:hold_id>/capture", permission=GRANT)
def capture_hold(customer_id: UUID, programme: str, hold_id: UUID) -> Answer:
    """Take what is set aside, or a part of it; the rest goes back."""

    def work(at: Work) -> str:
        _own_hold(at, hold_id)
        receipt = ledger.capture(at.session, at.ask(), hold_id, optional_whole("amount"))
        return _("%(amount)s redeemed.", amount=f"{receipt.amount:,}")

    return carry_out(customer_id, programme, "holds", work, about=hold_id)


def _own_hold(at: Work, hold_id: UUID) -> None:
    """Refuse a hold of somebody else; one that is over is told by the ledger."""
    ask = at.ask()
    found = holds_of(at.session, ask.unit, at.customer.id, now=ask.now, every=True)
    if hold_id not in {one.id for one in found}:
        raise NotFound(N_("Nothing was set aside under this number."))


def _meant(at: Work) -> UUID:
    """Return the other member: by e-mail address, phone, number or id, or by a name of one."""
    typed = request.form.get("taker", "").strip()[:200]
    wrong: dict[str, list[str]] = {"taker": []}
    if not typed:
        raise Invalid(N_("Say who gets them."), fields=wrong)
    region = str(settings_of(at.session, "core")["phone_region"])
    found = customers.recognise(at.session, [typed], region=region).get(typed)
    if found is not None:
        return found
    hits = customers.search(at.session, typed, limit=2)
    if len(hits) > 1:
        raise Invalid(
            N_("Several customers are called like this. Write the e-mail address or phone number."),
            fields=wrong,
        )
    if not hits:
        raise Invalid(N_("Nobody is known by this."), fields=wrong)
    return customers.get(current.tx(), hits[0].id).id
