"""Suggested duplicates: how many are found where the truth is known, and how fast.

The collections (FEBRL, Splink's ``fake_1000``) are read from a folder with the subfolders
``febrl`` and ``splink``, named by ``GUANXI_BENCH_DUPLICATES``. The limits: an F1 of
0.95 at the threshold for suggestions, and 100,000 customers blocked and scored in 60 seconds of
one core.
"""

import csv
import gzip
import os
import random
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

from guanxi.customers.domain.duplicates import PersonRecord, find_duplicates
from guanxi.customers.domain.family_names import COMMON_CHINESE_SURNAMES

LIMIT_F1 = 0.95
LIMIT_SECONDS = 60
PEOPLE = 100_000
GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀英霞平刚桂文华建国志红玉兰春雨晨浩宇欣怡子涵梓轩"
    "波辉健俊斌鹏飞燕玲珍莉云凤萍荣利生永海东成峰龙林全胜祥才发武新清思佳嘉雪婷慧莹琴洁"
    "梅琳素莲真环爱妹香月彩瑞凡诗颖露瑶君凝晓欢枫芸菲寒伊亚宜可姬舒影荔枝思馨蓉眉"
)


class Person(NamedTuple):
    """A record, and who it really is."""

    who: str
    record: PersonRecord


def main() -> None:
    """Print precision, recall and F1 of each collection, then the time for many people."""
    folder = os.environ.get("GUANXI_BENCH_DUPLICATES")
    if not folder:
        print("Skipped: say where the collections are, as GUANXI_BENCH_DUPLICATES.")
        return
    known = dict(read_collections(Path(folder)))
    for name, people in known.items():
        report_quality(name, people)
    models = [person for people in known.values() for person in people]
    rng = random.Random(1)  # noqa: S311 -- people, not secrets
    invented = list(invent(rng, PEOPLE, models))
    started = time.process_time()
    report_quality(f"{PEOPLE} invented", invented)
    seconds = time.process_time() - started
    print(f"{PEOPLE} invented: {seconds:.1f} s, {seconds / LIMIT_SECONDS:.2f} of the limit")


def report_quality(name: str, people: Sequence[Person]) -> None:
    """Print how the suggestions compare with the truth, over pairs."""
    truth = set(true_pairs(people))
    found = find_duplicates((number, person.record) for number, person in enumerate(people))
    suggested = {(pair.first, pair.second) for pair in found}
    right = len(truth & suggested)
    precision, recall = right / max(1, len(suggested)), right / len(truth)
    f1 = 2 * right / (len(truth) + len(suggested))
    print(
        f"{name}: precision {precision:.4f}, recall {recall:.4f}, F1 {f1:.4f}, "
        f"{f1 / LIMIT_F1:.3f} of the limit"
    )


def true_pairs(people: Sequence[Person]) -> Iterator[tuple[int, int]]:
    """Yield the pairs of records that are one person."""
    records = defaultdict(list)
    for number, person in enumerate(people):
        records[person.who].append(number)
    for numbers in records.values():
        yield from combinations(numbers, 2)


def read_collections(folder: Path) -> Iterator[tuple[str, list[Person]]]:
    """Yield the collections that are there."""
    for file in sorted((folder / "febrl").glob("dataset[123].csv.gz")):
        with gzip.open(file, "rt", encoding="utf-8", newline="") as lines:
            rows = csv.DictReader(lines, skipinitialspace=True)
            yield f"FEBRL {file.name[7]}", [febrl_person(row) for row in rows]
    with (folder / "splink" / "fake_1000.csv").open(encoding="utf-8", newline="") as lines:
        yield "Splink", [splink_person(row) for row in csv.DictReader(lines)]


def febrl_person(row: Mapping[str, str]) -> Person:
    """Return a FEBRL record; its social security number, which gives all away, is left out."""
    record = PersonRecord(
        family=row["surname"],
        given=row["given_name"],
        birthday=day(row["date_of_birth"]),
        street=" ".join((row["street_number"], row["address_1"], row["address_2"])),
        city=row["suburb"],
        postcode=row["postcode"],
    )
    return Person(row["rec_id"].split("-")[1], record)


def splink_person(row: Mapping[str, str]) -> Person:
    """Return a record of ``fake_1000``."""
    record = PersonRecord(
        family=row["surname"],
        given=row["first_name"],
        birthday=day(row["dob"].replace("-", "")),
        city=row["city"],
        emails=[row["email"]] if row["email"] else [],
    )
    return Person(row["cluster"], record)


def day(digits: str) -> date | None:
    """Return a date; some are damaged so much that they are none."""
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None


def invent(rng: random.Random, count: int, models: Sequence[Person]) -> Iterator[Person]:
    """Yield Chinese and English customers, a tenth of them entered a second time with a slip."""
    chinese = sorted(COMMON_CHINESE_SURNAMES)
    last: Person | None = None
    for number in range(count):
        if last and rng.random() < 0.1:
            yield again(rng, last)
            last = None
            continue
        model = rng.choice(models).record
        family, given = rng.choice(models).record.family, model.given
        if rng.random() < 0.6:
            family, given = (
                rng.choice(chinese),
                "".join(rng.choices(GIVEN, k=rng.choice((1, 2, 2, 2)))),
            )
        last = Person(str(number), customer(rng, family, given, rng.choice(models).record))
        yield last


def customer(rng: random.Random, family: str, given: str, place: PersonRecord) -> PersonRecord:
    """Return a person of whom, as is usual, not everything is known."""
    birthday = date(1940, 1, 1) + timedelta(days=rng.randrange(25_000))
    street = place.street.lstrip("0123456789 ")
    phone, mailbox = f"+861{rng.randrange(3 * 10**9, 10**10)}", f"{rng.randrange(10**9)}"
    return PersonRecord(
        family=family,
        given=given,
        birthday=birthday if rng.random() < 0.7 else None,
        street=f"{rng.randrange(200)} {street}" if rng.random() < 0.6 else "",
        city=place.city if rng.random() < 0.9 else "",
        postcode=place.postcode if rng.random() < 0.6 else "",
        phones=[phone] if rng.random() < 0.7 else [],
        emails=[f"{mailbox}@{rng.choice(('qq.com', '163.com'))}"] if rng.random() < 0.5 else [],
    )


def again(rng: random.Random, person: Person) -> Person:
    """Return the same person with a letter mistyped and some values forgotten."""
    one = person.record
    family = one.family
    if len(family) > 2:
        at = rng.randrange(len(family))
        family = family[:at] + rng.choice("aeinrt") + family[at + 1 :]
    return Person(
        person.who,
        PersonRecord(
            family=family,
            given=one.given,
            birthday=one.birthday if rng.random() < 0.7 else None,
            street=one.street,
            city=one.city,
            postcode=one.postcode,
            phones=one.phones if rng.random() < 0.7 else [],
            emails=one.emails,
        ),
    )


if __name__ == "__main__":
    main()
