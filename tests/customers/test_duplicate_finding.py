"""Duplicates found among records of which it is known who is whom."""

import csv
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date
from itertools import combinations
from pathlib import Path

from guanxi.customers.domain.duplicates import PersonRecord, find_duplicates

DATA = Path(__file__).parent / "data"
Row = dict[str, str]


def test_nearly_all_of_febrl_is_found_and_nothing_else() -> None:
    precision, recall = quality(
        "febrl1_sample.csv", febrl_person, lambda row: row["rec_id"].split("-")[1]
    )

    assert precision >= 0.99
    assert recall >= 0.98


def test_most_of_the_much_damaged_records_of_splink_are_found() -> None:
    precision, recall = quality("splink_sample.csv", splink_person, lambda row: row["cluster"])

    assert precision >= 0.97
    assert recall >= 0.90


def test_a_pair_below_the_threshold_is_not_found() -> None:
    records = [(1, PersonRecord(full="王之俊")), (2, PersonRecord(full="王之峻"))]

    assert [(f.first, f.second) for f in find_duplicates(records, threshold=0.1)] == [(1, 2)]
    assert list(find_duplicates(records, threshold=0.999)) == []


def quality(
    file: str, person: Callable[[Row], PersonRecord], who: Callable[[Row], str]
) -> tuple[float, float]:
    """Return precision and recall over pairs at the threshold for suggestions."""
    with (DATA / file).open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    truth = set(true_pairs([who(row) for row in rows]))
    found = find_duplicates((number, person(row)) for number, row in enumerate(rows))
    suggested = {(pair.first, pair.second) for pair in found}
    return len(suggested & truth) / len(suggested), len(suggested & truth) / len(truth)


def true_pairs(people: list[str]) -> Iterator[tuple[int, int]]:
    rows_of = defaultdict(list)
    for number, name in enumerate(people):
        rows_of[name].append(number)
    for rows in rows_of.values():
        yield from combinations(rows, 2)


def febrl_person(row: Row) -> PersonRecord:
    return PersonRecord(
        family=row["surname"],
        given=row["given_name"],
        birthday=day(row["date_of_birth"]),
        street=" ".join((row["street_number"], row["address_1"], row["address_2"])),
        city=row["suburb"],
        postcode=row["postcode"],
    )


def splink_person(row: Row) -> PersonRecord:
    return PersonRecord(
        family=row["surname"],
        given=row["first_name"],
        birthday=day(row["dob"].replace("-", "")),
        city=row["city"],
        emails=[row["email"]] if row["email"] else [],
    )


def day(digits: str) -> date | None:
    """Return a date; some are damaged so much that they are none."""
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None
