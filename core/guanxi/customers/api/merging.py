"""Merge two customers, and take a merge back."""

from typing import Any
from uuid import UUID

from flask import Response

from guanxi.customers.api.blueprint import MERGE, answer, api
from guanxi.customers.domain.lookup import resolve
from guanxi.customers.domain.merging import merge_customers
from guanxi.customers.domain.unmerging import merges_of, unmerge_customers
from guanxi.customers.schemas.shown import MergedSchema, MergesSchema, shown_merge
from guanxi.customers.schemas.taken import MergeSchema
from guanxi.http import current


@api.post("/customers/<uuid:customer_id>/merge", permission=MERGE)
@api.arguments(MergeSchema())
@api.response(201, MergedSchema)
def merge(values: dict[str, Any], customer_id: UUID) -> Response:
    """Make another customer part of this one, with a choice per field."""
    made = merge_customers(
        current.tx(), customer_id, values["merged_id"], values["choices"], now=current.now()
    )
    return answer(shown_merge(made), 201)


@api.get("/customers/<uuid:customer_id>/merges", permission=MERGE)
@api.response(200, MergesSchema)
def list_merges(customer_id: UUID) -> Response:
    """The merges into a customer that stand, the latest first."""
    session = current.session()
    found = merges_of(session, resolve(session, customer_id))
    return answer({"items": [shown_merge(one) for one in found]})


@api.post("/customer-merges/<uuid:merge_id>/undo", permission=MERGE)
@api.response(200, MergedSchema)
def unmerge(merge_id: UUID) -> Response:
    """Take a merge back: both as before, later edits kept."""
    return answer(shown_merge(unmerge_customers(current.tx(), merge_id, now=current.now())))
