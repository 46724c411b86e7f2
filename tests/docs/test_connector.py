"""The connector on the page "Write a connector" is a plugin that loads and sends."""

import json
from collections.abc import Iterator
from configparser import ConfigParser
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from tests.docs.blocks import ROOT, blocks_of

from guanxi.app import build_platform
from guanxi.config import Config
from guanxi.customers.domain.creating import create_customer
from guanxi.customers.domain.drafts import CustomerDraft
from guanxi.customers.domain.identity_input import read_identity
from guanxi.db import Actor
from guanxi.messages.domain.drafts import MessageDraft
from guanxi.messages.domain.queueing import queue_message
from guanxi.messages.jobs import send
from guanxi.messages.models import Message
from guanxi.platform import Platform
from guanxi.plugins.lifecycle import enable
from guanxi.testkit.plugin_folder import plugin_folder

ACTOR = Actor("system", "test")
NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
METADATA = "Metadata-Version: 2.1\nName: guanxi-sms\nVersion: 1.0\n"


class Gateway(ThreadingHTTPServer):
    """A gateway that keeps what it was sent and answers with ``status``."""

    status = 200

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), GatewayHandler)
        self.taken: list[tuple[str, dict[str, str]]] = []


class GatewayHandler(BaseHTTPRequestHandler):
    server: Gateway

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.taken.append((self.headers["Authorization"], json.loads(body)))
        answer = b'{"id": "g-1"}' if self.server.status == 200 else b"no such number"
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_said: object) -> None:
        """Say nothing on stderr."""


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    server = Gateway()
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def office(
    tmp_path: Path, database_url: str, config: Config, gateway: Gateway
) -> Iterator[Platform]:
    """A platform with the page's plugin enabled and pointed at the gateway."""
    config.home.mkdir(parents=True)
    with plugin_folder(tmp_path / "site") as folder:
        install_from_page(folder.path)
        platform = build_platform(config, database_url)
        enable(platform.database, platform.host, "sms", actor=ACTOR, now=NOON)
        address = f"http://127.0.0.1:{gateway.server_port}/messages"
        with platform.database.write(ACTOR, now=NOON) as session:
            platform.settings.change(session, "sms", {"gateway": address, "key": "k-42"})
        platform.host.refresh_from(platform.database)
        yield platform
        platform.database.dispose()


def install_from_page(site: Path) -> None:
    """Write the files of the page and what an installer would write beside them."""
    for block in blocks_of(ROOT / "docs" / "how-to" / "connector.md"):
        if "title" in block.options:
            file = site / block.options["title"]
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(block.text, "utf-8")
    package = ConfigParser()
    package.read(site / "setup.cfg")
    info = site / "guanxi_sms-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(METADATA)
    entry_points = package["options.entry_points"]["guanxi.plugins"]
    (info / "entry_points.txt").write_text(f"[guanxi.plugins]\n{entry_points.strip()}\n")


def sent_message(platform: Platform) -> Message:
    """Write to a customer with a telephone number, and return what became of it."""
    phone = read_identity("phone", "+8613812345678")
    with platform.database.write(ACTOR, now=NOON) as session:
        customer = create_customer(
            session, CustomerDraft(name="王小明", identities=(phone,)), now=NOON
        )
        draft = MessageDraft(
            customer_id=customer.id, channel="sms", purpose="service", body="Your tea is here."
        )
        message_id = queue_message(session, draft, now=NOON).id
    send(platform, message_id, now=NOON)
    with platform.database.read() as session:
        return session.get_one(Message, message_id)


def test_it_hands_the_text_to_the_gateway_with_its_key(office: Platform, gateway: Gateway) -> None:
    message = sent_message(office)

    assert (message.state, message.provider_id) == ("sent", "g-1")
    assert gateway.taken == [("Bearer k-42", {"to": "+8613812345678", "text": "Your tea is here."})]


@pytest.mark.parametrize(("status", "state"), [(503, "queued"), (422, "failed")])
def test_what_it_raises_decides_what_happens_next(
    office: Platform, gateway: Gateway, status: int, state: str
) -> None:
    gateway.status = status

    assert sent_message(office).state == state
