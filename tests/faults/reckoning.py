"""What must hold in the database, compared with what was acknowledged."""

import time
from collections import Counter

from sqlalchemy import text
from sqlalchemy.engine import Engine
from sqlalchemy.exc import OperationalError
from tests.faults.traffic import Acknowledged

PLUGIN = """
from guanxi.sdk.rewards import grant
from sqlalchemy import text

INSERT = text(
    "INSERT INTO kills_seen (position, customer_id, kind) VALUES (:position, :customer, :kind)"
)

def write_down(session, events):
    for event in events:
        values = {"position": event.position, "customer": event.customer_id}
        session.execute(INSERT, values | {"kind": type(event).__name__})

@hookimpl
def on_customers_created(session, events):
    write_down(session, events)

@hookimpl
def on_customers_changed(session, events):
    write_down(session, events)

@hookimpl
def on_touchpoints_recorded(session, events):
    write_down(session, events)

@hookimpl
def register_reward_kinds():
    return [RewardKind("points", Text("Points", "Points"))]

@hookimpl
def on_rewards_requested(session, events):
    write_down(session, events)
    for event in events:
        grant(session, event.reward_id, now=event.recorded_at, fulfilled_by="kills")
"""
"""The hooks of a plugin that writes down each event and grants each reward that is asked for.

Nothing in its table forbids doubles.
"""

TABLE = """
CREATE TABLE kills_seen (
    number bigint GENERATED ALWAYS AS IDENTITY, position bigint, customer_id uuid, kind text
)
"""
_MARKS = {
    "customers": "SELECT display_name FROM customers",
    "touchpoints": "SELECT subject FROM touchpoints",
    "rewards": "SELECT reason FROM rewards",
}
_CHANGES = {
    "events": "SELECT customer_id::text, count(*) FROM events WHERE kind = 'CustomerChanged' "
    "GROUP BY 1",
    "audit": "SELECT subject_id, count(*) FROM audit_entries WHERE action = 'customer.changed' "
    "GROUP BY 1",
}
# Of each thing, how many events and how many audit entries tell of its beginning: one and one.
_TOLD_ONCE = """
    SELECT '{table}', t.id::text, e.times, a.times FROM {table} t
    LEFT JOIN (SELECT {id} AS id, count(*) AS times FROM events
               WHERE kind = '{kind}' GROUP BY 1) e ON e.id = t.id::text
    LEFT JOIN (SELECT subject_id AS id, count(*) AS times FROM audit_entries
               WHERE action = '{action}' GROUP BY 1) a ON a.id = t.id::text
    WHERE e.times IS DISTINCT FROM 1 OR a.times IS DISTINCT FROM 1
"""
_BEGINNINGS = (
    ("customers", "customer_id::text", "CustomerCreated", "customer.created"),
    ("touchpoints", "payload->>'touchpoint_id'", "TouchpointRecorded", "touchpoint.recorded"),
    ("rewards", "payload->>'reward_id'", "RewardRequested", "reward.requested"),
)
_EVENTS_OF_NOTHING = """
    SELECT count(*) FROM events e WHERE NOT EXISTS (
        SELECT FROM customers WHERE id = e.customer_id
    ) OR kind = 'TouchpointRecorded' AND NOT EXISTS (
        SELECT FROM touchpoints WHERE id::text = e.payload->>'touchpoint_id'
    ) OR kind = 'RewardRequested' AND NOT EXISTS (
        SELECT FROM rewards WHERE id::text = e.payload->>'reward_id'
    )
"""
_READ_BY_PLUGIN = (
    "kind IN ('CustomerCreated', 'CustomerChanged', 'TouchpointRecorded', 'RewardRequested')"
)
_GRANTED = """
    SELECT r.state, e.times FROM rewards r LEFT JOIN (
        SELECT payload->>'reward_id' AS id, count(*) AS times FROM events
        WHERE kind = 'RewardGranted' GROUP BY 1
    ) e ON e.id = r.id::text GROUP BY 1, 2
"""
_OUT_OF_ORDER = """
    SELECT count(*) FROM (
        SELECT position, lag(position) OVER (PARTITION BY customer_id ORDER BY number) AS before
        FROM kills_seen
    ) s WHERE before > position
"""


class Reckoning:
    """Asks one database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def nothing_is_lost_or_doubled(self, done: Acknowledged) -> None:
        """Check while changes go on: what was acknowledged is there, and nothing is there twice."""
        for name, query in _MARKS.items():
            found = Counter(mark for (mark,) in self._ask(query))
            assert [mark for mark, times in found.items() if times > 1] == []
            assert set(getattr(done, name)) - set(found) == set()

    def everything_is_as_acknowledged(self, done: Acknowledged) -> None:
        """Check when no change is under way: neither more nor less than was acknowledged."""
        for name, query in _MARKS.items():
            assert sorted(mark for (mark,) in self._ask(query)) == sorted(getattr(done, name))
        for query in _CHANGES.values():
            assert Counter(dict(self._ask(query))) == done.changes

    def each_change_is_told_once(self) -> None:
        """Check that the log has one event and the audit one entry per change, and no others."""
        for table, identity, kind, action in _BEGINNINGS:
            query = _TOLD_ONCE.format(table=table, id=identity, kind=kind, action=action)
            assert self._ask(query) == []
        assert self._ask(_EVENTS_OF_NOTHING) == [(0,)]

    def is_delivered(self) -> bool:
        """Tell whether the plugin has seen as many events as there are for it."""
        return self._ask("SELECT count(*) FROM kills_seen") >= self._ask(
            f"SELECT count(*) FROM events WHERE {_READ_BY_PLUGIN}"
        )

    def each_event_took_effect_once_and_in_order(self) -> None:
        """Check what the plugin wrote down."""
        logged = self._ask(f"SELECT position FROM events WHERE {_READ_BY_PLUGIN} ORDER BY position")
        assert self._ask("SELECT position FROM kills_seen ORDER BY position") == logged
        assert self._ask(_OUT_OF_ORDER) == [(0,)]
        assert self._ask(_GRANTED) == [("granted", 1)]
        assert self._ask("SELECT * FROM delivery_parked") == []

    def _ask(self, query: str) -> list[tuple]:
        while True:
            try:
                with self._engine.connect() as connection:
                    return [tuple(row) for row in connection.execute(text(query))]
            except OperationalError:  # it recovers from a kill just now
                time.sleep(0.1)
