"""``guanxi segmentation ...`` at the terminal."""

import csv
import json
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from plugins.segmentation.tests.membership.town import Town, lives_in, rule

from guanxi.cli import cli
from guanxi.command import CommandContext
from guanxi.errors import Invalid, NotFound
from guanxi.platform import Platform

Guanxi = Callable[..., str]


def test_list_and_show(town: Town, guanxi: Guanxi) -> None:
    town.person("Ann", city="York")
    town.built("yorkers", lives_in("York"))

    listed: list[Any] = json.loads(guanxi("list", "--json"))
    shown = json.loads(guanxi("show", "yorkers", "--json"))

    assert [(one["key"], one["members"]) for one in listed] == [("yorkers", 1)]
    assert "York" in shown["sentence"]
    assert guanxi("list").split()[:3] == ["yorkers", "1", "ok"]
    assert "1 members" in guanxi("show", "yorkers", "--language", "zh")
    assert guanxi("list", "--archived") == ""


def test_preview_takes_a_rule_from_a_file_and_from_stdin(
    town: Town, guanxi: Guanxi, tmp_path: Path
) -> None:
    ann = town.person("Ann", city="York")
    file = tmp_path / "rule.json"
    file.write_text(json.dumps(rule(lives_in("York"))), "utf-8")

    tried = json.loads(guanxi("preview", "--rule", file, "--json"))
    piped = guanxi("preview", "--rule", "-", given=json.dumps({"rule": rule(lives_in("Bath"))}))

    assert (tried["count"], tried["samples"]) == (1, [{"customer_id": str(ann), "name": "Ann"}])
    assert piped.splitlines()[1] == "0"


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, "x" * 300_000, "[]", '{"v": 1}', "null"])
def test_a_file_that_is_no_rule_is_refused(town: Town, guanxi: Guanxi, text: str) -> None:
    with pytest.raises(Invalid):
        guanxi("preview", "--rule", "-", given=text)


def test_explain_names_customers_by_whatever_is_known(town: Town, guanxi: Guanxi) -> None:
    ann = town.person("Ann", city="York")
    town.built("yorkers", lives_in("York"))

    told = json.loads(guanxi("explain", "yorkers", ann, "--json"))
    lines = guanxi("explain", "yorkers", ann).splitlines()

    assert (told["member"], told["tree"]["value"]) == (True, "York")
    assert lines[0] == "Yorkers: member"
    assert lines[-1].startswith("  + ")
    with pytest.raises(NotFound):
        guanxi("explain", "yorkers", "nobody@example.com")
    with pytest.raises(NotFound):
        guanxi("explain", "no_such", ann)


def test_rebuild_works_everything_out(town: Town, guanxi: Guanxi) -> None:
    town.person("Ann", city="York")
    town.segment("yorkers", lives_in("York"))

    assert json.loads(guanxi("rebuild", "--json"))["changed"] == 1
    assert guanxi("rebuild") == "0 memberships changed.\n"


def test_export_writes_members_that_no_spreadsheet_computes(town: Town, guanxi: Guanxi) -> None:
    town.person('=HYPERLINK("http://x")', city="York")
    town.built("yorkers", lives_in("York"))

    rows = list(csv.DictReader(guanxi("export", "yorkers").splitlines()))
    (line,) = guanxi("export", "yorkers", "--json").splitlines()

    assert [row["name"] for row in rows] == ['\'=HYPERLINK("http://x")']
    assert json.loads(line)["name"] == '=HYPERLINK("http://x")'


def test_a_definition_comes_back_as_it_went(town: Town, guanxi: Guanxi) -> None:
    town.built("yorkers", lives_in("York"))

    definition = guanxi("export", "yorkers", "--definition")
    town.run("build", town.now)
    again = guanxi("import", "-", "--replace", given=definition)
    moved = definition.replace("yorkers", "others")
    made = json.loads(guanxi("import", "-", "--json", given=moved))

    assert "version 1" in again
    assert made == {"key": "others", "version": 1}
    assert json.loads(guanxi("show", "others", "--json"))["rule"] == rule(lives_in("York"))


def test_the_commands_for_lists_know_the_attributes_of_plugins(
    town: Town, segmentation: Platform, tmp_path: Path
) -> None:
    ann = town.person("Ann", city="York")
    town.built("yorkers", lives_in("York"))
    assert town.members("yorkers") == {ann}
    file = tmp_path / "customers.csv"
    context = CommandContext(
        segmentation.config, lambda *_: segmentation, lambda _: nullcontext("")
    )
    columns = "customers.name,segmentation.segments"

    words = ["export", "customers", "--columns", columns, "-o", str(file)]
    result = CliRunner().invoke(cli, words, obj=context, catch_exceptions=False)

    assert result.exit_code == 0
    assert [line.split(",")[-1] for line in file.read_text("utf-8-sig").splitlines()] == [
        "Segments", "yorkers",
    ]  # fmt: skip
