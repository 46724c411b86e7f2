"""Forms of staff on rewards: take one for the member, hand it over, take it back; surprises."""

from uuid import UUID

from flask import request
from sqlalchemy import select
from sqlalchemy.orm import Session

from guanxi.sdk import Invalid, NotFound, current, rewards
from guanxi_loyalty.models import Fulfilment, RewardIssue, Surprise
from guanxi_loyalty.pages.blueprint import GRANT, pages
from guanxi_loyalty.pages.carrying_out import Answer, Work, carry_out
from guanxi_loyalty.pages.commands import MEMBER
from guanxi_loyalty.pages.forms import actor, words
from guanxi_loyalty.referrals import code_of
from guanxi_loyalty.rewards.cancelling import cancel
from guanxi_loyalty.rewards.issuing import find_issue, redeem, reserve
from guanxi_loyalty.rewards.offering import check_price, was_taken
from guanxi_loyalty.staff import person
from guanxi_loyalty.surprises.giving import give_surprise, take_surprise_back
from guanxi_loyalty.texts import N_, _


@pages.post(f"{MEMBER}/rewards", permission=GRANT)
def take_reward(customer_id: UUID, programme: str) -> Answer:
    """Take a reward for the member, who pays its points now."""

    def work(at: Work) -> str:
        key, _sep, seen = request.form.get("reward", "").partition("@")
        if not key:
            raise Invalid(N_("Choose a reward."), fields={"reward": []})
        ask = at.issue_ask()
        if not was_taken(at.session, ask.programme.id, ask.key):
            check_price(at.session, at.programme, at.customer.id, key, seen)
        taken = reserve(at.session, ask, at.customer.id, key)
        if taken.issue.state == "reserved":
            return _("Taken. It waits to be handed over.")
        return _("Taken and handed over.")

    return carry_out(customer_id, programme, "reward", work)


@pages.post(f"{MEMBER}/rewards/<uuid:issue_id>/hand-over", permission=GRANT)
def hand_over(customer_id: UUID, programme: str, issue_id: UUID) -> Answer:
    """Hand a reward over."""

    def work(at: Work) -> str:
        _own_issue(at, issue_id)
        redeem(at.session, issue_id, now=current.now())
        return _("Handed over.")

    return carry_out(customer_id, programme, "rewards", work, about=issue_id)


@pages.post(f"{MEMBER}/rewards/<uuid:issue_id>/cancel", permission=GRANT)
def cancel_issue(customer_id: UUID, programme: str, issue_id: UUID) -> Answer:
    """Take a reward back: the very points, the stock, the budget of a surprise."""

    def work(at: Work) -> str:
        issue, reason = _own_issue(at, issue_id), words("reason", needed=False)
        _take_back(at, issue, reason or "cancelled")
        return _("Taken back.")

    return carry_out(customer_id, programme, "rewards", work, about=issue_id)


@pages.post(f"{MEMBER}/surprises", permission=GRANT)
def surprise(customer_id: UUID, programme: str) -> Answer:
    """Give a small surprise out of one's own budget of the month."""

    def work(at: Work) -> str:
        key = request.form.get("gift", "")
        if not key:
            raise Invalid(N_("Choose what to give."), fields={"gift": []})
        ask, reason = at.issue_ask(), words("reason")
        give_surprise(at.session, ask, person().id, at.customer.id, key, reason=reason)
        return _("The surprise is given.")

    return carry_out(customer_id, programme, "surprise", work)


@pages.post(f"{MEMBER}/referral-code", permission=GRANT)
def make_referral_code(customer_id: UUID, programme: str) -> Answer:
    """Make the member's own code; asking again changes nothing."""

    def work(at: Work) -> None:
        code_of(at.session, at.programme, at.customer.id, now=current.now())

    return carry_out(customer_id, programme, "referral", work)


def _own_issue(at: Work, issue_id: UUID) -> RewardIssue:
    issue = find_issue(at.session, issue_id)
    if (issue.programme_id, issue.customer_id) != (at.programme.id, at.customer.id):
        raise NotFound(N_("No such reward was taken."))
    return issue


def _take_back(at: Work, issue: RewardIssue, reason: str) -> None:
    """Take back what was given, by the way it was given: the core knows of some of it."""
    now = current.now()
    given = _surprise_of(at.session, issue.id)
    if given is not None:
        take_surprise_back(at.session, given, at.issue_ask(), reason)
        return
    wanted = select(Fulfilment.reward_id).where(
        Fulfilment.issue_id == issue.id, Fulfilment.state == "given"
    )
    core_id = at.session.scalar(wanted)
    cancel(at.session, issue.id, reason, now=now, by=actor())
    if core_id is not None:
        rewards.reverse(at.session, core_id, reason, now=now)


def _surprise_of(session: Session, issue_id: UUID) -> Surprise | None:
    """Return the surprise that a reward was given as, if it was."""
    return session.scalar(select(Surprise).where(Surprise.issue_id == issue_id))
