"""``guanxi loyalty ...``, as an admin uses it at midnight."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from click.testing import CliRunner, Result
from plugins.loyalty.tests.earning.club import Club
from plugins.loyalty.tests.ledger.till import Till
from plugins.loyalty.tests.tiers.test_folding import TIERS
from sqlalchemy import text
from sqlalchemy.orm import Session

from guanxi.cli import cli
from guanxi.command import CommandContext
from guanxi.platform import Platform
from guanxi.testkit.factories import Factories
from guanxi_loyalty.ledger import load_unit
from guanxi_loyalty.programmes import find_programme
from guanxi_loyalty.vouchers import CodeSetDraft, create_set

Run = Callable[..., Result]


@pytest.fixture
def run(loyalty: Platform) -> Run:
    """Return a function that runs ``guanxi loyalty`` with words."""

    def ran(*words: str, code: int = 0) -> Result:
        context = CommandContext(loyalty.config, lambda *_: loyalty, lambda _: nullcontext(""))
        result = CliRunner().invoke(cli, ["loyalty", *words], obj=context)
        assert result.exit_code == code, result.output
        return result

    return ran


@pytest.fixture
def ann(writing: Callable[..., AbstractContextManager[Session]], now: datetime) -> UUID:
    """A member with 100 points."""
    with writing() as session:
        till = Till(session, load_unit(session, "club", "points"), now=now)
        customer = till.member()
        till.earn(customer, 100)
    return customer


def _json(result: Result) -> Any:
    return json.loads(result.output)


def test_a_balance_and_its_history_are_shown(run: Run, ann: UUID) -> None:
    of = (str(ann), "--programme", "club", "--json")

    assert _json(run("balance", *of))["balance"] == 100
    assert [line["change"] for line in _json(run("history", *of))] == [100]
    assert _json(run("balance", *of, "--at", "2020-01-01")) == {"balance": 0}


def test_an_adjustment_happens_once_and_says_why(run: Run, ann: UUID) -> None:
    words = ("adjust", "--programme", "club", "--reason", "late parcel", "--key", "T-1")

    for _ in range(2):
        assert "The balance is 105." in run(*words, str(ann), "5").output
    assert "needs the approval of a second person" in str(
        run(*words[:-1], "T-2", str(ann), "5000", code=1).exception
    )


def test_a_dry_run_tells_the_outcome_and_does_nothing(run: Run, ann: UUID) -> None:
    words = ("redeem", str(ann), "30", "--programme", "club", "--key", "T-3", "--json")
    of = (str(ann), "--programme", "club", "--json")

    dry, before = _json(run(*words, "--dry-run")), _json(run("balance", *of))["balance"]
    wet, again = _json(run(*words)), _json(run(*words))

    assert dry == {**wet, "transaction_id": None, "dry_run": True}
    assert (before, wet["balance"], again["replayed"]) == (100, 70, True)
    back = run("reverse", wet["transaction_id"], "--programme", "club", "--key", "T-4")
    assert back.output == "The balance is 100.\n"


def test_points_are_handed_on(run: Run, ann: UUID, loyalty: Platform, now: datetime) -> None:
    bob = str(Club(loyalty, now).person("Bob"))
    handed = run("transfer", str(ann), bob, "40", "--programme", "club", "--key", "T-5")

    assert handed.output == "The balance is 60.\n"
    assert _json(run("balance", bob, "--programme", "club", "--json"))["balance"] == 40


def test_codes_are_made_and_written_once(
    run: Run, writing: Callable[..., AbstractContextManager[Session]], now: datetime
) -> None:
    with writing() as session:
        draft = CodeSetDraft(key="spring", title_en="Spring", effect="percent", value=1000)
        create_set(session, find_programme(session, "club"), draft, now=now, by="test")

    codes = run("codes", "spring", "--count", "3", "--programme", "club").output.split()

    assert (len(set(codes)), {len(one) for one in codes}) == (3, {16})
    refused = run("codes", "spring", "--count", "0", "--programme", "club", code=1)
    assert str(refused.exception).startswith("Make 1 to ")


def test_rules_and_tiers_are_shown(run: Run, loyalty: Platform, now: datetime) -> None:
    club = Club(loyalty, now)
    ann = str(club.person())
    club.rule("base")
    no_tiers = str(run("tier", ann, "--programme", "club", code=1).exception)
    club.tiers(tiers=TIERS)

    (rule,) = _json(run("rules", "--programme", "club", "--json"))
    assert (rule["key"], rule["trigger"], rule["state"]) == ("base", "purchase", "active")
    assert no_tiers == "The programme has no tiers."
    assert _json(run("tier", ann, "--programme", "club", "--json"))["since"] is None


def test_the_check_says_that_all_fits_or_what_does_not(
    run: Run, ann: UUID, loyalty: Platform
) -> None:
    assert "club.points: all fits" in run("verify").output

    with loyalty.database.engine.begin() as connection:
        connection.execute(text("UPDATE loyalty_lots SET remaining = remaining - 1"))

    assert "a lot has not left what was not taken" in run("verify", code=1).output


def test_a_programme_is_made_listed_and_paused(run: Run) -> None:
    run("create", "tea", "--title-en", "Tea", "--currency", "CNY", "--time-zone", "Asia/Shanghai")
    run("state", "tea", "paused")

    keys = [(one["programme"], one["unit"]) for one in _json(run("programmes", "--json"))]
    assert keys == [
        ("club", "points"),
        ("club", "qualifying"),
        ("tea", "points"),
        ("tea", "qualifying"),
    ]
    bad = ("create", "tee", "--title-en", "T", "--currency", "CNY", "--time-zone", "Asia/Nowhere")
    assert str(run(*bad, code=1).exception) == "There is no time zone Asia/Nowhere."


def test_a_check_that_fails_stops_the_programme_and_tells_the_admins(
    run: Run, ann: UUID, loyalty: Platform, factories: Factories
) -> None:
    factories.user("admin")
    with loyalty.database.engine.begin() as connection:
        connection.execute(text("UPDATE loyalty_lots SET remaining = remaining - 1"))

    found = _json(run("verify", "--json", code=1))

    assert [name for name, wrong in found.items() if wrong] == ["club.points"]
    with loyalty.database.read() as session:
        state = session.execute(text("SELECT state, state_reason FROM loyalty_programmes")).one()
        tasks = session.execute(text("SELECT title, origin FROM tasks")).all()
    reason = found["club.points"][0]["what"]
    assert tuple(state) == ("read_only", reason)
    assert [tuple(one) for one in tasks] == [
        ("Club: the ledger does not fit", "loyalty.check.club")
    ]
