"""Every page of the application: its address with values that the company has, or why not.

A page that is new and stands nowhere here makes the sweep fail, so that nobody forgets it.
"""

from collections.abc import Mapping
from urllib.parse import urlencode

import pytest
from flask import Flask
from tests.e2e.company import Company
from werkzeug.routing import Rule

EXEMPT: Mapping[str, str] = {
    "docs.document": "the description of the API as JSON",
    "docs.explorer_file": "files of the page that explains the API",
    "health.healthz": "for programs",
    "health.readyz": "for programs",
    "health.metrics": "for programs",
    "static": "style sheets, scripts",
    "plugin_static": "style sheets, scripts of plugins",
    "exports.download": "a file; the journey of imports and exports fetches one",
    "imports.errors": "a file; the journey of imports fetches it",
    "privacy.fetch_archive": "a file",
    "apps.download_archive": "a file",
    "access.code": "sends on to sign-in unless a password was just given",
}
"""Endpoints that show no page, each with what they are instead."""

FRAGMENTS: Mapping[str, str] = {
    "customers.condition_fields": "drawn into the form of a condition",
    "customers.search": "drawn into the search box",
    "work.customer_comments": "drawn into the customer's page",
    "touchpoints.customer_hits": "drawn into the form of a touchpoint",
    "touchpoints.more_lines": "drawn into the form of a touchpoint",
}
"""Parts of a page, which the journeys use; they have no head of their own."""

SIGNED_OUT = frozenset({"access.sign_in", "access.forgotten", "access.link"})
"""Pages of people who are not signed in."""

VALUES: Mapping[str, Mapping[str, str]] = {
    "apps.show": {"name": "hello"},
    "apps.ask_uninstall": {"name": "hello"},
    "customers.edit_field": {"key": "level"},
    "settings.edit": {"scope": "core"},
    "settings.versions": {"scope": "core"},
    "touchpoints.edit_list": {"name": "channel"},
}
"""Values of the address that are no ids."""

IDS: Mapping[str, str] = {
    "customer_id": "person",
    "other_id": "double",
    "touchpoint_id": "touchpoint",
    "reward_id": "reward",
    "import_id": "import",
    "export_id": "export",
    "message_id": "message",
    "template_id": "template",
    "task_id": "task",
    "endpoint_id": "webhook",
    "user_id": "staff",
    "role_id": "role",
}
"""Which of the company's ids stands for a part of an address."""

QUERIES: Mapping[str, Mapping[str, str]] = {
    "touchpoints.unassigned_of": {"hint": "shop:7781"},
    "messages.new": {"customer": "person"},
}
"""What a page wants to be asked."""

MORE: Mapping[str, tuple[str, Mapping[str, str], Mapping[str, str]]] = {
    "apps.show of a broken plugin": ("apps.show", {"name": "broken_package"}, {}),
    "customers.show of an organisation": ("customers.show", {"customer_id": "company"}, {}),
    "customers.show of a long name": ("customers.show", {"customer_id": "long"}, {}),
    "customers.show of a closed one": ("customers.show", {"customer_id": "many200.3"}, {}),
    "customers.new of an organisation": ("customers.new", {}, {"kind": "organisation"}),
    "touchpoints.new of a customer": ("touchpoints.new", {}, {"customer": "person"}),
    "touchpoints.show of a voided one": ("touchpoints.show", {"touchpoint_id": "voided"}, {}),
    "imports.show before it ran": ("imports.show", {"import_id": "upload"}, {}),
    "settings.edit of a plugin": ("settings.edit", {"scope": "hello"}, {}),
}
"""Other states of a page: endpoint, values, query; values that are names of ids are replaced."""


def page_rules(app: Flask) -> list[Rule]:
    """Return the rules that show a page to a person, in the order of their addresses.

    Pages of plugins that are not enabled are no pages; their own tests open them.
    """
    host = app.extensions["guanxi"].host
    rules = [
        rule
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ())
        and not rule.rule.startswith("/api/v1/")
        and rule.endpoint not in {**EXEMPT, **FRAGMENTS}
        and host.owner_of(rule.endpoint) in (None, *host.enabled)
    ]
    return sorted(rules, key=lambda rule: rule.rule)


def addresses(app: Flask, company: Company) -> dict[str, str]:
    """Return the address of every page by its endpoint, and of further states of some.

    A page whose address asks for something that nothing here names fails the test.
    """
    with app.test_request_context():
        found = {rule.endpoint: _address(app, company, rule) for rule in page_rules(app)}
        for name, (endpoint, values, query) in MORE.items():
            found[name] = _with(
                app.url_for(endpoint, **_ids(company, values)), _ids(company, query)
            )
    return found


def _address(app: Flask, company: Company, rule: Rule) -> str:
    own = VALUES.get(rule.endpoint, {})
    values = {
        name: own.get(name) or _value(company, rule.endpoint, name) for name in rule.arguments
    }
    query = _ids(company, QUERIES.get(rule.endpoint, {}))
    return _with(app.url_for(rule.endpoint, **values), query)


def _value(company: Company, endpoint: str, name: str) -> str:
    if name == "token":
        return company.tokens[endpoint]
    if name not in IDS:
        pytest.fail(f"Say in tests/e2e/addresses.py what {name} of the page {endpoint} is.")
    return str(company.ids[IDS[name]])


def _ids(company: Company, values: Mapping[str, str]) -> dict[str, str]:
    return {name: str(company.ids.get(value, value)) for name, value in values.items()}


def _with(path: str, query: Mapping[str, str]) -> str:
    return f"{path}?{urlencode(query)}" if query else path
