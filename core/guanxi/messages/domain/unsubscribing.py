"""Unsubscribe links (退订链接): signed, so that nobody unsubscribes others by guessing."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy.orm import Session

from guanxi.customers.domain.consents import ANY, Decision, record_consent
from guanxi.customers.domain.faults import NoSuchCustomer
from guanxi.errors import NotFound

EVIDENCE = "unsubscribe link"


class Subscription(NamedTuple):
    """What a link ends."""

    customer_id: UUID
    channel: str
    purpose: str


class UnsubscribeLinks:
    """Makes and reads links; they never expire, since old mails are opened, too.

    :param key: the installation's signing key.
    :param base_url: how people reach this installation.
    """

    def __init__(self, key: str, base_url: str) -> None:
        self._signer = URLSafeSerializer(key, salt="unsubscribe")
        self._base_url = base_url

    def url(self, subscription: Subscription) -> str:
        """Return the address of the page that ends ``subscription``."""
        customer_id, channel, purpose = subscription
        token = self._signer.dumps([customer_id.hex, channel, purpose])
        return f"{self._base_url}/messages/unsubscribe/{token}"

    def read(self, token: str) -> Subscription:
        """Return what a link ends.

        :raises NotFound: it is not one of ours.
        """
        try:
            customer, channel, purpose = self._signer.loads(token)
            return Subscription(UUID(customer), str(channel), str(purpose))
        except (BadData, ValueError, TypeError, AttributeError):
            raise NotFound("This link is not whole. Open it from the message once more.") from None


def unsubscribe(
    session: Session, subscription: Subscription, *, everywhere: bool, now: datetime
) -> None:
    """Record that the customer withdrew the consent; nothing to do for one who is gone.

    :param everywhere: on all channels, not only on the message's.
    """
    channels = (subscription.channel, ANY) if everywhere else (subscription.channel,)
    decisions = [
        Decision(channel, subscription.purpose, given=False, evidence=EVIDENCE)
        for channel in channels
    ]
    try:
        record_consent(session, subscription.customer_id, decisions, now=now)
    except NoSuchCustomer:
        return
