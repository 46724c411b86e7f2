"""Customers in a pasted list: by e-mail, phone, number of another system, id."""

from uuid import uuid4

from tests.customers.conftest import Make, Write

from guanxi.access.principal import Principal
from guanxi.customers.domain.merging import merge_customers
from guanxi.customers.domain.recognising import recognise
from guanxi.db import Database
from guanxi.testkit.fixtures import NOW


def test_words_of_every_kind_name_their_customer(make: Make, database: Database) -> None:
    """In the order of the words; who is not known stays unknown."""
    ann = make("Ann", email="ann@example.com")
    bo = make("Bo", phone="+44 20 7946 0958")
    cy = make("Cy", external="C-17")

    words = ["C-17", "ANN@example.com", "020 7946 0958", str(bo), "nobody@example.com", "'; --"]
    with database.read() as session:
        found = recognise(session, words, region="GB")

    assert list(found.items()) == list(zip(words, [cy, ann, bo, bo, None, None], strict=True))


def test_what_could_not_be_stored_is_nobody(database: Database) -> None:
    words = ["a\0b", "\ud800", "a\0@example.com", "+44 20\0", "9" * 10_000]

    with database.read() as session:
        assert recognise(session, words, region="GB") == dict.fromkeys(words)


def test_a_merged_customer_is_the_one_it_became(
    make: Make, write: Write, database: Database
) -> None:
    """Lists on paper are older than merges."""
    kept, merged = make("Ann"), make("Ann")
    with write() as session:
        merge_customers(session, kept, merged, now=NOW)

    with database.read() as session:
        assert recognise(session, [str(merged)], region="GB") == {str(merged): kept}


def test_nobody_out_of_sight_is_recognised(make: Make, guarded: Database) -> None:
    """Neither by id nor by e-mail: an answer would tell that they are there."""
    ann = make("Ann", email="ann@example.com")
    somebody = Principal(uuid4(), "Somebody", scope="own")

    words = [str(ann), "ann@example.com"]
    with guarded.read(somebody) as session:
        assert recognise(session, words, region="GB") == dict.fromkeys(words)
