"""Codes made together: at once or in the background, seen once, and blocked together."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from cryptography.exceptions import InvalidTag
from plugins.loyalty.tests.vouchers.shop import NOW, Shop, basket
from sqlalchemy import text

from guanxi.sdk import Conflict, Invalid, NotFound, new_id
from guanxi_loyalty.models import CodeBatch, CodeSet
from guanxi_loyalty.vouchers.batches import (
    AT_ONCE,
    KEPT_FOR,
    BatchAsk,
    ask_codes,
    block_batch,
    block_unfetched,
    fetch,
    find_batch,
    make_some,
)
from guanxi_loyalty.vouchers.sealing import new_pair, seal, unseal
from guanxi_loyalty.vouchers.secrecy import NotUsable

MANY = AT_ONCE + 150


class Box:
    """Encrypts so that a test can see that it did."""

    def encrypt(self, plain: str) -> str:
        return f"locked:{plain}"

    def decrypt(self, encrypted: str) -> str:
        return encrypted.removeprefix("locked:")


def asked(shop: Shop, found: CodeSet, count: int, id_: UUID | None = None) -> Any:
    """Return the batch that is asked for, and its codes."""
    ask = BatchAsk(id_ or new_id(), count, 16, shop.now, "test")
    return ask_codes(shop.session, found, ask, Box())


def ready(shop: Shop, found: CodeSet, count: int = MANY) -> CodeBatch:
    """Return a large batch that is ready."""
    batch, _codes = asked(shop, found, count)
    while make_some(shop.session, now=shop.now, most=100):
        pass
    return batch


def fetched(shop: Shop, found: CodeSet, batch: CodeBatch) -> list[tuple[int, str]]:
    """Return the codes of a batch."""
    return list(fetch(shop.session, found, batch, Box(), now=shop.now))


def sealed(shop: Shop) -> int:
    """Return how many envelopes lie in the database."""
    return int(shop.session.execute(text("SELECT count(*) FROM loyalty_sealed_codes")).scalar_one())


def test_few_codes_are_made_at_once_and_work(shop: Shop) -> None:
    found = shop.set(None)

    batch, codes = asked(shop, found, 3)

    assert (batch.state, batch.made, [one.serial for one in codes]) == ("fetched", 3, [1, 2, 3])
    assert shop.redeem(basket(1000), codes[2].code).quote.discount == 100


def test_asking_twice_makes_codes_once_and_shows_them_once(shop: Shop) -> None:
    found, id_ = shop.set(None), new_id()

    first, codes = asked(shop, found, 3, id_)
    again, none = asked(shop, found, 3, id_)

    assert (again.id, len(codes), list(none)) == (first.id, 3, [])
    assert len(shop.used()) == 3
    with pytest.raises(Conflict):
        asked(shop, found, 4, id_)


def test_many_codes_are_made_part_by_part_and_fetched_once(shop: Shop) -> None:
    found = shop.set(None)
    batch, none = asked(shop, found, MANY)
    steps = []
    while make_some(shop.session, now=shop.now, most=100):
        steps.append((batch.made, batch.state))

    codes = fetched(shop, found, batch)

    assert (list(none), steps) == ([], [(100, "making"), (200, "making"), (MANY, "ready")])
    assert [serial for serial, _code in codes] == list(range(1, MANY + 1))
    assert len({code for _serial, code in codes}) == MANY
    assert shop.redeem(basket(1000), codes[-1][1]).quote.discount == 100
    assert sealed(shop) == 0
    with pytest.raises(Conflict):
        fetched(shop, found, batch)


def test_codes_that_are_still_being_made_are_not_fetched(shop: Shop) -> None:
    found = shop.set(None)
    batch, _codes = asked(shop, found, MANY)
    make_some(shop.session, now=shop.now, most=100)

    with pytest.raises(Conflict):
        fetched(shop, found, batch)


def test_codes_made_meanwhile_do_not_mix_with_a_batch(shop: Shop) -> None:
    found = shop.set(None)
    batch, _codes = asked(shop, found, MANY)
    (between,) = shop.codes(found)
    while make_some(shop.session, now=shop.now, most=100):
        pass

    block_batch(shop.session, found, batch, "lost")

    assert shop.redeem(basket(1000), between).quote.discount == 100


def test_the_database_holds_no_code_in_clear_while_it_waits(shop: Shop) -> None:
    found = shop.set(None)
    batch = ready(shop, found)
    held = shop.session.execute(text("SELECT sealed FROM loyalty_sealed_codes")).scalars().all()
    private = shop.session.execute(text("SELECT private_key FROM loyalty_code_batches")).scalar()

    codes = [code for _serial, code in fetched(shop, found, batch)]

    assert private is not None
    assert private.startswith("locked:")
    assert not any(code.encode() in bytes(one) for code in codes for one in held)


def test_an_envelope_opens_with_its_own_key_only() -> None:
    (public, private), (_other, wrong) = new_pair(), new_pair()
    envelope = seal(public, b"codes")

    assert unseal(private, envelope) == b"codes"
    with pytest.raises(InvalidTag):
        unseal(wrong, envelope)
    with pytest.raises(InvalidTag):
        unseal(private, envelope[:-1] + bytes([envelope[-1] ^ 1]))


def test_a_blocked_batch_works_no_more_but_what_was_used_stays(shop: Shop) -> None:
    found = shop.set(None)
    batch, codes = asked(shop, found, 3)
    shop.redeem(basket(1000), codes[0].code)

    assert block_batch(shop.session, found, batch, "printed twice") == 2
    with pytest.raises(NotUsable):
        shop.redeem(basket(1000), codes[1].code)
    assert shop.used() == [1, 0, 0]


def test_codes_that_nobody_fetches_are_blocked_in_the_end(shop: Shop) -> None:
    found = shop.set(None)
    batch = ready(shop, found)
    waiting = KEPT_FOR - timedelta(microseconds=1)

    assert block_unfetched(shop.session, now=NOW + waiting) == 0
    assert block_unfetched(shop.session, now=NOW + KEPT_FOR) == 1

    assert (batch.state, batch.private_key, sealed(shop)) == ("blocked", None, 0)
    blocked = text("SELECT count(*) FROM loyalty_codes WHERE blocked")
    assert shop.session.execute(blocked).scalar_one() == MANY


@pytest.mark.parametrize(("count", "length"), [(0, 16), (200_001, 16), (1, 11), (1, 41)])
def test_numbers_that_do_not_do_make_nothing(shop: Shop, count: int, length: int) -> None:
    found = shop.set(None)

    with pytest.raises(Invalid):
        ask_codes(shop.session, found, BatchAsk(new_id(), count, length, NOW, "test"), Box())


def test_a_batch_is_found_in_its_own_set_only(shop: Shop) -> None:
    batch, _codes = asked(shop, shop.set(None), 1)

    with pytest.raises(NotFound):
        find_batch(shop.session, shop.set(None), batch.id)
