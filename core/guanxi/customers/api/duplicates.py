"""Suggested duplicates: the open ones, for a draft, for one customer on demand."""

from typing import Any
from uuid import UUID

from flask import Response
from sqlalchemy import select

from guanxi.customers.api.blueprint import EDIT, MERGE, answer, api, hidden_fields, phone_region
from guanxi.customers.domain.duplicates import Reason
from guanxi.customers.domain.lookup import resolve
from guanxi.customers.domain.match_records import draft_record
from guanxi.customers.domain.matching import find_for, similar_to
from guanxi.customers.domain.suggestions import (
    Suggestion,
    dismiss,
    open_suggestions,
    place_of,
    suggestions_of,
)
from guanxi.customers.models import Customer
from guanxi.customers.schemas.shown import SimilarListSchema, SuggestionsSchema, shown
from guanxi.customers.schemas.taken import CustomerDraftSchema, PageSchema, PairSchema, draft_from
from guanxi.errors import Invalid
from guanxi.http import current
from guanxi.http.paging import decode_cursor, encode_cursor


@api.get("/customer-duplicates", permission=MERGE)
@api.arguments(PageSchema(), location="query")
@api.response(200, SuggestionsSchema)
def list_duplicates(query: dict[str, Any]) -> Response:
    """Pairs that may be the same customer, the likeliest first."""
    limit, after = query["limit"], _after(query.get("cursor"))
    found = open_suggestions(current.session(), limit=limit + 1, after=after)
    page = found[:limit]
    following = encode_cursor(place_of(page[-1])) if len(found) > limit else None
    return answer({"items": [_shown(one) for one in page], "next": following})


@api.post("/customer-duplicates/dismiss", permission=MERGE)
@api.arguments(PairSchema())
@api.response(204)
def dismiss_duplicate(values: dict[str, Any]) -> None:
    """Say that two customers are not the same; they are never suggested again."""
    dismiss(current.tx(), values["one_id"], values["other_id"])


@api.post("/customers/<uuid:customer_id>/find-duplicates", permission=MERGE)
@api.response(200, SuggestionsSchema)
def find_duplicates(customer_id: UUID) -> Response:
    """Look for duplicates of one customer now."""
    session = current.tx()
    customer_id = resolve(session, customer_id)
    find_for(session, customer_id, now=current.now())
    found = suggestions_of(session, customer_id, limit=20)
    return answer({"items": [_shown(one) for one in found], "next": None})


@api.post("/customers/similar", permission=EDIT)
@api.arguments(CustomerDraftSchema())
@api.response(200, SimilarListSchema)
def find_similar(values: dict[str, Any]) -> Response:
    """Who may be the same as somebody about to be created; nothing is written."""
    session = current.session()
    record = draft_record(draft_from(values, region=phone_region()))
    found = similar_to(session, record)
    names = dict(
        session.execute(
            select(Customer.id, Customer.display_name).where(
                Customer.id.in_([i for i, _m in found])
            )
        ).all()
    )
    return answer(
        {
            "items": [
                {"id": i, "name": names[i], "score": m.score, "reasons": _reasons(m.reasons)}
                for i, m in found
                if i in names
            ]
        }
    )


def _after(cursor: str | None) -> tuple[float, UUID, UUID] | None:
    if not cursor:
        return None
    score, one, other = decode_cursor(cursor, 3)
    try:
        return float(score), UUID(one), UUID(other)
    except (TypeError, ValueError, AttributeError):
        raise Invalid("This cursor is not valid here. Start again from the first page.") from None


def _shown(pair: Suggestion) -> dict[str, Any]:
    hidden = hidden_fields(pair.one.custom, pair.other.custom)
    return {
        "one": shown(pair.one, hidden),
        "other": shown(pair.other, hidden),
        "score": pair.score,
        "reasons": pair.reasons,
    }


def _reasons(reasons: list[Reason]) -> list[dict[str, Any]]:
    return [reason._asdict() for reason in reasons]
