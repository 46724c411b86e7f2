"""What an admin configures: settings, fields, tags, vocabulary, templates, webhooks, audit."""

import json

import pytest
from tests.cli.conftest import Guanxi
from tests.messages.conftest import Mailbox, mail_server, mailbox, office

from guanxi.errors import NotFound
from guanxi.messages.mail import MailNotConfigured
from guanxi.platform import Platform
from guanxi.webhooks.domain.faults import InvalidEndpoint

__all__ = ["mail_server", "mailbox", "office"]


def test_settings_are_shown_changed_looked_back_at_and_rolled_back(guanxi: Guanxi) -> None:
    assert guanxi("settings", "scopes")[0] == "core"
    guanxi("settings", "set", "core", "company=Tea House", "smtp_password=hunter2-canary")

    shown = json.loads("".join(guanxi("settings", "show")))
    (change,) = guanxi("settings", "history")
    guanxi("settings", "roll-back", change.split("\t")[0])

    assert (shown["company"], shown["smtp_password"]) == ("Tea House", "••••••")
    assert "'Tea House'" in change
    assert "hunter2" not in change
    assert json.loads("".join(guanxi("settings", "show")))["company"] == ""


def test_a_custom_field_is_made_changed_and_archived(guanxi: Guanxi) -> None:
    guanxi("field", "create", "size", "choice", "--title-en", "Size", "--title-zh", "尺码",
           "--choice", "S", "--choice", "L")  # fmt: skip
    guanxi("field", "change", "size", "--title-en", "Shirt size", "--archive")

    (field,) = [json.loads(line) for line in guanxi("field", "list", "--json")]
    assert field["choices"] == ["S", "L"]
    assert (field["title_en"], field["archived"]) == ("Shirt size", True)
    assert guanxi("field", "list") == ["size\tchoice\tShirt size\t尺码\tarchived"]


def test_tags_get_colours_other_names_and_go(guanxi: Guanxi) -> None:
    guanxi("tag", "colour", "gold", "yellow")
    guanxi("tag", "rename", "gold", "silver")

    assert guanxi("tag", "list") == ["silver\tyellow"]
    assert guanxi("tag", "delete", "silver") == ["0 customers had it."]
    assert guanxi("tag", "list") == []


def test_a_channel_is_added_renamed_archived_and_offered_again(guanxi: Guanxi) -> None:
    guanxi("vocabulary", "add", "channel", "fair", "Fair", "展会")
    guanxi("vocabulary", "rename", "channel", "fair", "Trade fair", "展会")
    guanxi("vocabulary", "archive", "channel", "fair")
    assert "fair\tTrade fair\t展会\tarchived" in guanxi("vocabulary", "list", "channel")

    guanxi("vocabulary", "archive", "channel", "fair", "--restore")

    assert "fair\tTrade fair\t展会\toffered" in guanxi("vocabulary", "list", "channel")
    with pytest.raises(NotFound):
        guanxi("vocabulary", "archive", "kind", "nothing")


def test_a_template_is_written_from_standard_input_changed_and_deleted(guanxi: Guanxi) -> None:
    save = ("template", "save", "Thanks", "-", "--purpose", "service", "--subject")
    guanxi(*save, "Thank you", given="Dear customer")
    guanxi(*save, "Many thanks", given="Dear friend")

    assert guanxi("template", "list") == ["Thanks\tevery channel\tservice\tMany thanks"]
    assert guanxi("template", "show", "Thanks") == ["Dear friend"]
    guanxi("template", "delete", "Thanks")
    assert guanxi("template", "list") == []


def test_a_test_mail_arrives(guanxi: Guanxi, office: Platform, mailbox: Mailbox) -> None:
    guanxi("mail", "test", "ada@example.com")

    assert [mail["To"] for mail in mailbox.mails] == ["ada@example.com"]


def test_a_test_mail_without_a_server_says_what_to_do(guanxi: Guanxi) -> None:
    with pytest.raises(MailNotConfigured):
        guanxi("mail", "test", "ada@example.com")


def test_a_webhook_comes_is_tested_changed_and_goes(guanxi: Guanxi) -> None:
    made, secret = guanxi(
        "webhook", "create", "https://shop.example/hook", "--event", "CustomerCreated"
    )
    assert guanxi("webhook", "renew-secret", made) != [secret]
    guanxi("webhook", "test", made)
    guanxi("webhook", "change", made, "--off", "--title", "Shop")

    (listed,) = [json.loads(line) for line in guanxi("webhook", "list", "--json")]
    assert (listed["title"], listed["active"], listed["events"]) == (
        "Shop", False, ["CustomerCreated"],
    )  # fmt: skip
    assert secret not in "".join(guanxi("webhook", "list"))
    (delivery,) = guanxi("webhook", "deliveries", made)
    guanxi("webhook", "replay", made, delivery.split("\t")[0])
    guanxi("webhook", "delete", made)
    assert guanxi("webhook", "list") == []


def test_a_webhook_to_an_internal_address_is_refused(guanxi: Guanxi) -> None:
    with pytest.raises(InvalidEndpoint):
        guanxi("webhook", "create", "http://127.0.0.1/hook")


def test_the_audit_log_is_searched(guanxi: Guanxi) -> None:
    guanxi("settings", "set", "core", "company=Tea House")
    guanxi("team", "create", "North")

    (line,) = guanxi("audit", "--subject", "settings:core")
    (entry,) = [json.loads(one) for one in guanxi("audit", "--action", "team.created", "--json")]

    assert "settings.changed\tsettings:core\tcompany: None -> 'Tea House'" in line
    assert entry["after"] == {"name": "North"}
    assert entry["actor_name"].startswith("command line (")
    assert guanxi("audit", "--until", "2020-01-01") == []
    assert len(guanxi("audit", "--limit", "1")) == 1
