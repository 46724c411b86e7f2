"""After a restore: erase again whom a journal of erasures names, since the backup was older."""

from pathlib import Path

from guanxi.clock import utc_now
from guanxi.db import Actor
from guanxi.platform import Platform
from guanxi.privacy import journal
from guanxi.privacy.domain.erasing import erase_person
from guanxi.privacy.files import remove_files
from guanxi.privacy.jobs import journal_path


def reapply(platform: Platform, file: Path, actor: Actor) -> int:
    """Erase everybody whom ``file`` names and the database still holds; return how many.

    :raises JournalDamaged: a line cannot be read; nobody is erased then.
    """
    with platform.database.read() as session:
        due = journal.due(session, list(journal.read(file)))
    for customer_id in due:
        now = utc_now()
        with platform.database.write(actor, now=now, dispatcher=platform.dispatcher) as session:
            files = erase_person(session, customer_id, now=now)
        remove_files(platform, files)
    with platform.database.read() as session:
        journal.complete(journal_path(platform), session)
    return len(due)
