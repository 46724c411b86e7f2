"""Everything that an admin can do in the web, the command line can do, too.

Each page that changes something of the installation stands in one table with the command that
does the same. A new page without a twin fails here; so does a twin that is no command.
"""

import click
from flask import Flask

from guanxi.cli import cli
from guanxi.command import CommandContext
from guanxi.platform import Platform

TWINS = {
    "apps.confirm_uninstall": "plugin uninstall",
    "apps.disable": "plugin disable",
    "apps.enable": "plugin enable",
    "apps.read_again": "events replay",
    "apps.release": "plugin release",
    "apps.retry_parked": "events retry",
    "apps.run_job": "job run",
    "customers.create_field": "field create",
    "customers.delete_tag": "tag delete",
    "customers.find_now": "customer find-duplicates",
    "customers.merge": "customer merge",
    "customers.rename_tag": "tag rename",
    "customers.save_field": "field change",
    "customers.save_tag": "tag colour",
    "customers.unmerge": "customer unmerge",
    "exports.create": "export",
    "health.decide": "events skip",
    "health.run_job_again": "job run-again",
    "imports.check": "import",
    "imports.create": "import",
    "imports.run": "import",
    "imports.save_format": "import",
    "imports.save_mapping": "import",
    "imports.undo": "imports undo",
    "messages.create_template": "template save",
    "messages.delete_template": "template delete",
    "messages.save_template": "template save",
    "messages.test_mail": "mail test",
    "presets.apply": "preset apply",
    "privacy.ask_for_erasure": "customer erase",
    "privacy.ask_for_export": "customer export",
    "settings.roll_back": "settings roll-back",
    "settings.save": "settings set",
    "touchpoints.add_word": "vocabulary add",
    "touchpoints.archive_word": "vocabulary archive",
    "touchpoints.rename_word": "vocabulary rename",
    "users.create": "user invite",
    "users.create_role": "role save",
    "users.create_team": "team create",
    "users.delete_role": "role delete",
    "users.delete_team": "team delete",
    "users.new_link": "user sign-in-link",
    "users.save": "user change",
    "users.save_role": "role save",
    "webhooks.create": "webhook create",
    "webhooks.delete": "webhook delete",
    "webhooks.renew_secret": "webhook renew-secret",
    "webhooks.replay": "webhook replay",
    "webhooks.save": "webhook change",
    "webhooks.send_test": "webhook test",
}
READING = {
    "apps.list_apps": "plugin list",
    "apps.show": "plugin show",
    "audit.list_entries": "audit",
    "health.page": "doctor",
    "imports.list_imports": "imports list",
    "messages.list_templates": "template list",
    "settings.edit": "settings show",
    "settings.versions": "settings history",
    "touchpoints.edit_list": "vocabulary list",
    "users.list_roles": "role list",
    "users.list_users": "user list",
    "webhooks.list_endpoints": "webhook list",
    "webhooks.show": "webhook deliveries",
}
WITHOUT = {
    "apps.delete_archive": "a file in a folder: rm",
    "exports.cancel": "guanxi export works in the foreground: Ctrl-C",
    "customers.dismiss_pair": "a judgement that a person makes with both in sight",
}
ADMINS = frozenset(
    {
        "apps.manage", "customers.erase", "customers.merge", "exports.run", "health.view",
        "imports.run", "settings.manage", "users.manage", "webhooks.manage",
    }
)  # fmt: skip
"""The permissions of those who run the installation; staff's daily work is done in the web."""


def admin_actions(app: Flask, platform: Platform) -> set[str]:
    return {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if platform.route_permissions.get(rule.endpoint) in ADMINS
        and "POST" in (rule.methods or ())
        and not rule.endpoint.startswith("api_")
        and platform.host.owner_of(rule.endpoint) is None
    }


def find_command(path: str, platform: Platform) -> click.Command | None:
    found: click.Command | None = cli
    context = click.Context(cli, obj=CommandContext(platform.config, None, None))  # type: ignore[arg-type]
    for name in path.split():
        if not isinstance(found, click.Group):
            return None
        found = found.commands.get(name) or found.get_command(context, name)
    return found


def test_every_admin_action_of_the_web_has_a_command(app: Flask, platform: Platform) -> None:
    assert admin_actions(app, platform) - TWINS.keys() - WITHOUT.keys() == set()
    assert (TWINS.keys() | WITHOUT.keys()) - admin_actions(app, platform) == set()


def test_every_twin_is_a_command_with_a_help_text(platform: Platform) -> None:
    twins = {path: find_command(path, platform) for path in {**TWINS, **READING}.values()}

    assert [path for path, command in twins.items() if command is None] == []
    assert [path for path, command in twins.items() if command and not command.help] == []


def test_every_page_that_tells_of_the_installation_exists(app: Flask) -> None:
    assert READING.keys() - app.view_functions.keys() == set()
