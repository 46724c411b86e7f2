"""Tokens for the quick search: how many a customer has, and what they cost an import.

Names are read from a folder of name lists (``*_Names_Corpus_*.txt.gz``, one name a line after a
header of three), named by ``GUANXI_BENCH_NAMES``. The limits: 60 tokens and 60
microseconds a customer on average.
"""

import gzip
import os
import random
import time
from pathlib import Path

from guanxi.customers.domain.search import Candidate, query_tokens, rank, search_tokens

LIMIT_TOKENS = 60
LIMIT_MICROSECONDS = 60
SAMPLE = 20_000
DOMAINS = ("qq.com", "163.com", "gmail.com", "example.com.cn")


def main() -> None:
    """Print both figures for each list, and what ranking 200 customers takes."""
    folder = os.environ.get("GUANXI_BENCH_NAMES")
    if not folder:
        print("Skipped: say where the lists of names are, as GUANXI_BENCH_NAMES.")
        return
    rng = random.Random(1)  # noqa: S311 -- people, not secrets
    for file in sorted(Path(folder).glob("*_Names_Corpus_*.txt.gz")):
        customers = invent(rng, read_names(file))
        search_tokens(*customers[0])  # loads the dictionaries
        started = time.process_time()
        sizes = [len(search_tokens(*customer)) for customer in customers]
        micros = (time.process_time() - started) / len(customers) * 1e6
        tokens = sum(sizes) / len(sizes)
        print(
            f"{file.name.split('_')[0]}: {tokens:.1f} tokens ({tokens / LIMIT_TOKENS:.2f} of the "
            f"limit), {micros:.1f} µs ({micros / LIMIT_MICROSECONDS:.2f} of the limit)"
        )
        report_ranking(customers[:200])


def report_ranking(customers: list[Candidate]) -> None:
    """Print the time to order the rows found, at their first and second sight."""
    query = query_tokens("zhang san")
    for sight in ("first", "second"):
        started = time.process_time()
        for customer in customers:
            rank(query, customer)
        print(f"  ranking 200, {sight} sight: {(time.process_time() - started) * 1e3:.1f} ms")


def read_names(file: Path) -> list[str]:
    """Return the names of one list."""
    text = gzip.decompress(file.read_bytes()).decode("utf-8-sig")
    return [line.strip() for line in text.splitlines()[3:] if line.strip()]


def invent(rng: random.Random, names: list[str]) -> list[Candidate]:
    """Return customers with a name of the list, an e-mail address, a phone and an id.

    A list of single English words is drawn from twice, for given and family name.
    """
    drawn = rng.choices(names, k=SAMPLE)
    if names[0].isascii():
        drawn = [
            f"{one} {other}" for one, other in zip(drawn, rng.choices(names, k=SAMPLE), strict=True)
        ]
    return [
        Candidate(
            (name,),
            (f"li.ming{rng.randrange(1000)}@{rng.choice(DOMAINS)}",),
            (f"+861{rng.randrange(3 * 10**9, 10**10)}",),
            (str(rng.randrange(10_000, 99_999)),),
        )
        for name in drawn
    ]


if __name__ == "__main__":
    main()
