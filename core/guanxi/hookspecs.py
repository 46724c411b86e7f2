# mypy: disable-error-code="empty-body"
"""The contract: every hook that a plugin may implement, and nothing else. Read this first.

Five families, told apart by their first word: ``register_*`` once at start, ``check_*`` before
the commit (may refuse), ``on_*`` after the commit from the log, ``slot_*`` while a page is drawn,
``customer_data_*`` when a person's data is exported, erased or merged.
Implementations may take fewer arguments than the hook offers.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pluggy

if TYPE_CHECKING:
    import click
    from marshmallow import Schema
    from sqlalchemy import MetaData
    from sqlalchemy.orm import Session

    from guanxi.events import vocabulary as v
    from guanxi.plugins import contract as c

PROJECT = "guanxi"
hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


# -- register_*: once, when the process starts --------------------------------------------


@hookspec
def register_models() -> "MetaData":
    """Declare the plugin's tables.

    When: once at start, before its migrations are looked at.
    You get: nothing.
    Return: the ``metadata`` of your ``sdk.model_base(...)``; each table is named ``<plugin>_*``.
    If you raise: the plugin is *failed* and shown with the cause; everything else starts.
    Since: contract 1.0.
    """


@hookspec
def register_events() -> "Iterable[type[v.Event]]":
    """Declare events of your own.

    When: once at start.
    You get: nothing.
    Return: subclasses of ``sdk.Event`` whose ``kind`` is ``<plugin>.<Name>``.
    If you raise: the plugin is *failed* and shown with the cause; everything else starts.
    Since: contract 1.0.
    """


@hookspec
def register_attributes() -> "Iterable[c.Attribute | c.AttributeSource]":
    """Contribute what you know about each customer to the attribute catalogue.

    When: once at start; the attributes are offered while the plugin is enabled.
    You get: nothing.
    Return: ``sdk.Attribute`` objects whose ``key`` is ``<plugin>.<name>``; an
        ``sdk.AttributeSource`` for those that depend on what is stored.
    If you raise: the plugin is *failed* and shown with the cause; everything else starts.
    Since: contract 1.0.
    """


@hookspec
def register_permissions() -> "Iterable[c.Permission]":
    """Declare the permissions that your routes, menu entries and attributes name.

    When: once at start, before routes are mounted.
    You get: nothing.
    Return: ``sdk.Permission`` objects whose ``name`` is ``<plugin>.<verb>``; with ``needs`` one
    opens its routes only together with others, say ``customers.view``.
    If you raise: the plugin is *failed* and shown with the cause; everything else starts.
    Since: contract 1.0.
    """


@hookspec
def register_pages() -> Any:
    """Bring web pages.

    When: once at start; the pages answer 404 while the plugin is disabled.
    You get: nothing.
    Return: one ``sdk.Pages`` blueprint, mounted at ``/<plugin>``; each route names a permission.
    If you raise: the plugin is *failed* and shown with the cause; everything else starts.
    Since: contract 1.0.
    """


@hookspec
def register_api() -> Any:
    """Bring operations of the REST API; they appear in its OpenAPI document.

    When: once at start; the operations answer 404 while the plugin is disabled.
    You get: nothing.
    Return: one ``sdk.Api`` blueprint; it is mounted at ``/api/v1/<plugin>``.
    If you raise: the plugin is *failed* and shown with the cause; everything else starts.
    Since: contract 1.0.
    """


@hookspec
def register_menu() -> "Iterable[c.MenuItem]":
    """Put entries into the side bar.

    When: once at start; they are shown while the plugin is enabled, to those with the permission.
    You get: nothing.
    Return: ``sdk.MenuItem`` objects that point to your own pages.
    If you raise: the plugin is *failed* and shown with the cause; everything else starts.
    Since: contract 1.0.
    """


@hookspec
def register_settings() -> "type[Schema]":
    """Describe your settings; the core makes the form, the API, the command and the history.

    When: once at start.
    You get: nothing.
    Return: a marshmallow schema class; ``load_default`` of each field is its default.
    If you raise: the plugin is *failed* and shown with the cause; everything else starts.
    Since: contract 1.0.
    """


@hookspec
def register_jobs() -> "Iterable[c.Job]":
    """Declare work in the background, on a schedule or on demand.

    When: once at start; jobs run while the plugin is enabled.
    You get: nothing.
    Return: ``sdk.Job`` objects.
    If you raise: the plugin is *failed* and shown with the cause; everything else starts.
    Since: contract 1.0.
    """


@hookspec
def register_commands() -> "Iterable[click.Command]":
    """Bring commands, run as ``guanxi <plugin> <command>``.

    When: when the command line starts.
    You get: nothing.
    Return: click commands; ``sdk.command_context()`` gives them sessions. A manifest with
        ``command="word"`` lets ``guanxi word <command>`` call them, too.
    If you raise: the plugin is *failed* and shown with the cause; everything else starts.
    Since: contract 1.0.
    """


@hookspec
def register_importers() -> "Iterable[c.Importer]":
    """Bring kinds of files that can be imported.

    When: once at start; they are offered while the plugin is enabled.
    You get: nothing.
    Return: ``sdk.Importer`` objects whose ``key`` is ``<plugin>.<name>``.
    If you raise: the plugin is *failed* and shown with the cause; everything else starts.
    Since: contract 1.0.
    """


@hookspec
def register_reward_kinds() -> "Iterable[c.RewardKind]":
    """Say which kinds of reward you fulfil; their requests reach ``on_rewards_requested``.

    When: once at start.
    You get: nothing.
    Return: ``sdk.RewardKind`` objects; two enabled plugins may not fulfil the same kind.
    If you raise: the plugin is *failed* and shown with the cause; everything else starts.
    Since: contract 1.0.
    """


@hookspec
def register_message_channels() -> "Iterable[c.MessageChannel]":
    """Bring a way to send messages to customers; the core's gate decides who may get one.

    When: once at start; offered in the composer while the plugin is enabled.
    You get: nothing.
    Return: ``sdk.MessageChannel`` objects.
    If you raise: the plugin is *failed* and shown with the cause; everything else starts.
    Since: contract 1.0.
    """


@hookspec
def register_reading() -> "c.Reading":
    """Say how you read the log, where 500 events of all kinds at a time do not suit you.

    When: once at start, and whenever the plugins at work change.
    You get: nothing.
    Return: one ``sdk.Reading``, always the same.
    If you raise: the plugin is *failed* and shown with the cause; everything else starts.
    Since: contract 1.0.
    """


@hookspec
def register_demo() -> "c.Demo":
    """Say what you add to the demo's data.

    When: once at start; it is filled in after the demo's customers and trade were imported.
    You get: nothing.
    Return: one ``sdk.Demo``; the plugin is enabled for it.
    If you raise: the plugin is *failed* and shown with the cause; everything else starts.
    Since: contract 1.0.
    """


# -- check_*: before the commit, in the transaction, may refuse ----------------------------


@hookspec
def check_customer(session: "Session", customer: Any, changes: dict[str, Any]) -> None:
    """Look at a customer about to be created or changed.

    When: in the transaction, before the row is written.
    You get: the session, the customer as it stands (None for a new one), the fields to be set.
    Return: nothing; raise ``sdk.Refused("why, and what to do")`` to refuse.
    If you raise anything else: the change is refused (fails closed) and the cause is logged.
    Since: contract 1.0.
    """


@hookspec
def check_touchpoint(session: "Session", touchpoint: "v.TouchpointFacts") -> None:
    """Look at a touchpoint about to be recorded.

    When: in the transaction, before the row is written; an import asks for each row.
    You get: the session and the touchpoint's facts.
    Return: nothing; raise ``sdk.Refused("why, and what to do")`` to refuse.
    If you raise anything else: the touchpoint is refused (fails closed) and the cause is logged.
    Since: contract 1.0.
    """


@hookspec
def check_reward(session: "Session", reward: Any) -> None:
    """Look at a reward about to be requested.

    When: in the transaction, before the row is written.
    You get: the session and the request (customer_id, kind, amount, unit, reason, source).
    Return: nothing; raise ``sdk.Refused("why, and what to do")`` to refuse.
    If you raise anything else: the request is refused (fails closed) and the cause is logged.
    Since: contract 1.0.
    """


@hookspec
def check_message(session: "Session", message: Any) -> None:
    """Look at a message about to be sent to a customer, after consent and closure were checked.

    When: in the transaction that queues it.
    You get: the session and the message (customer_id, channel, purpose).
    Return: nothing; raise ``sdk.Refused("why")`` to hold it back.
    If you raise anything else: the message is not sent (fails closed) and the cause is logged.
    Since: contract 1.0.
    """


# -- on_*: after the commit, from the log, a list at a time --------------------------------


@hookspec
def on_customers_created(session: "Session", events: "Sequence[v.CustomerCreated]") -> None:
    """Customers are new.

    When: after the commit, in the worker; in order per customer, each exactly once.
    You get: a session whose commit also moves your bookmark, and up to some hundred events.
    Return: nothing; write your own tables through the session.
    If you raise: your writes roll back, the events are tried again, then parked for the admin.
    Since: contract 1.0.
    """


@hookspec
def on_customers_changed(session: "Session", events: "Sequence[v.CustomerChanged]") -> None:
    """Something known about customers changed.

    When: after the commit, in the worker; in order per customer, each exactly once.
    You get: a session whose commit also moves your bookmark, and the events with field names.
    Return: nothing; write your own tables through the session.
    If you raise: your writes roll back, the events are tried again, then parked for the admin.
    Since: contract 1.0.
    """


@hookspec
def on_customers_merged(session: "Session", events: "Sequence[v.CustomersMerged]") -> None:
    """Two customers became one, or two again; your rows were moved by ``customer_data_merge``.

    When: after the commit, in the worker; in order per customer, each exactly once.
    You get: a session whose commit also moves your bookmark, and the events.
    Return: nothing; recompute what depends on the whole customer.
    If you raise: your writes roll back, the events are tried again, then parked for the admin.
    Since: contract 1.0.
    """


@hookspec
def on_customers_erased(session: "Session", events: "Sequence[v.CustomerErased]") -> None:
    """A person's data was erased; your rows were cleared by ``customer_data_erase``.

    When: after the commit, in the worker; in order per customer, each exactly once.
    You get: a session whose commit also moves your bookmark, and the events.
    Return: nothing; tidy what is outside your tables.
    If you raise: your writes roll back, the events are tried again, then parked for the admin.
    Since: contract 1.0.
    """


@hookspec
def on_touchpoints_recorded(session: "Session", events: "Sequence[v.TouchpointRecorded]") -> None:
    """Contacts, purchases, returns took place.

    When: after the commit, in the worker; in order per customer, each exactly once.
    You get: a session whose commit also moves your bookmark, and the events with their lines.
    Return: nothing; write your own tables through the session.
    If you raise: your writes roll back, the events are tried again, then parked for the admin.
    Since: contract 1.0.
    """


@hookspec
def on_touchpoints_corrected(session: "Session", events: "Sequence[v.TouchpointCorrected]") -> None:
    """Touchpoints were voided, amended or assigned to a customer.

    When: after the commit, in the worker; in order per customer, each exactly once.
    You get: a session whose commit also moves your bookmark, and the events: before and after.
    Return: nothing; undo what ``before`` did, do what ``after`` asks for.
    If you raise: your writes roll back, the events are tried again, then parked for the admin.
    Since: contract 1.0.
    """


@hookspec
def on_rewards_requested(session: "Session", events: "Sequence[v.RewardRequested]") -> None:
    """Rewards of a kind that you registered are asked for.

    When: after the commit, in the worker; in order per customer, each exactly once.
    You get: a session whose commit also moves your bookmark, and the requests.
    Return: nothing; answer with ``sdk.rewards.grant`` or ``sdk.rewards.refuse``.
    If you raise: your writes roll back, the events are tried again, then parked for the admin.
    Since: contract 1.0.
    """


@hookspec
def on_rewards_changed(session: "Session", events: "Sequence[v.Event]") -> None:
    """Rewards were granted, redeemed, reversed or ran out.

    When: after the commit, in the worker; in order per customer, each exactly once.
    You get: a session whose commit also moves your bookmark, and ``RewardGranted``,
        ``RewardRedeemed``, ``RewardReversed`` and ``RewardExpired`` events.
    Return: nothing; write your own tables through the session.
    If you raise: your writes roll back, the events are tried again, then parked for the admin.
    Since: contract 1.0.
    """


@hookspec
def on_plugin_events(session: "Session", events: "Sequence[v.Event]") -> None:
    """Events that plugins defined, your own and others'.

    When: after the commit, in the worker; in order per customer, each exactly once.
    You get: a session whose commit also moves your bookmark, and the events; look at ``kind``.
    Return: nothing; write your own tables through the session.
    If you raise: your writes roll back, the events are tried again, then parked for the admin.
    Since: contract 1.0.
    """


@hookspec
def on_replay_started(session: "Session", since: datetime | None) -> None:
    """An admin replays the log for you; forget what you derived from events since then.

    When: in the transaction that moves your bookmarks back, before any event comes again.
    You get: the session, and the instant from which events will come again (None: from the start).
    Return: nothing; delete derived rows, so that the same events give the same state.
    If you raise: the replay does not begin, and the admin sees the cause.
    Since: contract 1.0.
    """


# -- slot_*: while a page is drawn ----------------------------------------------------------


@hookspec
def slot_customer_panel(session: "Session", customer: Any, now: datetime) -> "c.Panel | None":
    """Draw a panel on the customer page.

    When: each time the page is drawn, for people who may see the customer.
    You get: a reading session, the customer, the instant.
    Return: an ``sdk.Panel`` with a template under ``<plugin>/``, or None for nothing.
    If you raise: the panel shows a short notice, the page is served.
    Since: contract 1.0.
    """


@hookspec
def slot_dashboard_card(session: "Session", now: datetime) -> "c.Panel | None":
    """Draw a card on the home page.

    When: each time the home page is drawn.
    You get: a reading session and the instant.
    Return: an ``sdk.Panel``, or None for nothing.
    If you raise: the card shows a short notice, the page is served.
    Since: contract 1.0.
    """


@hookspec
def slot_timeline_entries(
    session: "Session", customer_id: UUID, before: datetime, limit: int
) -> "Sequence[c.TimelineEntry]":
    """Add entries of your own to a customer's timeline.

    When: each time a page of the timeline is drawn.
    You get: a reading session, the customer, the instant before which entries are wanted, how many.
    Return: at most ``limit`` ``sdk.TimelineEntry`` objects, newest first.
    If you raise: the timeline shows a short notice, the page is served.
    Since: contract 1.0.
    """


# -- customer_data_*: a person's data; asked of disabled plugins too ------------------------


@hookspec
def customer_data_export(session: "Session", customer_id: UUID) -> dict[str, Any] | None:
    """Return everything you hold about one customer, for the person it is about.

    When: in a job, when a person asks for their data; also while you are disabled.
    You get: a reading session and the customer's id.
    Return: plain values (dict, list, str, number, instant), or None if you hold nothing.
    If you raise: the request stays open and says why; it is tried again.
    Since: contract 1.0.
    """


@hookspec
def customer_data_erase(session: "Session", customer_id: UUID, now: datetime) -> None:
    """Erase everything personal that you hold about one customer.

    When: in the transaction that erases the customer; also while you are disabled.
    You get: the session, the customer's id, the instant.
    Return: nothing; keep only what a law requires, without anything personal.
    If you raise: nothing is erased anywhere, the request stays open and says why.
    Since: contract 1.0.
    """


@hookspec
def customer_data_merge(
    session: "Session", kept_id: UUID, merged_id: UUID, now: datetime
) -> dict[str, Any] | None:
    """Move what you hold about ``merged_id`` to ``kept_id``.

    When: in the transaction that merges the two; also while you are disabled.
    You get: the session, both ids, the instant.
    Return: what ``customer_data_unmerge`` needs to take it back (JSON values), or None.
    If you raise: the merge is refused, and the person sees the cause.
    Since: contract 1.0.
    """


@hookspec
def customer_data_unmerge(
    session: "Session", kept_id: UUID, merged_id: UUID, undo: dict[str, Any] | None, now: datetime
) -> None:
    """Give ``merged_id`` back what ``customer_data_merge`` moved.

    When: in the transaction that takes a merge back; also while you are disabled.
    You get: the session, both ids, what your merge returned, the instant.
    Return: nothing.
    If you raise: the unmerge is refused, and the person sees the cause.
    Since: contract 1.0.
    """
