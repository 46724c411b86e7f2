"""Cultures: festivals on which nobody is disturbed, the form of address, the preferred channel."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session
from tests.messages.conftest import NOON, Make, configure, queue, writing

from guanxi.customers.domain.custom_fields import create_field
from guanxi.customers.models import Customer
from guanxi.db import Actor
from guanxi.errors import Invalid
from guanxi.i18n import Text
from guanxi.messages.domain.channels import EMAIL, Way
from guanxi.messages.domain.salutation import salutation
from guanxi.messages.pages.choices import choices
from guanxi.platform import Platform
from guanxi.plugins.contract import MessageChannel
from guanxi.settings.festivals import parse_festival
from guanxi.touchpoints.domain.drafts import Draft
from guanxi.touchpoints.domain.recording import record

NEW_YEAR = "CN 2027-02-05..2027-02-12"


@pytest.mark.parametrize(
    ("culture", "when", "held"),
    [
        (("CN", None), datetime(2027, 2, 6, 4, 0, tzinfo=UTC), True),
        (("CN", None), datetime(2027, 2, 14, 4, 0, tzinfo=UTC), False),
        (("GB", None), datetime(2027, 2, 6, 12, 0, tzinfo=UTC), False),
        (("GB", "zh-Hant"), datetime(2028, 10, 1, 12, 0, tzinfo=UTC), True),
        (("GB", "en"), datetime(2028, 10, 1, 12, 0, tzinfo=UTC), False),
        ((None, "zh"), datetime(2030, 10, 2, 12, 0, tzinfo=UTC), False),
    ],
)
def test_nobody_is_disturbed_on_a_festival_of_their_culture(
    office: Platform, make: Make, culture: tuple[Any, Any], when: datetime, held: bool
) -> None:
    configure(office, festivals=[NEW_YEAR, "zh 10-01"])
    country, language = culture
    ada = make("Ada", email="ada@example.com", country=country, language=language)

    message = queue(office, ada, when)

    assert (message.state, message.reason) == (("held", "quiet") if held else ("queued", None))


def test_a_message_held_over_a_festival_goes_out_after_it(office: Platform, make: Make) -> None:
    configure(office, festivals=[NEW_YEAR])
    li_na = make("李娜", email="na@example.com", country="CN")

    message = queue(office, li_na, datetime(2027, 2, 6, 4, 0, tzinfo=UTC))

    assert message.due_at == datetime(2027, 2, 13, 0, 0, tzinfo=UTC)  # 08:00 in Shanghai


@pytest.mark.parametrize(
    "line",
    ["", "CN", "2027-02-05", "CN 2027-02-30", "CN 2027-02-12..2027-02-05", "cN 10-01",
     "CN 10-01..2027-10-03", "CN 01-01..12-31"],
)  # fmt: skip
def test_what_is_no_festival_is_refused(office: Platform, line: str) -> None:
    with pytest.raises(ValueError):
        parse_festival(line)
    with pytest.raises(Invalid):
        configure(office, festivals=[line])


@pytest.mark.parametrize(
    ("name", "custom", "greeting"),
    [
        ("王小明", {}, "尊敬的王小明"),
        ("王小明", {"form_of_address": "王总"}, "尊敬的王总"),
        ("Ada Lovelace", {"form_of_address": "Countess Lovelace"}, "Dear Countess Lovelace"),
        ("Ada Lovelace", {}, "Dear Ada Lovelace"),
    ],
)
def test_the_form_of_address_is_the_customers_own(
    office: Platform, make: Make, name: str, custom: dict[str, Any], greeting: str
) -> None:
    with writing(office) as session:
        titles = {"title_en": "Form of address", "title_zh": "称谓"}
        create_field(session, "form_of_address", "text", titles)
    made = make(name, custom=custom)

    with office.database.read() as session:
        assert salutation(session.get_one(Customer, made)) == greeting


def offered(session: Session, customer: Customer, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The channels as the composer orders them: e-mail is free, letters cost, a chat is dear."""
    made = {
        key: Way("core", MessageChannel(key=key, title=Text(key, key), identity_kind="email",
                                        send=EMAIL.send, cost=cost))
        for key, cost in (("post", 1), ("email", 0), ("wechat", 2))
    }  # fmt: skip
    for module in ("guanxi.messages.pages.choices", "guanxi.messages.domain.gate"):
        monkeypatch.setattr(f"{module}.ways", lambda _session: made)
    return [one.key for one in choices(session, customer, "service", "en", now=NOON)]


def test_the_composer_begins_with_the_channel_on_which_the_customer_came(
    office: Platform, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = make("Ada", email="ada@example.com")
    with office.database.read() as session:
        customer = session.get_one(Customer, ada)
        before = offered(session, customer, monkeypatch)
    for channel, direction, days in (("wechat", "in", 5), ("email", "out", 1)):
        with office.database.write(Actor("system", "test"), now=NOON) as session:
            draft = Draft(
                channel=channel, kind="message",
                direction=direction, occurred_at=NOON - timedelta(days=days), customer_id=ada,
            )  # fmt: skip
            record(session, draft, now=NOON)

    with office.database.read() as session:
        after = offered(session, session.get_one(Customer, ada), monkeypatch)

    assert before == ["email", "post", "wechat"]
    assert after == ["wechat", "email", "post"]
