"""The attribute catalogue: what lists can be filtered and sorted by, and show."""

from flask import Response

from guanxi.customers.api.blueprint import VIEW, answer, api
from guanxi.customers.schemas.attributes import AttributesSchema, shown_attributes
from guanxi.http import current


@api.get("/attributes", permission=VIEW)
@api.response(200, AttributesSchema)
def list_attributes() -> Response:
    """The attributes of customers: the core's, the admin's own fields, enabled plugins'.

    Each can be a column, a condition and the order of ``/customers``. Those that need a
    permission which is missing are left out.
    """
    may = current.principal().may
    found = current.platform().catalogue.all().values()
    known = [one for one in found if one.permission is None or may(one.permission)]
    return answer({"items": shown_attributes(known)})
