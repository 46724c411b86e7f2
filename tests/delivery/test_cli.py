"""``guanxi events``."""

import json
from contextlib import nullcontext

import pytest
from click.testing import CliRunner
from tests.delivery.notebook import changed
from tests.delivery.plugin import READING
from tests.delivery.test_at_work import delivery_of, switch

from guanxi.command import CommandContext
from guanxi.delivery.at_work import ReadersAtWork
from guanxi.delivery.cli import events_group
from guanxi.errors import GuanxiError
from guanxi.ids import new_id


@pytest.fixture
def running(folder, open_platform):
    folder.add("sample", READING)
    platform = open_platform()
    switch(platform)
    return platform


@pytest.fixture
def guanxi(running, config):
    """``guanxi("tail")`` runs a command and returns its lines."""

    def run(*arguments):
        context = CommandContext(
            config, lambda *_: running, lambda _: nullcontext(running.database.url)
        )
        result = CliRunner().invoke(
            events_group, [*map(str, arguments)], obj=context, catch_exceptions=False
        )
        assert result.exit_code == 0, result.output
        return result.output.splitlines()

    return run


def test_tail_shows_what_happened(guanxi, append):
    customer = new_id()
    append(changed(customer, "name"))

    (line,) = guanxi("tail")

    position, _, kind, who, actor = line.split("\t")
    assert (position, kind, who, actor) == ("1", "CustomerChanged", str(customer), "test")


def test_tail_as_json_has_the_payload(guanxi, append):
    append(changed(new_id(), "name"))

    (line,) = guanxi("tail", "--json", "--after", 0)

    assert json.loads(line)["payload"] == {"fields": ["name"]}


def test_lag_shows_each_reader(guanxi, append, running):
    delivery_of(running)()
    append(changed(new_id(), "name"))

    lines = {line.split("\t")[0]: line.split("\t")[1] for line in guanxi("lag")}

    assert lines == dict.fromkeys(ReadersAtWork(running)().readers, "1 events")
    assert len(guanxi("lag", "--parts")) == 8 * len(lines)


def test_parked_retry_and_skip(guanxi, append, running, database, notebook):
    append(changed(new_id(), "a"))
    with database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE seen RENAME TO elsewhere")
    delivery_of(running)()
    ((reader, position, _, state, _, _, error),) = [
        line.split("\t") for line in guanxi("parked", "sample")
    ]
    assert (reader, position, state) == ("sample", "1", "retrying")
    assert error.startswith("ProgrammingError")

    assert guanxi("retry", "sample", 1) == ["1 to be tried again by a worker."]
    assert guanxi("skip", "sample", 1) == ["sample leaves out event 1."]
    assert guanxi("parked") == []
    assert len(guanxi("parked", "--skipped")) == 1


def test_replay_reads_again(guanxi, append, running, notebook):
    append(changed(new_id(), "a"))
    delivery_of(running)()

    assert guanxi("replay", "sample") == ["sample reads again from position 0."]
    assert guanxi("replay", "sample", "--from", "2099-01-01") == [
        "Nothing was recorded since then."
    ]
    delivery_of(running)()
    assert notebook.notes("sample") == ["a"]


def test_replay_of_the_facts_makes_them_anew(guanxi, running):
    delivery_of(running)()

    assert guanxi("replay", "core.facts") == ["core.facts was made anew from the tables."]


def test_replay_of_nobody_is_refused(guanxi):
    with pytest.raises(GuanxiError, match="nobody is no plugin that reads events"):
        guanxi("replay", "nobody")


def test_an_instant_that_is_none_is_refused(guanxi, running):
    delivery_of(running)()

    with pytest.raises(GuanxiError, match="yesterday is no instant"):
        guanxi("replay", "sample", "--from", "yesterday")


def test_start_from_now_leaves_history_out(guanxi, append, running, notebook):
    append(changed(new_id(), "before"))

    assert guanxi("start", "sample", "--from-now") == ["sample will read from now on."]
    delivery_of(running)()

    assert notebook.notes("sample") == []
