"""The self-check: nothing to complain about at first, and a finding where something is wrong."""

from sqlalchemy import text

from guanxi.operations.checks import run_checks
from guanxi.platform import Platform


def levels(platform: Platform) -> dict[str, str]:
    platform.host.refresh_from(platform.database)
    return {finding.check: finding.level for finding in run_checks(platform, deep=True)}


def test_a_fresh_installation_is_in_order(platform: Platform) -> None:
    assert set(levels(platform).values()) == {"ok"}


def test_a_key_that_others_can_read_is_found(platform: Platform) -> None:
    (platform.config.home / "secret.key").chmod(0o644)

    assert levels(platform)["key"] == "error"


def test_derived_figures_that_differ_are_found(platform: Platform) -> None:
    with platform.database.autocommit.connect() as connection:
        connection.execute(
            text(
                "INSERT INTO touchpoint_days (day, channel, kind, currency, known, count, amount)"
                " VALUES ('2026-01-01', 'store', 'purchase', 'GBP', true, 3, 30)"
            )
        )

    assert levels(platform)["facts"] == "error"
