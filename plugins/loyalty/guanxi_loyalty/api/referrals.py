"""Referrals: a member's own code, and who came by it."""

from typing import Any
from uuid import UUID

from flask import Response

from guanxi.sdk import current, web
from guanxi_loyalty import referrals
from guanxi_loyalty.api.asking import actor, programme
from guanxi_loyalty.api.blueprint import GRANT, MANAGE, api
from guanxi_loyalty.api.rewards import customers_id
from guanxi_loyalty.api.tries import guarded
from guanxi_loyalty.referrals import Evidence
from guanxi_loyalty.referrals.identity import remember
from guanxi_loyalty.schemas.rewards import (
    LoyaltyEvidenceSchema,
    LoyaltyReferralCodeSchema,
    LoyaltyReferralDraftSchema,
    LoyaltyReferralSchema,
    LoyaltyReferralTermsSchema,
    shown_referral,
)


@api.put("/programmes/<key>/referral-terms", permission=MANAGE)
@api.arguments(LoyaltyReferralTermsSchema())
@api.response(204)
def put_referral_terms(values: dict[str, Any], key: str) -> None:
    """Say what a referral brings to both."""
    draft = referrals.TermsDraft(**values)
    referrals.set_terms(current.tx(), programme(key), draft, now=current.now(), by=actor())


@api.post("/programmes/<key>/members/<uuid:customer_id>/referral-code", permission=GRANT)
@api.response(200, LoyaltyReferralCodeSchema)
def show_referral_code(key: str, customer_id: UUID) -> Response:
    """A member's own code; it is made when it is first asked for."""
    member = customers_id(customer_id)
    found = referrals.code_of(current.tx(), programme(key), member, now=current.now())
    return web.answer({"code": found.code, "rewarded": found.rewarded})


@api.post("/programmes/<key>/referrals", permission=GRANT)
@api.arguments(LoyaltyReferralDraftSchema())
@api.response(200, LoyaltyReferralSchema)
def register_referral(values: dict[str, Any], key: str) -> Response:
    """Note that a customer came by a member's code; the same again gives the first answer."""
    customer_id, code = customers_id(values.pop("customer_id")), values.pop("code")
    with guarded(None, customer_id):
        found = referrals.register(
            current.tx(),
            programme(key),
            code,
            customer_id,
            evidence=Evidence(**values),
            now=current.now(),
        )
    return web.answer(shown_referral(found))


@api.post("/programmes/<key>/members/<uuid:customer_id>/evidence", permission=GRANT)
@api.arguments(LoyaltyEvidenceSchema())
@api.response(204)
def remember_evidence(values: dict[str, Any], key: str, customer_id: UUID) -> None:
    """Remember with which device and means of payment a customer was seen, as hashes only.

    A till or shop calls it with each purchase; who refers the own person is found out by it.
    """
    session = current.tx()
    programme(key)
    evidence = Evidence(**values)
    remember(session, customers_id(customer_id), evidence.fingerprints, now=current.now())
