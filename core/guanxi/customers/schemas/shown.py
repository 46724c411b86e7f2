"""What the API gives back.

The functions fill in what the schemas describe; going through marshmallow for each row would
cost more than reading it.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

from marshmallow import Schema, fields
from sqlalchemy import Row

from guanxi.customers.domain.rows import CUSTOMER_COLUMNS, NewCustomer
from guanxi.customers.models import Customer, CustomerConsent, CustomerIdentity, CustomerMerge

_HIDDEN: Final = frozenset({"sort_name", "search_tokens", "import_id", "display_name"})
_SHOWN: Final = tuple(name for name in CUSTOMER_COLUMNS if name not in _HIDDEN)
_NEW: Final = {"status": "active", "closed_at": None, "closed_reason": None, "erased_at": None}
_OF_ROW: Final = (*_SHOWN, *_NEW, "version")


class IdentitySchema(Schema):
    """An identity; ``value`` is its one normal form, ``display`` as it was written."""

    id = fields.UUID()
    kind = fields.String()
    source = fields.String()
    value = fields.String()
    display = fields.String()
    verified = fields.Boolean()


class CustomerRowSchema(Schema):
    """A customer as a list shows it."""

    id = fields.UUID()
    kind = fields.String()
    name = fields.String()
    family_name = fields.String(allow_none=True)
    given_name = fields.String(allow_none=True)
    name_order = fields.String()
    language = fields.String(allow_none=True)
    country = fields.String(allow_none=True)
    region = fields.String(allow_none=True)
    city = fields.String(allow_none=True)
    street = fields.String(allow_none=True)
    postcode = fields.String(allow_none=True)
    birthday = fields.Date(allow_none=True)
    note = fields.String(allow_none=True)
    owner_id = fields.UUID(allow_none=True)
    tags = fields.List(fields.String())
    custom = fields.Dict()
    source = fields.String(allow_none=True)
    invented = fields.Boolean()
    status = fields.String()
    closed_at = fields.AwareDateTime(allow_none=True)
    closed_reason = fields.String(allow_none=True)
    erased_at = fields.AwareDateTime(allow_none=True)
    version = fields.Integer()
    created_at = fields.AwareDateTime()
    updated_at = fields.AwareDateTime()
    attributes = fields.Dict()


class CustomerSchema(CustomerRowSchema):
    """A customer with its identities."""

    identities = fields.List(fields.Nested(IdentitySchema))


class CustomerPageSchema(Schema):
    """A page of customers; ``next`` is the cursor of the following one, or null."""

    items = fields.List(fields.Nested(CustomerRowSchema))
    next = fields.String(allow_none=True)


class CustomerBulkResultSchema(Schema):
    """What became of one item: its id, or what is wrong with it."""

    status = fields.Integer()
    id = fields.UUID()
    outcome = fields.String()
    version = fields.Integer()
    code = fields.String()
    title = fields.String()
    errors = fields.Dict()
    customer_id = fields.UUID(allow_none=True)


class CustomerBulkAnswerSchema(Schema):
    """An answer for each item, in their order."""

    results = fields.List(fields.Nested(CustomerBulkResultSchema))


class HitSchema(Schema):
    """A customer found, and something to tell namesakes apart."""

    id = fields.UUID()
    kind = fields.String()
    name = fields.String()
    city = fields.String(allow_none=True)
    detail = fields.String()
    score = fields.Float()


class HitsSchema(Schema):
    """Customers found, the best first."""

    items = fields.List(fields.Nested(HitSchema))


class ConsentSchema(Schema):
    """One decision; the latest for a channel and purpose counts."""

    id = fields.UUID()
    channel = fields.String()
    purpose = fields.String()
    given = fields.Boolean()
    at = fields.AwareDateTime()
    evidence = fields.String(allow_none=True)
    actor = fields.String()


class ConsentsSchema(Schema):
    """All decisions, the latest first."""

    items = fields.List(fields.Nested(ConsentSchema))


class VerdictSchema(Schema):
    """Whether a customer may be written to, and why."""

    allowed = fields.Boolean()
    reason = fields.String()
    sentence = fields.String()


class MemberSchema(Schema):
    """The other side of a membership."""

    membership_id = fields.UUID()
    customer_id = fields.UUID()
    name = fields.String()
    role = fields.String(allow_none=True)


class MembersSchema(Schema):
    """Organisations of a person, or people of an organisation."""

    items = fields.List(fields.Nested(MemberSchema))


class MergedSchema(Schema):
    """A merge, which can be taken back by its id."""

    id = fields.UUID()
    kept_id = fields.UUID()
    merged_id = fields.UUID()
    at = fields.AwareDateTime()
    actor = fields.String()
    undone_at = fields.AwareDateTime(allow_none=True)


class MergesSchema(Schema):
    """Merges into a customer that stand, the latest first."""

    items = fields.List(fields.Nested(MergedSchema))


class SuggestionSchema(Schema):
    """Two customers that may be the same, how likely, and why."""

    one = fields.Nested(CustomerRowSchema)
    other = fields.Nested(CustomerRowSchema)
    score = fields.Float()
    reasons = fields.List(fields.Dict())


class SuggestionsSchema(Schema):
    """A page of suggested duplicates, the likeliest first."""

    items = fields.List(fields.Nested(SuggestionSchema))
    next = fields.String(allow_none=True)


class SimilarSchema(Schema):
    """A customer that may be the same as a draft."""

    id = fields.UUID()
    name = fields.String()
    score = fields.Float()
    reasons = fields.List(fields.Dict())


class SimilarListSchema(Schema):
    """Customers that may be the same as a draft, the likeliest first."""

    items = fields.List(fields.Nested(SimilarSchema))


def shown(customer: Customer | Row[Any], hidden: Collection[str] = ()) -> dict[str, Any]:
    """Return a customer as a list shows it; ``hidden`` names custom fields to leave out."""
    values = {name: getattr(customer, name) for name in _OF_ROW}
    values["name"] = customer.display_name
    values["custom"] = without(customer.custom, hidden)
    return values


def shown_whole(
    customer: Customer, identities: Iterable[CustomerIdentity], hidden: Collection[str] = ()
) -> dict[str, Any]:
    """Return a customer with its identities."""
    return {**shown(customer, hidden), "identities": [shown_identity(one) for one in identities]}


def shown_new(customer: NewCustomer, hidden: Collection[str] = ()) -> dict[str, Any]:
    """Return a customer that was just created, without reading it back."""
    row = customer.values()
    values = {name: row[name] for name in _SHOWN}
    values |= _NEW
    values["name"] = row["display_name"]
    values["custom"] = without(row["custom"], hidden)
    values["version"] = 1
    values["identities"] = [
        {
            "id": identity_id,
            "kind": str(one.kind),
            "source": one.source,
            "value": one.value,
            "display": one.display,
            "verified": False,
        }
        for identity_id, one in customer.identities
    ]
    return values


def without(values: Mapping[str, Any], hidden: Collection[str]) -> Mapping[str, Any]:
    """Return ``values`` without the keys in ``hidden``."""
    return {k: v for k, v in values.items() if k not in hidden} if hidden else values


def shown_identity(identity: CustomerIdentity) -> dict[str, Any]:
    """Return one identity."""
    names = ("id", "kind", "source", "value", "display", "verified")
    return {name: getattr(identity, name) for name in names}


def shown_consent(consent: CustomerConsent) -> dict[str, Any]:
    """Return one decision."""
    names = ("id", "channel", "purpose", "given", "at", "evidence")
    return {**{name: getattr(consent, name) for name in names}, "actor": consent.actor_name}


def shown_merge(merge: CustomerMerge) -> dict[str, Any]:
    """Return one merge."""
    return {
        "id": merge.id,
        "kept_id": merge.kept_id,
        "merged_id": merge.merged_id,
        "at": merge.at,
        "actor": merge.actor_name,
        "undone_at": merge.undone_at,
    }
