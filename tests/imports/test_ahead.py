"""The next batch is made while one is written."""

from collections.abc import Iterator
from threading import Event

import pytest

from guanxi.imports.domain.ahead import ahead


def test_everything_comes_in_its_order() -> None:
    assert list(ahead(iter(range(100)))) == list(range(100))


def test_the_next_one_is_made_before_it_is_asked_for() -> None:
    made = Event()

    def items() -> Iterator[int]:
        yield 1
        made.set()
        yield 2

    reading = ahead(items())
    next(reading)

    assert made.wait(10)


def test_no_more_than_the_next_one_is_made() -> None:
    made = []

    def items() -> Iterator[int]:
        for number in range(10):
            made.append(number)
            yield number

    reading = ahead(items())
    next(reading)
    reading.close()  # type: ignore[attr-defined]

    assert made == [0, 1]


def test_what_goes_wrong_is_raised_in_its_turn() -> None:
    def items() -> Iterator[int]:
        yield 1
        raise ValueError

    found = []
    with pytest.raises(ValueError):
        found += ahead(items())
    reading = ahead(items())

    assert next(reading) == 1
