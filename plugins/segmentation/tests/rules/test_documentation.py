"""The page about rules is right: its documents are rules, its tables name what there is."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from plugins.segmentation.tests.rules.documents import CATALOGUE

from guanxi_segmentation.rules import Names, parse, sentence
from guanxi_segmentation.rules.operators import MEASURES, OPERATORS

PAGE = Path(__file__).resolve().parents[4] / "docs" / "how-to" / "segment-rules.md"
TEXT = PAGE.read_text("utf-8")
BLOCKS = [json.loads(one) for one in re.findall(r"```json\n(.*?)```", TEXT, re.DOTALL)]


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: str(block)[:60])
def test_every_document_of_the_page_is_a_rule(block: dict[str, Any]):
    assert parse(block, CATALOGUE)


def test_the_page_has_a_document_of_every_part():
    assert len(BLOCKS) == 4


def test_the_sentence_of_the_page_is_the_one_that_is_shown():
    shown = sentence(parse(BLOCKS[0], CATALOGUE), "en", Names(CATALOGUE))

    assert shown in " ".join(TEXT.split())


def _tables() -> dict[str, set[str]]:
    """Operators by type, as the page's table of attributes lists them."""
    found: dict[str, set[str]] = {type_: set() for type_ in OPERATORS}
    rows = re.findall(r"^\| (?!type )([a-z, ]+) \| (`[^|]+) \|", TEXT, re.MULTILINE)
    for types, operators in rows:
        named = OPERATORS if types == "all" else types.split(", ")
        for type_ in named:
            found[type_] |= set(re.findall(r"`(\w+)`", operators))
    return found


def test_the_page_names_every_operator_of_every_type():
    assert _tables() == {type_: set(operators) for type_, operators in OPERATORS.items()}


def test_the_page_names_every_measure():
    rows = re.findall(r"^\| ((?:`\w+`(?:, )?)+) \| [^|]+\| (?:0|missing) \|", TEXT, re.MULTILINE)

    assert {word for row in rows for word in re.findall(r"`(\w+)`", row)} == set(MEASURES)
