"""What the tests of working together share: colleagues, and customers that they look after."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from guanxi.customers.domain.creating import create_customer
from guanxi.customers.domain.drafts import CustomerDraft
from guanxi.db import Actor
from guanxi.platform import Platform
from guanxi.testkit.clients import ApiClient
from guanxi.testkit.factories import Factories
from guanxi.testkit.fixtures import NOW

As = Callable[[UUID], ApiClient]


@pytest.fixture
def as_user(app: Flask, factories: Factories) -> As:
    """``as_user(user_id)`` is a program with that colleague's token."""
    return lambda user_id: ApiClient(app, factories.token(user_id=user_id))


def writing(platform: Platform, actor: Actor | None = None) -> Any:
    """Open a transaction."""
    return platform.database.write(actor or Actor("system", "test"), now=NOW)


def customer(platform: Platform, name: str, owner: UUID | None = None) -> UUID:
    """Create a customer."""
    with writing(platform) as session:
        return create_customer(session, CustomerDraft(name=name, owner_id=owner), now=NOW).id
