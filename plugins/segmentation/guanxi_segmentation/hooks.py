"""What segmentation adds to Guanxi; each hook is explained in the reference."""

from guanxi.sdk import AttributeSource, Demo, MenuItem, Permission, Text, hookimpl
from guanxi_segmentation import cli, cli_schemes, cli_worth, demo, jobs, worth_data
from guanxi_segmentation.api import api
from guanxi_segmentation.attributes_membership import membership_attributes
from guanxi_segmentation.attributes_value import money_attributes, score_attributes
from guanxi_segmentation.events import SegmentEntered, SegmentLeft
from guanxi_segmentation.membership import customer_data
from guanxi_segmentation.models import Base
from guanxi_segmentation.pages import pages
from guanxi_segmentation.pages.card import dashboard_card
from guanxi_segmentation.pages.panel import customer_panel
from guanxi_segmentation.pages.timeline import timeline_entries
from guanxi_segmentation.reacting import react
from guanxi_segmentation.schemes.attributes import class_attributes
from guanxi_segmentation.schemes.events import ClassChanged
from guanxi_segmentation.settings import SegmentationSettings


@hookimpl
def register_models():
    return Base.metadata


@hookimpl
def register_settings():
    return SegmentationSettings


@hookimpl
def register_permissions():
    return [
        Permission(
            "segmentation.view",
            Text("See segments, RFM, value and classes", "查看细分、RFM、价值和类别"),
            needs=("customers.view",),
        ),
        Permission(
            "segmentation.manage",
            Text("Make and change segments and classes", "创建和修改细分与类别"),
            needs=("customers.view",),
        ),
    ]


@hookimpl
def register_pages():
    return pages


@hookimpl
def register_api():
    return api


@hookimpl
def register_commands():
    return (*cli.COMMANDS, *cli_worth.GROUPS, *cli_schemes.GROUPS)


@hookimpl
def register_menu():
    title = Text("Segments and value", "细分与价值")
    return [MenuItem(title, "segmentation.index", "segmentation.view", "users-group", 20)]


@hookimpl
def register_attributes():
    return [
        *score_attributes(),
        AttributeSource(money_attributes),
        AttributeSource(class_attributes),
        AttributeSource(membership_attributes),
    ]


@hookimpl
def register_events():
    return [SegmentEntered, SegmentLeft, ClassChanged]


@hookimpl
def register_jobs():
    return jobs.JOBS


@hookimpl
def register_demo():
    return Demo(demo.fill)


@hookimpl
def on_customers_created(session, events):
    react(session, events)


@hookimpl
def on_customers_changed(session, events):
    react(session, events)


@hookimpl
def on_customers_merged(session, events):
    react(session, events)


@hookimpl
def on_touchpoints_recorded(session, events):
    react(session, events)


@hookimpl
def on_touchpoints_corrected(session, events):
    react(session, events)


@hookimpl
def on_rewards_changed(session, events):
    react(session, events)


@hookimpl
def on_plugin_events(session, events):
    react(session, events)


@hookimpl
def on_replay_started(session, since):
    """Everything is worked out from the tables, so there is nothing to forget."""


@hookimpl
def slot_customer_panel(session, customer):
    return customer_panel(session, customer)


@hookimpl
def slot_dashboard_card(session, now):
    return dashboard_card(session, now)


@hookimpl
def slot_timeline_entries(session, customer_id, before, limit):
    return timeline_entries(session, customer_id, before, limit)


@hookimpl
def customer_data_export(session, customer_id):
    found = (customer_data.export(session, customer_id), worth_data.export(session, customer_id))
    return {key: value for part in found for key, value in (part or {}).items()} or None


@hookimpl
def customer_data_erase(session, customer_id):
    customer_data.erase(session, customer_id)
    worth_data.erase(session, customer_id)


@hookimpl
def customer_data_merge(session, kept_id, merged_id, now):
    return {
        "membership": customer_data.merge(session, kept_id, merged_id, now=now),
        "worth": worth_data.merge(session, kept_id, merged_id, now=now),
    }


@hookimpl
def customer_data_unmerge(session, kept_id, merged_id, undo):
    customer_data.unmerge(session, kept_id, merged_id, (undo or {}).get("membership"))
    worth_data.unmerge(session, kept_id, merged_id, (undo or {}).get("worth"))
