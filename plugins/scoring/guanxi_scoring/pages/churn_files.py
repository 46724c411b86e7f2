"""The lists of lapse as files: whom to contact, broken rhythms; within sight of whoever asks."""

from typing import Final

from flask import Response

from guanxi.sdk import current, web
from guanxi_scoring.churn import breaks, contacting
from guanxi_scoring.churn.policy import policy_of
from guanxi_scoring.pages.blueprint import VIEW, pages
from guanxi_scoring.pages.churn import source_words, today_of
from guanxi_scoring.texts import _

MOST_IN_A_FILE: Final = 100_000


@pages.get("/lapse/customers.<ending>", permission=VIEW)
def churn_customers_file(ending: str) -> Response:
    """Whom to contact as a file, CSV or XLSX."""
    session = current.session()
    policy = policy_of(session)
    rows = contacting.to_contact(session, policy, limit=MOST_IN_A_FILE)
    header = [
        _("Customer"), _("Id"), _("Risk of lapsing"), _("From"),
        _("At stake (%(currency)s)", currency=policy.currency), _("Own threshold"),
        _("Expected gain (%(currency)s)", currency=policy.currency),
    ]  # fmt: skip
    words = source_words()
    lines = [
        [
            one.name, str(one.customer_id), round(one.p, 4), words[one.source], one.value,
            None if one.threshold is None else round(one.threshold, 4), one.gain,
        ]
        for one in rows
    ]  # fmt: skip
    return web.table_file(f"lapse.{ending}", header, lines)


@pages.get("/lapse/rhythms.<ending>", permission=VIEW)
def churn_rhythms_file(ending: str) -> Response:
    """Broken rhythms as a file, CSV or XLSX."""
    session = current.session()
    today = today_of(session)
    header = [
        _("Customer"), _("Id"), _("Came last"), _("Expected by"), _("Broken since"),
        _("Days away"), _("Gaps"), _("Mean gap in days"),
    ]  # fmt: skip
    lines = [
        [
            one.name, str(one.customer_id), one.last_on, one.due_on, one.warn_on,
            one.away(today), one.gaps, round(one.mean, 1),
        ]
        for one in breaks.broken(session, limit=MOST_IN_A_FILE)
    ]  # fmt: skip
    return web.table_file(f"rhythms.{ending}", header, lines)
