"""Reasons in words."""

import pytest

from guanxi.customers.domain.duplicates import explain, weights
from guanxi.customers.domain.duplicates.reasons import KINDS

TABLES = [table for table in vars(weights).values() if isinstance(table, dict) and "same" in table]


@pytest.mark.parametrize("table", TABLES)
def test_every_kind_of_evidence_has_words(table: dict[str, float]) -> None:
    assert set(table) <= set(KINDS)


def test_a_reason_is_a_field_and_what_was_seen() -> None:
    assert explain("birthday", "typo") == "Birthday: differs by a slip"


def test_a_reason_of_another_version_is_shown_as_it_is() -> None:
    assert explain("shoe_size", "equal") == "shoe_size: equal"
