"""Promises about what a plugin derives from events, and what it stores about people."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from guanxi.clock import utc_now
from guanxi.db import json
from guanxi.plugins.contribution import Contribution
from guanxi.testkit.conformance.base import ACTOR, Promises
from guanxi.testkit.conformance.story import Row, Story, customer_columns, rows_about, stored

PERSONAL = (
    "customer_data_erase",
    "customer_data_export",
    "customer_data_merge",
    "customer_data_unmerge",
)
PLAIN = (str, int, float, bool, Decimal, date, UUID)
"""What an exported value may be, beside dict, list and None."""


class DataPromises(Promises):
    """A replay doubles nothing; people's data can be exported, erased, merged and unmerged."""

    def test_a_replay_gives_the_same_state(self, story: Story, brings: Contribution) -> None:
        """What is derived comes from events alone, so they may be read again at any time."""
        reader = story.reader()
        if reader is None or brings.models is None:
            pytest.skip("It derives nothing from events.")
        assert reader.replay_started is not None, "It must implement on_replay_started."
        story.tell()
        story.deliver()
        first = self._stored(story, brings)
        story.replay()

        assert self._stored(story, brings) == first

    def test_it_answers_for_what_it_stores_about_people(self, brings: Contribution) -> None:
        """Whoever refers to customers implements all four ``customer_data_*`` hooks."""
        _skip_without_people(brings)

        assert [hook for hook in PERSONAL if hook not in brings.hooks] == []

    def test_what_it_exports_is_plain_data(self, story: Story, brings: Contribution) -> None:
        """The person gets a file, so the values must fit into one."""
        _skip_without_people(brings)
        customer_id, _ = story.tell()
        story.deliver()

        exported = _call(story, "customer_data_export", customer_id=customer_id)

        assert exported is None or isinstance(exported, dict)
        assert list(_not_plain(exported)) == []

    def test_nothing_is_left_of_an_erased_customer(
        self, story: Story, brings: Contribution
    ) -> None:
        """And everything of the others."""
        _skip_without_people(brings)
        erased, other = story.tell()
        story.deliver()
        about_other = rows_about(story.platform, brings.models, other)

        _call(story, "customer_data_erase", customer_id=erased, now=utc_now())

        left = {table for table, _ in rows_about(story.platform, brings.models, erased)}
        assert left <= set(self.keeps_after_erasure)
        assert rows_about(story.platform, brings.models, other) == about_other

    def test_a_merge_moves_everything_and_can_be_taken_back(
        self, story: Story, brings: Contribution
    ) -> None:
        """What it returns from the merge is kept as JSON and handed back."""
        _skip_without_people(brings)
        kept, merged = story.tell()
        story.deliver()
        before = self._stored(story, brings)
        both = {"kept_id": kept, "merged_id": merged, "now": utc_now()}

        undo = _call(story, "customer_data_merge", **both)
        left = rows_about(story.platform, brings.models, merged)
        _call(story, "customer_data_unmerge", **both, undo=json.loads(json.dumps(undo)))

        assert left == []
        assert self._stored(story, brings) == before

    def _stored(self, story: Story, brings: Contribution) -> list[Row]:
        return stored(story.platform, brings.models, self.volatile)


def _not_plain(value: Any) -> Iterator[Any]:
    if isinstance(value, Mapping):
        value = [*value.keys(), *value.values()]
    if isinstance(value, list | tuple):
        for item in value:
            yield from _not_plain(item)
    elif value is not None and not isinstance(value, PLAIN):
        yield value


def _skip_without_people(brings: Contribution) -> None:
    if not customer_columns(brings.models):
        pytest.skip("It stores nothing about customers.")


def _call(story: Story, hook: str, **offered: Any) -> Any:
    """Call the plugin's own implementation in a transaction, as the core does."""
    platform = story.platform
    (implementation,) = [
        found
        for found in platform.dispatcher.implementations(hook, everyone=True)
        if found.plugin == story.plugin
    ]
    with platform.database.write(ACTOR, now=utc_now()) as session:
        return platform.dispatcher.call(implementation, {"session": session, **offered})
