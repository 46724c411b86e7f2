"""The customers of the company: people and organisations, fields, tags, duplicates, a merge."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session
from tests.e2e.company import Company

from guanxi.customers.domain.closing import close_customer
from guanxi.customers.domain.consents import Decision, record_consent
from guanxi.customers.domain.creating import create_customer
from guanxi.customers.domain.custom_fields import create_field
from guanxi.customers.domain.drafts import CustomerDraft
from guanxi.customers.domain.identity_input import read_identity
from guanxi.customers.domain.memberships import add_member
from guanxi.customers.domain.merging import merge_customers
from guanxi.customers.domain.tagging import set_colour
from guanxi.customers.jobs import find_duplicates

FAMILY = "王李张刘陈杨黄赵吴周徐孙马朱胡林"
GIVEN = ("芳", "秀英", "敏", "静怡", "丽华", "强", "磊", "军", "子轩", "雨桐")
WESTERN = (
    "Oliver Smith", "Amelia Jones", "George Taylor", "Isla Brown", "Harry Wilson", "Ava Evans",
    "Noah Roberts", "Emily Wright", "Jack Walker", "Sophia Green", "Leo Hall", "Grace Wood",
)  # fmt: skip
LONG = "Bartholomew Featherstonehaugh-Cholmondeley of the Very Long Name and Sons (Yorkshire)"


def meet(company: Company) -> None:
    """Make all customers."""
    with company.write(280) as session:
        _fields_and_tags(session)
    with company.write(270) as session:
        _known(company, session)
    for days, names in ((200, WESTERN[:6]), (90, WESTERN[6:]), (40, _chinese(30))):
        with company.write(days) as session:
            for number, name in enumerate(names):
                _one_of_many(company, session, name, number, days)
    with company.write(20) as session:
        _doubles(company, session)
    with company.write(10) as session:
        _closed_and_merged(company, session)
    find_duplicates(company.platform)


def _chinese(many: int) -> list[str]:
    return [FAMILY[n % len(FAMILY)] + GIVEN[n * 7 % len(GIVEN)] for n in range(many)]


def _fields_and_tags(session: Session) -> None:
    levels = {"title_en": "Level", "title_zh": "等级", "choices": ["金牌 Gold", "新客 New"]}
    create_field(session, "level", "choice", levels)
    create_field(session, "hobby", "text", {"title_en": "Hobby", "title_zh": "爱好"})
    create_field(session, "vat_no", "text", {"title_en": "VAT number", "title_zh": "税号"})
    for tag, colour in (("重要", "red"), ("wholesale", "blue"), ("newsletter", "teal")):
        set_colour(session, tag, colour)


def _known(company: Company, session: Session) -> None:
    """Those whom the tests call by name."""
    new = company.ids.__setitem__
    new("person", create(
        session, "李娜", phone="+8613812345678", email="lina@example.com", language="zh",
        country="CN", region="浙江", city="杭州", street="文三路 90 号", postcode="310012",
        birthday=date(1990, 5, 17), note="喜欢龙井。\n周末下午回电话。",
        tags=("重要", "newsletter"),
        custom={"level": "金牌 Gold", "hobby": "书法"}, owner_id=company.ids["staff"],
    ))  # fmt: skip
    new("ada", create(
        session, "Ada Lovelace", phone="+442079460958", email="ada@example.com", language="en",
        country="GB", city="London", tags=("wholesale",), owner_id=company.ids["admin"],
        custom={"level": "新客 New"},
    ))  # fmt: skip
    new("company", create(
        session, "杭州湖畔茶业有限公司", kind="organisation", email="info@hupan.example",
        language="zh", country="CN", city="杭州", tags=("wholesale",),
        custom={"vat_no": "91330100"},
    ))  # fmt: skip
    new("long", create(session, LONG, kind="organisation", country="GB"))
    add_member(
        session, company.ids["person"], company.ids["company"], "采购经理", now=company.at(270)
    )
    add_member(session, company.ids["ada"], company.ids["company"], "Agent", now=company.at(270))
    decisions = [
        Decision("email", "marketing", True, "Sign-up form"),
        Decision("sms", "marketing", False, "电话告知"),
        Decision("wechat", "service", True, "门店登记"),
    ]
    record_consent(session, company.ids["person"], decisions, now=company.at(260))


def _one_of_many(company: Company, session: Session, name: str, number: int, days: int) -> None:
    chinese = not name.isascii()
    company.ids[f"many{days}.{number}"] = create(
        session, name, language="zh" if chinese else "en", country="CN" if chinese else "GB",
        phone=f"+86139{days:03}{number:05}" if chinese else None,
        email=None if chinese else f"{name.replace(' ', '.').lower()}@example.com",
        tags=("newsletter",) if number % 3 == 0 else (),
        custom={"level": "新客 New"} if number % 4 == 0 else {},
        owner_id=company.ids["staff" if number % 2 else "lead"],
    )  # fmt: skip


def _doubles(company: Company, session: Session) -> None:
    """Pairs that look alike, and one that is merged."""
    company.ids["double"] = create(
        session, "Ada Lovelace", country="GB", city="London", birthday=date(1985, 12, 10)
    )
    create(session, "Catherine Hargreaves", country="GB", city="Leeds", birthday=date(1979, 3, 2))
    company.ids["catherine"] = create(
        session, "Catherine Hargreaves", country="GB", city="Leeds", birthday=date(1979, 3, 2)
    )
    company.ids["kept"] = create(session, "赵雅琪", phone="+8613700001111", city="上海")
    company.ids["merged"] = create(session, "赵雅琦", email="yaqi@example.com")


def _closed_and_merged(company: Company, session: Session) -> None:
    now = company.at(10)
    merge_customers(session, company.ids["kept"], company.ids["merged"], {"name": "kept"}, now=now)
    close_customer(session, company.ids["many200.3"], "Moved abroad", now=now)


def create(
    session: Session, name: str, *, phone: str | None = None, email: str | None = None, **more: Any
) -> UUID:
    """Create a customer and return the id."""
    given = (("phone", phone), ("email", email))
    identities = tuple(read_identity(kind, text) for kind, text in given if text)
    draft = CustomerDraft(name=name, identities=identities, **more)
    return create_customer(session, draft, now=session.info["write"].now).id
