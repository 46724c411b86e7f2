"""The lines on the page about webhooks accept what Guanxi signs, and nothing else."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.docs.blocks import ROOT, blocks_of

from guanxi.webhooks.domain.secrets import new_secret, signed_headers

BODY = '{"type":"CustomerChanged"}'
NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)


@pytest.fixture
def is_genuine() -> Callable[..., bool]:
    (shown,) = [
        block
        for block in blocks_of(ROOT / "docs" / "how-to" / "webhooks.md")
        if block.language == "python"
    ]
    names: dict[str, Any] = {}
    exec(compile(shown.text, str(shown), "exec"), names)  # our own page
    function: Callable[..., bool] = names["is_genuine"]
    return function


def test_it_accepts_a_delivery_signed_with_the_old_and_the_new_secret(
    is_genuine: Callable[..., bool],
) -> None:
    old, new = new_secret(), new_secret()
    headers = signed_headers("msg_1", BODY, [old, new], at=NOW)

    assert is_genuine(old, headers, BODY, now=NOW.timestamp())
    assert is_genuine(new, headers, BODY, now=NOW.timestamp())


def test_it_refuses_another_secret_another_body_and_an_old_delivery(
    is_genuine: Callable[..., bool],
) -> None:
    secret = new_secret()
    headers = signed_headers("msg_1", BODY, [secret], at=NOW)
    later = (NOW + timedelta(minutes=6)).timestamp()

    assert not is_genuine(new_secret(), headers, BODY, now=NOW.timestamp())
    assert not is_genuine(secret, headers, BODY + " ", now=NOW.timestamp())
    assert not is_genuine(secret, headers, BODY, now=later)
