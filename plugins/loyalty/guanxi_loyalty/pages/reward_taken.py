"""Rewards that members took: waiting, handed over, taken back; one can be taken back here."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from guanxi.sdk import Conflict, Customer, Invalid, NotFound, Refused, current, customers, web
from guanxi_loyalty.models import CatalogueReward, Programme, RewardIssue
from guanxi_loyalty.models.rewards import ISSUE_STATES
from guanxi_loyalty.pages.blueprint import GRANT, VIEW, pages
from guanxi_loyalty.pages.forms import actor, words
from guanxi_loyalty.pages.naming import asked_programme, programme_options
from guanxi_loyalty.pages.paging import PAGE, cursor_after, paged
from guanxi_loyalty.pages.words import ISSUES, money_of, state_of
from guanxi_loyalty.programmes import find_programme
from guanxi_loyalty.rewards.cancelling import cancel
from guanxi_loyalty.rewards.issuing import find_issue
from guanxi_loyalty.surprises.returning import taken_back
from guanxi_loyalty.texts import N_, _
from guanxi_loyalty.wording import title_of


@pages.get("/rewards/taken", permission=VIEW)
def rewards_taken() -> str:
    """What members in sight took, the latest first."""
    session = current.session()
    programme = asked_programme(session)
    if programme is None:
        return render_template("loyalty/rewards_taken.html", programme=None)
    filters = {name: request.args.get(name, "") for name in ("reward", "state")}
    wanted = paged(_wanted(session, programme, filters), RewardIssue.reserved_at, RewardIssue.id)
    found = session.execute(wanted).all()
    rows, more = found[:PAGE], len(found) > PAGE
    return render_template(
        "loyalty/rewards_taken.html",
        programme=programme,
        title=title_of(programme, web.language()),
        choices=programme_options(session),
        filters=filters,
        rewards=_reward_options(session, programme),
        states=[(name, ISSUES[name][0]) for name in ISSUE_STATES],
        rows=[_row(row[0], row[1], row[2], programme) for row in rows],
        next_url=_next(programme, filters, rows[-1][0]) if more else None,
        first_url=url_for("loyalty.rewards_taken", programme=programme.key, **_set(filters))
        if "after" in request.args
        else None,
    )


@pages.post("/programmes/<key>/rewards/taken/<uuid:issue_id>/cancel", permission=GRANT)
def cancel_taken(key: str, issue_id: UUID) -> Response:
    """Take a reward back: points, stock and budget are as before."""
    session, programme = current.tx(), find_programme(current.tx(), key)
    issue = find_issue(session, issue_id)
    if issue.programme_id != programme.id:
        raise NotFound(N_("No such reward was taken."))
    customers.get(session, issue.customer_id)
    try:
        cancel(session, issue_id, words("reason"), now=current.now(), by=actor())
        taken_back(session, issue_id, now=current.now())
    except (Invalid, Conflict, Refused) as error:
        web.drop_transaction()
        flash(web.sentence(error), "error")
    else:
        flash(_("Taken back. What was paid for it is back, too."), "success")
    back = url_for("loyalty.rewards_taken", programme=key)
    return redirect(web.safe_path(request.form.get("back"), back))


def _wanted(session: Session, programme: Programme, filters: Mapping[str, str]) -> Any:
    wanted: Any = (
        select(RewardIssue, CatalogueReward, Customer)
        .join(CatalogueReward, CatalogueReward.id == RewardIssue.reward_id)
        .join(Customer, Customer.id == RewardIssue.customer_id)
        .where(
            RewardIssue.programme_id == programme.id,
            customers.in_sight(session, RewardIssue.customer_id),
        )
    )
    if filters["reward"]:
        wanted = wanted.where(CatalogueReward.key == filters["reward"].replace("\0", ""))
    if filters["state"] in ISSUE_STATES:
        wanted = wanted.where(RewardIssue.state == filters["state"])
    return wanted


def _row(
    issue: RewardIssue, reward: CatalogueReward, customer: Customer, programme: Programme
) -> dict[str, Any]:
    state = state_of(ISSUES, issue.state)
    return {
        "one": issue,
        "title": title_of(reward, web.language()),
        "customer": customer.display_name,
        "customer_url": None
        if customer.erased_at
        else url_for("customers.show", customer_id=customer.id),
        "points": issue.points,
        "money": money_of(issue.money, programme.currency) if issue.money else None,
        "state": state["text"],
        "tone": state["tone"],
        "open": issue.state in ("reserved", "redeemed"),
    }


def _reward_options(session: Session, programme: Programme) -> list[tuple[str, str]]:
    wanted = select(CatalogueReward).where(CatalogueReward.programme_id == programme.id)
    found = session.scalars(wanted.order_by(CatalogueReward.key))
    return [(one.key, title_of(one, web.language())) for one in found]


def _set(filters: Mapping[str, str]) -> dict[str, Any]:
    return {name: value for name, value in filters.items() if value}


def _next(programme: Programme, filters: Mapping[str, str], last: RewardIssue) -> str:
    after = cursor_after(last.reserved_at, last.id)
    return url_for("loyalty.rewards_taken", programme=programme.key, after=after, **_set(filters))
