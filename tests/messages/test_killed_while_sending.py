"""The worker is killed at every statement while it sends a mail: at most one mail ever goes out.

What nobody can know, whether the mail server had taken it, is shown to staff as *unknown*.
"""

import os
import signal
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import event
from tests.messages.conftest import NOON, Mailbox, Make, look, queue

from guanxi.messages.domain.outcomes import SENDING_AT_MOST
from guanxi.messages.jobs import send, sweep
from guanxi.platform import Platform

LATER = NOON + SENDING_AT_MOST + timedelta(minutes=1)


def killed_at(platform: Platform, statement: int, act: Callable[[], object]) -> bool:
    """Do something in a process that is killed at a statement; False if it ended before."""
    platform.database.dispose()
    pid = os.fork()
    if pid == 0:
        try:
            left = iter(range(1, statement))

            def count(*_about: object) -> None:
                if next(left, None) is None:
                    os.kill(os.getpid(), signal.SIGKILL)

            event.listen(platform.database.engine, "before_cursor_execute", count)
            event.listen(platform.database.engine, "commit", count)
            act()
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) != 0


@pytest.mark.faults
def test_a_mail_goes_out_once_or_its_outcome_is_shown_as_unknown(
    office: Platform, mailbox: Mailbox, make: Make
) -> None:
    customer = make("Ada", email="ada@example.com")
    found = set()
    for statement in range(1, 200):
        mailbox.mails.clear()
        message = queue(office, customer)
        killed = killed_at(office, statement, partial(send, office, message.id, now=NOON))
        taken = len(mailbox.mails)
        sweep(office, now=LATER)
        sweep(office, now=LATER + timedelta(hours=1))
        found.add((killed, taken, look(office, message).state, len(mailbox.mails)))
        if not killed:
            break

    assert found == {
        (True, 0, "sent", 1),  # killed before it was claimed: the sweep sends it
        (True, 1, "unknown", 1),  # killed after the mail server had taken it
        (True, 1, "sent", 1),  # killed right after that was stored
        (False, 1, "sent", 1),
    }
