"""Settings: defaults at read, secrets never shown, every change kept and reversible."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select, text

from guanxi.clock import utc_now
from guanxi.db.write import SYSTEM
from guanxi.errors import Invalid, NotFound
from guanxi.platform import Platform
from guanxi.settings.models import SettingsRow
from guanxi.settings.store import SECRET_KEPT, history

SECRET = "hunter2-canary"


@pytest.fixture
def change(platform: Platform) -> Callable[..., None]:
    def apply(**values: Any) -> None:
        with platform.database.write(SYSTEM, now=utc_now()) as session:
            platform.settings.change(session, "core", values)
        platform.host.refresh_from(platform.database)

    return apply


def test_a_value_never_set_is_the_schemas_default(platform: Platform) -> None:
    assert platform.settings.get("core")["smtp_port"] == 587


def test_only_what_differs_from_the_default_is_stored(
    platform: Platform, change: Callable[..., None]
) -> None:
    change(company="Tea House", smtp_port=587)

    with platform.database.read() as session:
        stored = session.execute(select(SettingsRow.values)).scalar_one()
    assert stored == {"company": "Tea House"}


def test_a_change_holds_in_another_process_at_once(
    platform: Platform, change: Callable[..., None]
) -> None:
    assert platform.settings.get("core")["currency"] == "GBP"

    change(currency="CNY")

    assert platform.settings.get("core")["currency"] == "CNY"


def test_a_secret_is_encrypted_masked_and_never_in_the_audit(
    platform: Platform, change: Callable[..., None]
) -> None:
    change(smtp_password=SECRET)

    assert platform.settings.get("core")["smtp_password"] == SECRET
    with platform.database.read() as session:
        shown = platform.settings.shown(session, "core")
        tables = ("settings", "settings_history", "audit_entries")
        everything = [
            row
            for t in tables
            for row in session.execute(text(f"SELECT x::text FROM {t} x")).scalars()
        ]
    assert shown["smtp_password"] == SECRET_KEPT
    assert len(everything) == 3
    assert not any(SECRET in row for row in everything)


def test_sending_the_mask_back_keeps_the_secret(
    platform: Platform, change: Callable[..., None]
) -> None:
    change(smtp_password=SECRET)

    change(smtp_password=SECRET_KEPT, company="Tea House")

    assert platform.settings.get("core")["smtp_password"] == SECRET


def test_refuses_a_wrong_value_and_an_unknown_field(change: Callable[..., None]) -> None:
    with pytest.raises(Invalid) as wrong:
        change(currency="pounds")
    with pytest.raises(Invalid) as unknown:
        change(colour="red")

    assert set(wrong.value.fields) == {"currency"}
    assert set(unknown.value.fields) == {"colour"}


def test_rolling_back_returns_to_the_values_before_and_is_a_change_itself(
    platform: Platform, change: Callable[..., None]
) -> None:
    change(company="First")
    change(company="Second")
    with platform.database.write(SYSTEM, now=utc_now()) as session:
        last = history(session, "core")[0]
        platform.settings.roll_back(session, last.id)
    platform.host.refresh_from(platform.database)

    assert platform.settings.get("core")["company"] == "First"
    with platform.database.read() as session:
        assert len(history(session, "core")) == 3


def test_there_are_no_settings_for_an_unknown_part(platform: Platform) -> None:
    with pytest.raises(NotFound):
        platform.settings.get("nobody")
