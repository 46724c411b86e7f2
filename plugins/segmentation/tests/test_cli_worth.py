"""``guanxi segmentation rfm|value|scheme|key-account`` at the terminal, and as JSON."""

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from plugins.segmentation.tests.membership.town import Town
from plugins.segmentation.tests.worth import trading

from guanxi.errors import Conflict, Invalid, NotFound
from guanxi_segmentation.schemas.schemes import EXAMPLE

Guanxi = Callable[..., str]


def told(guanxi: Guanxi, *arguments: object) -> Any:
    """What a command says as JSON."""
    return json.loads(guanxi(*arguments, "--json"))


def test_where_nobody_is_scored_it_says_so(guanxi: Guanxi) -> None:
    assert guanxi("rfm", "show") == "Nobody is scored yet.\n"
    assert told(guanxi, "rfm", "show")["cut"] is None
    assert guanxi("key-account", "list") == ""


def test_rfm_is_shown_and_cut(town: Town, guanxi: Guanxi) -> None:
    trading(town)

    assert sum(one["customers"] for one in told(guanxi, "rfm", "show")["cells"]) == 4
    assert "Champions" in guanxi("rfm", "show")
    assert told(guanxi, "rfm", "cut") == {"queued": True}
    assert guanxi("rfm", "cut") == "A cut waits already.\n"


def test_values_of_all_and_of_one(town: Town, guanxi: Guanxi) -> None:
    ids = trading(town)

    assert Decimal(told(guanxi, "value", "show")["total_value"]["observed"]) == 1740
    assert "expected     unknown" in guanxi("value", "show")
    assert "total        unknown" in guanxi("value", "show")
    of_ann = guanxi("value", "of", ids["Ann"])
    assert of_ann.startswith("Total value: unknown\n  Observed value: 1500.00 GBP\n")
    assert "Net value: 1500.00 GBP" in of_ann
    assert Decimal(told(guanxi, "value", "of", ids["Ann"])["net_value"]["amount"]) == 1500
    assert sum(one["customers"] for one in told(guanxi, "value", "cohorts")) == 4
    assert len(guanxi("value", "cohorts").splitlines()) == len(told(guanxi, "value", "cohorts"))
    with pytest.raises(NotFound):
        guanxi("value", "of", "nobody@example.com")


def test_schemes_are_shown_treated_and_put_away(town: Town, guanxi: Guanxi) -> None:
    trading(town)

    listed = guanxi("scheme", "list").splitlines()
    assert listed[0].split() == [
        "*", "tiers", "tiers", "core=1", "important=0", "potential=1", "general=2",
    ]  # fmt: skip
    guanxi("scheme", "treat", "tiers", "core", "--cadence-days", 7, "--offer-band", "")
    core = told(guanxi, "scheme", "show", "tiers")["classes"][0]
    assert (core["treatment"]["cadence_days"], core["treatment"]["offer_band"]) == (7, None)
    assert "cadence_days=7" in guanxi("scheme", "show", "tiers")
    assert told(guanxi, "scheme", "primary", "four")["is_primary"] is True
    guanxi("scheme", "primary", "tiers")
    assert told(guanxi, "scheme", "archive", "four")["state"] == "archived"
    assert [one["key"] for one in told(guanxi, "scheme", "list", "--archived")] == ["four"]
    assert told(guanxi, "scheme", "restore", "four")["state"] == "active"
    with pytest.raises(Conflict):
        guanxi("scheme", "archive", "tiers")


def test_a_cadence_is_cleared_by_an_empty_text_and_nothing_else(town: Town, guanxi: Guanxi) -> None:
    trading(town)

    def cadence(days: object) -> int | None:
        shown = told(guanxi, "scheme", "treat", "tiers", "core", "--cadence-days", days)
        found: int | None = shown["cadence_days"]
        return found

    assert cadence(7) == 7
    for wrong in (0, -1, 10**9):
        with pytest.raises(Invalid, match="Write whole days"):
            cadence(wrong)
    with pytest.raises(AssertionError, match="is not a valid integer"):
        cadence("soon")
    assert told(guanxi, "scheme", "show", "tiers")["classes"][0]["treatment"]["cadence_days"] == 7
    assert cadence("") is None
    with pytest.raises(Invalid, match="There is no channel pigeon"):
        guanxi("scheme", "treat", "tiers", "core", "--preferred-channel", "pigeon")


def test_a_scheme_saved_as_another_kind_is_refused(
    town: Town, guanxi: Guanxi, tmp_path: Path
) -> None:
    trading(town)
    file = tmp_path / "scheme.json"
    file.write_text(json.dumps({**EXAMPLE, "key": "tiers"}), "utf-8")

    with pytest.raises(Conflict, match="of the kind tiers"):
        guanxi("scheme", "save", file)

    assert told(guanxi, "scheme", "show", "tiers")["version"] == 2


def test_saving_a_scheme_sets_the_treatment_of_its_classes(
    town: Town, guanxi: Guanxi, tmp_path: Path
) -> None:
    home, abroad = EXAMPLE["classes"]
    file = tmp_path / "scheme.json"
    for band in ("A", "B"):
        classes = [{**home, "treatment": {"offer_band": band}}, abroad]
        file.write_text(json.dumps({**EXAMPLE, "classes": classes}), "utf-8")
        guanxi("scheme", "save", file)

    shown = told(guanxi, "scheme", "show", "by_country")["classes"][0]

    assert shown["treatment"]["offer_band"] == "B"


def test_a_scheme_is_saved_from_a_file_and_again(
    town: Town, guanxi: Guanxi, tmp_path: Path
) -> None:
    file = tmp_path / "scheme.json"
    file.write_text(json.dumps(EXAMPLE), "utf-8")

    first = told(guanxi, "scheme", "save", file)
    file.write_text(json.dumps({**EXAMPLE, "title_en": "Where they live"}), "utf-8")
    second = told(guanxi, "scheme", "save", file)

    assert (first["version"], second["version"]) == (1, 2)
    assert told(guanxi, "scheme", "show", "by_country")["title_en"] == "Where they live"
    file.write_text('{"key": "x"}', "utf-8")
    with pytest.raises(Invalid):
        guanxi("scheme", "save", file)
    file.write_text("no JSON", "utf-8")
    with pytest.raises(Invalid):
        guanxi("scheme", "save", file)


def test_ready_classifications_are_listed_and_taken(town: Town, guanxi: Guanxi) -> None:
    assert [one["name"] for one in told(guanxi, "scheme", "templates")] == ["finance", "retail"]
    assert guanxi("scheme", "templates").startswith("finance")
    assert told(guanxi, "scheme", "take", "finance") == {"schemes": ["finance", "finance_risk"]}


def test_key_accounts_are_decided_and_forgotten(town: Town, guanxi: Guanxi) -> None:
    ids = trading(town)

    guanxi("key-account", "decide", ids["Ann"], "--is-not", "--reason", "Moves away")
    told(guanxi, "key-account", "decide", ids["Bo"], "--reason", "Knows everybody")

    assert guanxi("key-account", "list") == f"{ids['Bo']}  Bo  Knows everybody\n"
    guanxi("key-account", "forget", ids["Ann"])
    by = {one["customer_id"]: one["by"] for one in told(guanxi, "key-account", "list")}
    assert by == {str(ids["Ann"]): "rule", str(ids["Bo"]): "hand"}
