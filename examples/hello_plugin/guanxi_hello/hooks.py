"""What Hello adds to Guanxi; each hook is explained in the reference."""

from marshmallow import Schema, fields
from sqlalchemy import delete, func
from sqlalchemy.dialects.postgresql import insert

from guanxi.sdk import Attribute, Customer, Panel, Permission, Text, hookimpl, settings_of
from guanxi_hello.models import Base, Day
from guanxi_hello.pages import pages


class Settings(Schema):
    """What an admin may change."""

    greeting = fields.String(load_default="Hello", metadata={"title": Text("Greeting", "问候语")})


@hookimpl
def register_models():
    return Base.metadata


@hookimpl
def register_settings():
    return Settings


@hookimpl
def register_permissions():
    return [Permission("hello.view", Text("See contacts by day", "查看每日接触次数"))]


@hookimpl
def register_pages():
    return pages


@hookimpl
def register_attributes():
    days = func.date_part("day", func.now() - Customer.created_at)
    return [Attribute("hello.days", Text("Days known", "相识天数"), "number", sql=lambda: days)]


@hookimpl
def on_touchpoints_recorded(session, events):
    for event in events:
        row = insert(Day).values(day=event.touchpoint.occurred_at.date(), contacts=1)
        more = {"contacts": Day.contacts + 1}
        session.execute(row.on_conflict_do_update(index_elements=["day"], set_=more))


@hookimpl
def on_replay_started(session):
    session.execute(delete(Day))


@hookimpl
def slot_customer_panel(session, customer):
    greeting = settings_of(session, "hello")["greeting"]
    return Panel(Text("Hello", "你好"), "hello/panel.html", {"greeting": greeting, "to": customer})
