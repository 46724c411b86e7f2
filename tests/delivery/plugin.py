"""The source of a plugin that writes down what it is handed, in the tests' table."""

READING = """
from sqlalchemy import text

INSERT = text("INSERT INTO seen (reader, position, note) VALUES ('sample', :p, :n)")

@hookimpl
def on_customers_changed(session, events):
    for event in events:
        session.execute(INSERT, {"p": event.position, "n": ",".join(event.fields)})

@hookimpl
def on_replay_started(session, since):
    session.execute(text("DELETE FROM seen WHERE reader = 'sample'"))
"""

CHOOSY = """
@hookimpl
def on_customers_created(session, events):
    raise LookupError("it never comes")

@hookimpl
def register_reading():
    return Reading(batch=10, without=frozenset({"CustomerCreated"}))
"""

FAILING = """
@hookimpl
def on_customers_changed(session, events):
    raise LookupError("nothing works")
"""

WORKING = """
import time
from sqlalchemy import text

NOTE = text("INSERT INTO seen (reader, position, note) VALUES ('sample', 0, :n)")

def expire(session, now):
    session.execute(NOTE, {"n": "expired"})
    return {"expired": 1}

def dawdle(session, now):
    session.execute(NOTE, {"n": "dawdled"})
    time.sleep(SECONDS)

@hookimpl
def register_jobs():
    return [
        Job("expire", Text("Expire", "Expire"), expire, schedule="* * * * * *"),
        Job("dawdle", Text("Dawdle", "Dawdle"), dawdle),
    ]
"""
