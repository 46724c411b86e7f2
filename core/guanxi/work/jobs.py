"""Background work of working together: the nightly tasks to fill gaps."""

from guanxi.clock import utc_now
from guanxi.db.write import SYSTEM
from guanxi.errors import GuanxiError
from guanxi.platform import Platform
from guanxi.work.domain.gap_tasks import incomplete, make_gap_task


def fill_gaps(platform: Platform) -> int:
    """Make tasks for records less complete than the settings ask; return how many.

    The job ``work.fill_gaps``; a customer whose owner may not see them is passed over.
    """
    below = platform.settings.get("core")["gap_tasks_below"]
    now = utc_now()
    if not below:
        return 0
    with platform.database.read() as session:
        found = incomplete(session, below, now=now)
    made = 0
    for customer_id in found:
        try:
            with platform.database.write(SYSTEM, now=now) as session:
                make_gap_task(session, customer_id, now=now)
        except GuanxiError:
            continue
        made += 1
    return made
