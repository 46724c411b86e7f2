"""How complete a record is (信息完整度): what staff are to know about a customer, what is missing.

Eight things count alike. The percentage is cut off, not rounded, so that 100 means all of them.
"""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import ColumnElement, Integer, and_, case, cast, exists, func, literal, or_

from guanxi.customers.models import Customer, CustomerIdentity
from guanxi.i18n import Text

GAPS: Final[Mapping[str, Text]] = {
    "name": Text("name", "姓名"),
    "identity": Text("a way to reach them", "联系方式"),
    "country": Text("country", "国家/地区"),
    "city": Text("city", "城市"),
    "language": Text("language", "语言"),
    "owner": Text("who looks after them", "负责人"),
    "birthday": Text("birthday", "生日"),
    "street": Text("street", "街道"),
    "tags": Text("tags", "标签"),
}
"""What can be missing; a birthday counts for persons, a street for organisations."""
_PARTS: Final = 8


def missing_in(customer: Customer, identities: int) -> list[str]:
    """Return the keys of what is not known, in their order, given the number of identities."""
    known = {
        "name": customer.display_name,
        "identity": identities,
        "country": customer.country,
        "city": customer.city,
        "language": customer.language,
        "owner": customer.owner_id,
        "birthday": customer.birthday if customer.kind == "person" else True,
        "street": customer.street if customer.kind != "person" else True,
        "tags": customer.tags,
    }
    return [key for key in GAPS if not known[key]]


def completeness(customer: Customer, identities: int) -> int:
    """Return how much of it is known, in percent."""
    return 100 * (_PARTS - len(missing_in(customer, identities))) // _PARTS


def completeness_sql() -> ColumnElement[Any]:
    """Return the same as an expression over customers, for lists, filters and sorting."""
    c = Customer
    is_person = c.kind == "person"
    own = or_(
        and_(is_person, c.birthday.is_not(None)),
        and_(~is_person, _filled(c.street)),
    )
    parts = (
        _filled(c.display_name),
        exists().where(CustomerIdentity.customer_id == c.id),
        _filled(c.country),
        _filled(c.city),
        _filled(c.language),
        c.owner_id.is_not(None),
        own,
        func.cardinality(c.tags) > 0,
    )
    known: ColumnElement[int] = sum(
        (case((part, 1), else_=0) for part in parts), start=cast(literal(0), Integer)
    )
    return 100 * known // _PARTS


def _filled(column: Any) -> ColumnElement[bool]:
    return func.coalesce(column, "") != ""
