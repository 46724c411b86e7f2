"""Attributes that depend on the schemes that an admin made: classes, treatment, key account.

Read once per generation of the platform; a change of a scheme or a treatment announces itself,
so that all customers of a class have the new treatment at once.
"""

from collections.abc import Iterable
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, case, cast, func, literal, null
from sqlalchemy import Integer as SqlInteger
from sqlalchemy import Text as SqlText
from sqlalchemy.orm import Session

from guanxi.sdk import Attribute, Customer, Text
from guanxi_segmentation.attributes_value import PERMISSION
from guanxi_segmentation.company import company
from guanxi_segmentation.models import ClassStay, Scheme, SchemeClass
from guanxi_segmentation.schemes.domain import list_schemes
from guanxi_segmentation.schemes.key_accounts import source
from guanxi_segmentation.schemes.sorting import classes_of
from guanxi_segmentation.schemes.treatments import treatments_of

TIERS: Final = "tiers"
"""The scheme that ``segmentation.tier`` shows, too."""
_TREATMENT: Final = {
    "service_level": Text("Service level", "服务级别"),
    "offer_band": Text("Offer band", "优惠档次"),
    "cadence_days": Text("Days between contacts", "联系间隔天数"),
    "preferred_channel": Text("Preferred channel", "首选渠道"),
    "looked_after_by": Text("Looked after by", "负责维护"),
}


def class_attributes(session: Session) -> Iterable[Attribute]:
    """Return one attribute per scheme, the treatment by the primary one, the key account."""
    for scheme in list_schemes(session):
        stay = ClassStay.__table__.alias(f"stay_{scheme.key}")
        classes = classes_of(session, scheme)
        yield _class(scheme, classes, stay, f"class_{scheme.key}")
        if scheme.key == TIERS:
            yield _class(scheme, classes, stay, "tier")
        if scheme.is_primary:
            yield from _treatments(session, scheme, classes, stay)
    yield _key_account(session)


def _class(scheme: Scheme, classes: list[SchemeClass], stay: Any, name: str) -> Attribute:
    keys = {one.id: literal(one.key, SqlText) for one in classes}
    return Attribute(
        f"segmentation.{name}",
        Text(scheme.title_en, scheme.title_zh),
        "choice",
        _constant(case(keys, value=stay.c.class_id, else_=keys[classes[-1].id])),
        join=stay,
        on=_is_open(stay, scheme),
        choices=tuple((one.key, Text(one.title_en, one.title_zh)) for one in classes),
        permission=PERMISSION,
        nullable=False,
    )


def _treatments(
    session: Session, scheme: Scheme, classes: list[SchemeClass], stay: Any
) -> Iterable[Attribute]:
    treated = treatments_of(session, classes)
    found = {one.id: treated.get(one.id) for one in classes}
    for name, title in _TREATMENT.items():
        kind = SqlInteger() if name == "cadence_days" else SqlText()
        values = {
            key: cast(null(), kind) if one is None else literal(getattr(one, name), kind)
            for key, one in found.items()
        }
        sql = case(values, value=stay.c.class_id, else_=values[classes[-1].id])
        yield Attribute(
            f"segmentation.{name}", title, "number" if name == "cadence_days" else "text",
            _constant(sql), join=stay, on=_is_open(stay, scheme), permission=PERMISSION,
        )  # fmt: skip


def _key_account(session: Session) -> Attribute:
    accounts = source(session, company(session).settings["key_account_by"])
    return Attribute(
        "segmentation.key_account", Text("Key account", "重点客户"), "boolean",
        _constant(func.coalesce(accounts.c.is_key, False)),
        join=accounts, on=accounts.c.customer_id == Customer.id, permission=PERMISSION,
        nullable=False,
    )  # fmt: skip


def _is_open(stay: Any, scheme: Scheme) -> ColumnElement[bool]:
    return and_(
        stay.c.customer_id == Customer.id,
        stay.c.scheme_id == scheme.id,
        stay.c.left_at.is_(None),
    )


def _constant(column: ColumnElement[Any]) -> Any:
    return lambda: column
