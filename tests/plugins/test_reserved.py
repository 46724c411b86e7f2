"""No plugin's tables or addresses can be taken for the core's."""

import guanxi.db.all_models  # noqa: F401 -- registers the core's tables
from guanxi.cli import COMMANDS
from guanxi.db import Base
from guanxi.plugins.reserved import overlaps_core


def test_no_plugin_can_own_a_table_of_the_core() -> None:
    for table in Base.metadata.tables:
        words = table.split("_")
        prefixes = {"_".join(words[:n]) for n in range(1, len(words) + 1)}
        assert {prefix for prefix in prefixes if not overlaps_core(prefix)} == set()


def test_no_plugin_can_own_a_command_of_the_core() -> None:
    assert [name for name in COMMANDS if not overlaps_core(name)] == []


def test_fields_of_the_trade_are_free() -> None:
    theories = "segmentation loyalty surveys social scoring service pipeline journeys staff"

    for name in (*theories.split(), "connector_wechat"):
        assert not overlaps_core(name)
