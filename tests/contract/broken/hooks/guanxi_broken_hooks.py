"""Loads well, and then raises in every hook."""

from guanxi.sdk import Manifest, Text, hookimpl

PLUGIN = Manifest(
    name="broken_hooks",
    title=Text("Broken", "故障"),
    summary=Text("Broken on purpose", "故意出错"),
    hooks="guanxi_broken_hooks",
)


def broken(*_):
    raise ZeroDivisionError("broken on purpose")


@hookimpl
def check_customer(session, customer, changes):
    broken(session, customer, changes)


@hookimpl
def check_message(session, message):
    broken(session, message)


@hookimpl
def check_reward(session, reward):
    broken(session, reward)


@hookimpl
def check_touchpoint(session, touchpoint):
    broken(session, touchpoint)


@hookimpl
def customer_data_erase(session, customer_id, now):
    broken(session, customer_id, now)


@hookimpl
def customer_data_export(session, customer_id):
    broken(session, customer_id)


@hookimpl
def customer_data_merge(session, kept_id, merged_id, now):
    broken(session, kept_id, merged_id, now)


@hookimpl
def customer_data_unmerge(session, kept_id, merged_id, undo, now):
    broken(session, kept_id, merged_id, undo, now)


@hookimpl
def on_customers_changed(session, events):
    broken(session, events)


@hookimpl
def on_customers_created(session, events):
    broken(session, events)


@hookimpl
def on_customers_erased(session, events):
    broken(session, events)


@hookimpl
def on_customers_merged(session, events):
    broken(session, events)


@hookimpl
def on_plugin_events(session, events):
    broken(session, events)


@hookimpl
def on_replay_started(session, since):
    broken(session, since)


@hookimpl
def on_rewards_changed(session, events):
    broken(session, events)


@hookimpl
def on_rewards_requested(session, events):
    broken(session, events)


@hookimpl
def on_touchpoints_corrected(session, events):
    broken(session, events)


@hookimpl
def on_touchpoints_recorded(session, events):
    broken(session, events)


@hookimpl
def slot_customer_panel(session, customer, now):
    broken(session, customer, now)


@hookimpl
def slot_dashboard_card(session, now):
    broken(session, now)


@hookimpl
def slot_timeline_entries(session, customer_id, before, limit):
    broken(session, customer_id, before, limit)
