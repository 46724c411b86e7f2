"""List, search, read, create and change customers."""

from typing import Any
from uuid import UUID

from flask import Response, request, url_for

from guanxi.customers.api.blueprint import (
    EDIT,
    VIEW,
    answer,
    answer_customer,
    api,
    hidden_fields,
    phone_region,
)
from guanxi.customers.api.sensitive import require_writable
from guanxi.customers.domain.changing import change_customer
from guanxi.customers.domain.creating import create_customer
from guanxi.customers.domain.lookup import get_customer, identities_of
from guanxi.customers.domain.searching import search_customers
from guanxi.customers.list_page import read_page
from guanxi.customers.list_state import read_state
from guanxi.customers.schemas.conditions import CONDITIONS, refuse_unknown
from guanxi.customers.schemas.shown import (
    CustomerPageSchema,
    CustomerSchema,
    HitsSchema,
    shown,
    shown_new,
    shown_whole,
)
from guanxi.customers.schemas.taken import (
    EXAMPLE,
    CustomerDraftSchema,
    CustomerListSchema,
    CustomerPatchSchema,
    SearchSchema,
    draft_from,
)
from guanxi.http import current
from guanxi.http.etag import expected_version
from guanxi.http.paging import decode_cursor, encode_cursor

_PLACE = ("cursor", "limit")


@api.get("/customers", permission=VIEW)
@api.doc(**{"x-parameters": [CONDITIONS]})
@api.arguments(CustomerListSchema(), location="query")
@api.response(200, CustomerPageSchema)
def list_customers(query: dict[str, Any]) -> Response:
    """Customers in order, filtered by attributes, with attributes as columns, page by page."""
    refuse_unknown(query, CustomerListSchema)
    principal, session = current.principal(), current.session()
    state = read_state(
        current.platform().catalogue,
        [(name, value) for name, value in request.args.items(multi=True) if name not in _PLACE],
        default_columns=(),
        permissions=principal.permissions,
    )
    cursor = query.get("cursor")
    after = decode_cursor(cursor, 2) if cursor else None
    page = read_page(session, state, limit=query["limit"], after=after)
    hidden = hidden_fields(*(customer.custom for customer, _values in page.rows))
    items = [{**shown(customer, hidden), "attributes": values} for customer, values in page.rows]
    following = encode_cursor(page.next_values) if page.next_values else None
    return answer({"items": items, "next": following})


@api.get("/customers/search", permission=VIEW)
@api.arguments(SearchSchema(), location="query")
@api.response(200, HitsSchema)
def search(query: dict[str, Any]) -> Response:
    """Customers by characters, pinyin, initials, e-mail or the last digits of a phone."""
    hits = search_customers(current.session(), query["q"], limit=query["limit"])
    names = ("id", "kind", "name", "city", "detail", "score")
    return answer({"items": [{name: getattr(hit, name) for name in names} for hit in hits]})


@api.post("/customers", permission=EDIT)
@api.arguments(CustomerDraftSchema(), example=EXAMPLE)
@api.response(201, CustomerSchema)
def create(values: dict[str, Any]) -> Response:
    """Create a customer; one whose identity is taken is refused with the holder's id."""
    require_writable(values.get("custom"))
    draft = draft_from(values, region=phone_region())
    customer = create_customer(current.tx(), draft, now=current.now())
    body = shown_new(customer, hidden_fields(draft.custom))
    response = answer(body, 201, version=1)
    response.headers["Location"] = url_for("api_customers.show", customer_id=customer.id)
    return response


@api.get("/customers/<uuid:customer_id>", permission=VIEW, versioned=True)
@api.response(200, CustomerSchema)
def show(customer_id: UUID) -> Response:
    """One customer; the id of a merged one shows the customer it became."""
    session = current.session()
    customer = get_customer(session, customer_id)
    identities = identities_of(session, [customer.id])[customer.id]
    body = shown_whole(customer, identities, hidden_fields(customer.custom))
    return answer(body, version=customer.version)


@api.patch("/customers/<uuid:customer_id>", permission=EDIT, versioned=True)
@api.arguments(CustomerPatchSchema())
@api.response(200, CustomerSchema)
def change(values: dict[str, Any], customer_id: UUID) -> Response:
    """Change fields of a customer; with If-Match only if nobody was faster."""
    require_writable(values.get("custom"))
    customer = change_customer(
        current.tx(), customer_id, values, expected_version=expected_version(), now=current.now()
    )
    return answer_customer(customer)
