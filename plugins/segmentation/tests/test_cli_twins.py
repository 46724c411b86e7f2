"""Everything that the API of segmentation does, the command line does, too, each with JSON."""

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import click
import pytest
from plugins.segmentation.tests.membership.town import DAY, Town, lives_in
from plugins.segmentation.tests.worth import OPTIONS, trading

from guanxi.app import create_app
from guanxi.errors import Conflict, GuanxiError, NotFound
from guanxi.platform import Platform

Guanxi = Callable[..., str]
TWINS = {
    "archive_scheme": "scheme archive",
    "archive_segment": "archive",
    "change_scheme": "scheme save",
    "change_segment": "import",
    "choose_primary": "scheme primary",
    "copy_segment": "copy",
    "create_scheme": "scheme save",
    "create_segment": "import",
    "cut_anew": "rfm cut",
    "decide": "pin",
    "decide_key_account": "key-account decide",
    "delete_segment": "delete",
    "explain_customer": "explain",
    "foresee_scheme": "scheme preview",
    "forget_key_account": "key-account forget",
    "include_list": "include",
    "list_class_members": "scheme members",
    "list_class_stays": "scheme of",
    "list_cuts": "rfm cuts",
    "list_key_accounts": "key-account list",
    "list_members": "members",
    "list_pins": "pins",
    "list_rules": "rules",
    "list_schemes": "scheme list",
    "list_segments": "list",
    "list_stays": "of",
    "list_templates": "scheme templates",
    "list_treatments": "scheme treatments",
    "list_uses": "uses",
    "rebuild": "rebuild",
    "restore_scheme": "scheme restore",
    "restore_segment": "restore",
    "show_cohorts": "value cohorts",
    "show_customer_value": "value of",
    "show_key_account": "key-account show",
    "show_movement": "movement",
    "show_rfm": "rfm show",
    "show_scheme": "scheme show",
    "show_scores": "rfm of",
    "show_segment": "show",
    "show_values": "value show",
    "show_values_by_class": "value classes",
    "take_template": "scheme take",
    "treat_class": "scheme treat",
    "try_rule": "preview",
    "undecide": "unpin",
}
"""The command of each operation."""
HOSTILE = ("'; DROP TABLE customers; -- {{7*7}} %s%(x)s ../../etc/passwd", "x" * 5000, "", "\udcff")
"""The last is what Python makes of a byte at the terminal that is no text."""


def commands(platform: Platform) -> dict[str, click.Command]:
    """Return the commands of segmentation by what is typed."""
    return dict(_named(platform.host.commands("segmentation"), ""))


def _named(found: Any, before: str) -> Iterator[tuple[str, click.Command]]:
    for one in found:
        if isinstance(one, click.Group):
            yield from _named(one.commands.values(), f"{before}{one.name} ")
        else:
            yield f"{before}{one.name}", one


def told(guanxi: Guanxi, *arguments: object, **more: str) -> Any:
    """What a command says as JSON."""
    return json.loads(guanxi(*arguments, "--json", **more))


def test_every_operation_has_a_command_with_json(segmentation: Platform) -> None:
    app = create_app(segmentation)
    operations = {one.removeprefix("api_segmentation.") for one in app.view_functions
                  if one.startswith("api_segmentation.")}  # fmt: skip
    there = commands(segmentation)

    assert operations == TWINS.keys()
    assert set(TWINS.values()) <= there.keys()
    assert [name for name, one in there.items() if not one.help] == []
    assert [
        name
        for name, one in there.items()
        if "--json" not in {o for p in one.params for o in p.opts}
    ] == []


def test_who_is_in_and_was(town: Town, guanxi: Guanxi) -> None:
    ann = town.person("Ann", city="York", at=town.now - DAY)
    town.built("yorkers", lives_in("York"))
    past = (town.now - timedelta(days=9)).isoformat()

    assert guanxi("members", "yorkers") == f"{ann}  Ann\n"
    assert told(guanxi, "members", "yorkers", "--at", past) == []
    (stay,) = told(guanxi, "of", ann)
    assert (stay["segment"], stay["left_at"]) == ("yorkers", None)
    assert guanxi("of", ann) == "yorkers  2026-11-02 09:30 (built) -\n"
    days = told(guanxi, "movement", "yorkers", "--days", 400)
    assert sum(day["entered"] for day in days) == days[-1]["size"] == 1
    assert len(guanxi("movement", "yorkers", "--days", 3).splitlines()) == 3
    (rule,) = told(guanxi, "rules", "yorkers")
    assert "York" in rule["sentence"]
    assert guanxi("rules", "yorkers").startswith("1  2026-11-02 09:30 UTC  ")


def test_decisions_by_hand(town: Town, guanxi: Guanxi) -> None:
    ann, bo = town.person("Ann", city="York"), town.person("Bo")
    town.built("yorkers", lives_in("York"))

    assert told(guanxi, "pin", "yorkers", ann, "--out", "--reason", "Moved")["included"] is False
    assert town.members("yorkers") == set()
    assert guanxi("pins", "yorkers") == f"{ann}  out  Moved\n"
    assert guanxi("unpin", "yorkers", ann) == "The rule counts again.\n"
    assert told(guanxi, "unpin", "yorkers", ann)["forgotten"] is False
    assert town.members("yorkers") == {ann}
    listed = f"{bo}\nnobody@example.com\n"
    assert told(guanxi, "include", "yorkers", "-", given=listed) == {
        "added": 1, "already": 0, "unknown": ["nobody@example.com"],
    }  # fmt: skip
    assert town.members("yorkers") == {ann, bo}


