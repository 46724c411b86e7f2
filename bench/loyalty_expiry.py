"""A million lots run out: in less than 60 s, in batches, each in a transaction of its own.

``GUANXI_BENCH_LOTS`` says how many (1,000,000 by default), ten a member, which run out on ten days
one after the other. The job was at rest for as long, so all of them are due at once.
"""

import os
import resource
import time
from datetime import timedelta

from sqlalchemy import text

from bench.kept import durable_server
from bench.loyalty_club import NOW, club_on, fill
from guanxi.db.write import SYSTEM
from guanxi.platform import Platform
from guanxi_loyalty.jobs import settle_due
from guanxi_loyalty.ledger import load_unit
from guanxi_loyalty.ledger.verifying import verify

LOTS = int(os.environ.get("GUANXI_BENCH_LOTS", "1000000"))
EACH = 10
LIMIT = 60


def main() -> None:
    """Print how long it took, the longest batch, and what the check says of it afterwards."""
    with durable_server() as server, club_on(server) as (platform, _):
        fill(platform, LOTS // EACH, lots=EACH, points=3, ends=NOW + timedelta(days=1))
        took = _settle_all(platform)
        total = sum(took)
        with platform.database.read() as session:
            wrong = verify(session, load_unit(session, "club", "points").id)
            left = session.execute(text("SELECT sum(balance) FROM loyalty_accounts")).scalar_one()
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(
            f"{LOTS} lots ran out in {total:.1f} s, ratio {total / LIMIT:.2f} (limit 1): "
            f"{len(took)} batches, the longest {max(took):.2f} s; {left} units left, "
            f"{len(wrong)} mismatches; memory {memory} MB"
        )


def _settle_all(platform: Platform) -> list[float]:
    """Settle batch after batch until nothing is due; return how long each took."""
    now, took, done = NOW + timedelta(days=30), [], 1
    while done:
        started = time.perf_counter()
        with platform.database.write(SYSTEM, now=now) as session:
            done = settle_due(session, now)["accounts"]
        took.append(time.perf_counter() - started)
    return took


if __name__ == "__main__":
    main()
