"""What the API takes: a customer, a change, an identity, a decision, a merge, filters."""

from collections.abc import Mapping
from typing import Any, Final

from marshmallow import Schema, fields, validate

from guanxi.customers.domain import drafts
from guanxi.customers.domain.closing import OCCASIONS
from guanxi.customers.domain.consents import PURPOSES
from guanxi.customers.domain.drafts import CustomerDraft
from guanxi.customers.domain.identities import Identity, IdentityKind
from guanxi.customers.domain.identity_input import read_identity
from guanxi.customers.domain.names import NameOrder
from guanxi.customers.schemas.conditions import ConditionsSchema
from guanxi.customers.schemas.fields import CleanText, Cursor, Day, Flag, Limit, Object

MAX_BULK: Final = 1_000
MAX_IDENTITY: Final = 300
_ORDER: Final = validate.OneOf([str(one) for one in NameOrder])


class IdentityDraftSchema(Schema):
    """A way to recognise a customer. ``source`` is the foreign system or the social platform."""

    kind = fields.String(required=True, validate=validate.OneOf([str(k) for k in IdentityKind]))
    value = CleanText(MAX_IDENTITY, filled=True, required=True)
    source = CleanText(64, load_default="")


class CustomerPatchSchema(Schema):
    """What can be changed of a customer; fields that are not sent stay.

    ``custom`` is a patch, too: keys that are not sent stay, null clears one.
    """

    name = CleanText(drafts.MAX_NAME, allow_none=True)
    family_name = CleanText(drafts.MAX_NAME, allow_none=True)
    given_name = CleanText(drafts.MAX_NAME, allow_none=True)
    name_order = fields.String(validate=_ORDER)
    language = CleanText(drafts.MAX_TEXT, allow_none=True, metadata={"description": "BCP 47"})
    country = CleanText(drafts.MAX_TEXT, allow_none=True)
    region = CleanText(drafts.MAX_TEXT, allow_none=True)
    city = CleanText(drafts.MAX_TEXT, allow_none=True)
    street = CleanText(drafts.MAX_TEXT, allow_none=True)
    postcode = CleanText(drafts.MAX_TEXT, allow_none=True)
    birthday = Day(allow_none=True)
    note = CleanText(drafts.MAX_NOTE, multiline=True, allow_none=True)
    owner_id = fields.UUID(allow_none=True)
    tags = fields.List(CleanText(drafts.MAX_TAG), validate=validate.Length(max=drafts.MAX_TAGS))
    custom = Object()


class CustomerDraftSchema(CustomerPatchSchema):
    """A customer to be created; it has a name or at least one identity."""

    kind = fields.String(load_default="person", validate=validate.OneOf(drafts.KINDS))
    source = CleanText(drafts.MAX_TEXT, allow_none=True)
    identities = fields.List(
        fields.Nested(IdentityDraftSchema), validate=validate.Length(max=drafts.MAX_IDENTITIES)
    )


EXAMPLE: Final[Mapping[str, Any]] = {
    "family_name": "王",
    "given_name": "小明",
    "language": "zh-CN",
    "identities": [
        {"kind": "external", "source": "shop", "value": "1042"},
        {"kind": "email", "value": "xiaoming@example.com"},
    ],
    "tags": ["vip"],
}
"""A customer for the document of the API."""


class IdentitiesSchema(Schema):
    """All identities that a customer is to have."""

    identities = fields.List(
        fields.Nested(IdentityDraftSchema),
        required=True,
        validate=validate.Length(max=drafts.MAX_IDENTITIES),
    )


class VerifiedSchema(Schema):
    """Whether an identity was proved to be the customer's own."""

    verified = Flag(required=True)


ITEM: Final = "A CustomerDraft. Anything else is refused for itself and does not stop the others."


class CustomerBulkSchema(Schema):
    """Up to 1,000 customers; each is checked for itself.

    ``create`` refuses one whose identity is taken, ``upsert`` changes its holder instead.
    """

    mode = fields.String(load_default="create", validate=validate.OneOf(("create", "upsert")))
    items = fields.List(
        fields.Raw(allow_none=True, metadata={"description": ITEM}),
        required=True,
        validate=validate.Length(min=1, max=MAX_BULK),
    )


class DecisionSchema(Schema):
    """What a customer decided about one channel (``any`` for all) and purpose."""

    channel = CleanText(60, filled=True, required=True)
    purpose = fields.String(required=True, validate=validate.OneOf(list(PURPOSES)))
    given = Flag(required=True)
    evidence = CleanText(drafts.MAX_TEXT, allow_none=True, load_default=None)


class DecisionsSchema(Schema):
    """Decisions made at the same time."""

    decisions = fields.List(
        fields.Nested(DecisionSchema), required=True, validate=validate.Length(min=1, max=50)
    )


class ContactQuerySchema(Schema):
    """Through which channel and for which purpose somebody would be written to."""

    channel = CleanText(60, filled=True, required=True)
    purpose = fields.String(required=True, validate=validate.OneOf(list(PURPOSES)))


class ClosingSchema(Schema):
    """Why a relation ends."""

    reason = CleanText(drafts.MAX_TEXT, filled=True, required=True)


class ReopeningSchema(Schema):
    """What a relation is taken up again for, and when and how it came about."""

    occasion = fields.String(required=True, validate=validate.OneOf(OCCASIONS))
    note = CleanText(drafts.MAX_TEXT, filled=True, required=True)


class MembershipDraftSchema(Schema):
    """The organisation that a person belongs to, and the role in it."""

    organisation_id = fields.UUID(required=True)
    role = CleanText(drafts.MAX_TEXT, allow_none=True, load_default=None)


class MergeSchema(Schema):
    """The customer that is to become part of this one; ``choices`` says whose value wins."""

    merged_id = fields.UUID(required=True)
    choices = fields.Dict(
        keys=fields.String(validate=validate.Length(max=60)),
        values=fields.String(validate=validate.OneOf(("kept", "merged"))),
        load_default=dict,
    )


class PairSchema(Schema):
    """Two customers."""

    one_id = fields.UUID(required=True)
    other_id = fields.UUID(required=True)


class SearchSchema(Schema):
    """What somebody types."""

    q = CleanText(200, required=True)
    limit = Limit(usual=8, most=50)


class PageSchema(Schema):
    """A page of a list."""

    cursor = Cursor()
    limit = Limit()


class CustomerListSchema(ConditionsSchema):
    """A page of the customers wanted."""

    cursor = Cursor()
    limit = Limit()


def draft_from(values: Mapping[str, Any], *, region: str) -> CustomerDraft:
    """Return the draft that a loaded ``CustomerDraftSchema`` describes.

    :param region: whose phone numbers have no country code (ISO 3166-1 alpha-2).
    :raises InvalidIdentity: an identity that is none.
    """
    given = dict(values)
    identities = tuple(identity_from(one, region=region) for one in given.pop("identities", ()))
    tags = tuple(given.pop("tags", ()))
    return CustomerDraft(identities=identities, tags=tags, **given)


def identity_from(values: Mapping[str, Any], *, region: str) -> Identity:
    """Return the identity that a loaded ``IdentityDraftSchema`` describes.

    :raises InvalidIdentity: it is none.
    """
    return read_identity(values["kind"], values["value"], source=values["source"], region=region)
