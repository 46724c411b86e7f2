"""What pages and API check of an endpoint beyond the rules: may that address be called at all?"""

from collections.abc import Collection

from guanxi.http import current
from guanxi.http.outbound import Outbound, OutboundRefused
from guanxi.webhooks.domain.endpoints import EndpointDraft
from guanxi.webhooks.domain.faults import InvalidEndpoint


def known_events() -> Collection[str]:
    """Return the names of all events that the log may hold."""
    return current.platform().vocabulary.classes.keys()


def checked_draft(draft: EndpointDraft) -> EndpointDraft:
    """Return ``draft`` if its address has a form that is called.

    Where its name leads is checked at each call, not here: names change.

    :raises InvalidEndpoint: it is never called.
    """
    allowed = current.platform().settings.get("core")["outbound_allowed"]
    try:
        Outbound(allowed).check(draft.url)
    except OutboundRefused as refused:
        raise InvalidEndpoint(refused.message, field="url", **refused.params) from None
    return draft