def test_segments_are_copied_put_away_and_deleted(town: Town, guanxi: Guanxi) -> None:
    town.built("yorkers", lives_in("York"))
    town.built("others", {"segment": "yorkers", "is": "not_member"})

    assert guanxi("uses", "yorkers") == "segment  others  Others\n"
    assert told(guanxi, "uses", "others") == []
    with pytest.raises(Conflict):
        guanxi("delete", "yorkers")
    assert told(guanxi, "copy", "yorkers", "Again", "--new-key", "again")["key"] == "again"
    assert told(guanxi, "archive", "again")["state"] == "archived"
    assert [one["key"] for one in told(guanxi, "list", "--archived")] == ["again"]
    assert told(guanxi, "restore", "again")["state"] == "active"
    assert guanxi("delete", "again") == "again is deleted.\n"
    with pytest.raises(NotFound):
        guanxi("show", "again")


def test_classes_scores_and_key_accounts_of_a_customer(town: Town, guanxi: Guanxi) -> None:
    ids = trading(town)
    ann = ids["Ann"]

    now = {one["scheme"]: one["class"] for one in told(guanxi, "scheme", "of", ann)
           if one["left_at"] is None}  # fmt: skip
    assert now["tiers"] == "core"
    before = told(guanxi, "scheme", "of", ann, "--at", "2020-01-01T00:00:00Z")
    assert before == []
    assert len(told(guanxi, "scheme", "of", ann, "--at", town.now.isoformat())) == 2
    assert [one["customer_id"] for one in told(guanxi, "scheme", "members", "tiers", "core")] == [
        str(ann)
    ]
    assert guanxi("scheme", "members", "tiers", "core").startswith(str(ann))
    assert told(guanxi, "rfm", "of", ann)["segment"] == "champions"
    assert "champions" in guanxi("rfm", "of", ann)
    assert guanxi("rfm", "of", town.person("New")) == "Not scored.\n"
    assert told(guanxi, "rfm", "cuts")[0]["customers"] == 4
    assert len(guanxi("rfm", "cuts").splitlines()) == len(told(guanxi, "rfm", "cuts"))
    assert [one["key"] for one in told(guanxi, "value", "classes", "tiers")] == [
        "core", "potential", "general",
    ]  # fmt: skip
    assert "observed=1500.00  expected=unknown" in guanxi("value", "classes", "tiers")
    assert guanxi("key-account", "show", ann) == "A key account: by rule\n"
    guanxi("key-account", "decide", ann, "--is-not", "--reason", "Moves away")
    assert told(guanxi, "key-account", "show", ann)["reason"] == "Moves away"


def test_treatments_and_what_a_scheme_would_be(town: Town, guanxi: Guanxi, tmp_path: Path) -> None:
    trading(town)
    guanxi("scheme", "treat", "tiers", "core", "--cadence-days", 7)
    file = tmp_path / "trial.json"
    file.write_text(json.dumps({"scheme": "tiers", "options": OPTIONS}), "utf-8")

    treated = told(guanxi, "scheme", "treatments", "tiers", "core")
    assert treated[0]["cadence_days"] == 7
    assert "cadence_days=7" in guanxi("scheme", "treatments", "tiers", "core").splitlines()[0]
    assert told(guanxi, "scheme", "preview", file)["counts"] == [1, 0, 1, 2]
    assert guanxi("scheme", "preview", file) == "1 0 1 2\n"
    file.write_text('{"scheme": 7}', "utf-8")
    with pytest.raises(GuanxiError, match="does not fit"):
        guanxi("scheme", "preview", file)


def positions(platform: Platform, there: dict[str, str]) -> Iterator[list[str]]:
    """Yield each command as often as it takes text, each time with ``HERE`` in another place."""
    for name, one in commands(platform).items():
        words = [str(p.name) for p in one.params if isinstance(p, click.Argument)]
        texts = [p for p in one.params if isinstance(p, click.Option) and not p.is_flag]
        needed = {p.opts[0]: "x" for p in texts if p.required}
        for options in ({}, *({p.opts[0]: "HERE"} for p in texts)):
            typed = [part for pair in {**needed, **options}.items() for part in pair]
            filled = [there.get(word, "x") for word in words]
            for number in range(len(words)) if not options else ():
                place = [*filled[:number], "HERE", *filled[number + 1 :]]
                yield [*name.split(), *typed, "--", *place]
            if options:
                yield [*name.split(), *typed, "--", *filled]


@pytest.mark.slow
@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_text_in_every_position_is_told_in_a_sentence(
    town: Town, guanxi: Guanxi, text: str
) -> None:
    ann = town.person("Ann", city="York")
    town.built("yorkers", lives_in("York"))
    there = {"key": "yorkers", "customer": str(ann), "class_key": "core", "scheme": "tiers",
             "file": "/dev/null", "title": "Copy"}  # fmt: skip
    tried = 0

    for arguments in positions(town.platform, there):
        tried += 1
        # A wrong call ends as an assertion of ``guanxi``; whatever else is raised is a defect.
        with suppress(GuanxiError, AssertionError):
            guanxi(*(text if word == "HERE" else word for word in arguments))

    assert tried > 50
    assert town.members("yorkers") == {ann}
