"""Rewards, codes, cards, referrals and budgets in a browser: in order, and used with the mouse."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Literal
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Page, expect
from plugins.loyalty.tests.conftest import ACTOR, CLUB
from plugins.loyalty.tests.gift_cards.counter import Counter as CardCounter
from plugins.loyalty.tests.referrals.friends import Friends
from plugins.loyalty.tests.rewards.counter import Counter
from plugins.loyalty.tests.rewards.test_pictures import png
from plugins.loyalty.tests.tiers.test_folding import TIERS
from plugins.loyalty.tests.vouchers.shop import basket
from tests.e2e.desk import sit_down
from tests.e2e.looking import overflow, violations, wrong_language
from tests.e2e.office import Office, open_office

from guanxi.app import build_platform
from guanxi.clock import utc_now
from guanxi.config import Config
from guanxi.platform import Platform
from guanxi.sdk import new_id
from guanxi.testkit.conformance.base import switch_on
from guanxi.testkit.factories import Factories
from guanxi.testkit.postgres import Server, drop_database, fresh_database
from guanxi.web.frontend_build import build
from guanxi_loyalty.programmes import create_programme
from guanxi_loyalty.rewards.pictures import keep_picture
from guanxi_loyalty.surprises.budgets import set_budget
from guanxi_loyalty.tiers.policies import set_tiers
from guanxi_loyalty.vouchers.batches import BatchAsk, ask_codes
from guanxi_loyalty.vouchers.finding import find_code

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PATIENCE = 20_000
"""Milliseconds that a busy machine may take for an answer."""
PAGES = (
    "/loyalty/rewards",
    "/loyalty/rewards?state=archived",
    "/loyalty/rewards/taken",
    "/loyalty/programmes/club/rewards/new",
    "/loyalty/programmes/club/rewards/mug/edit",
    "/loyalty/budgets",
    "/loyalty/codes",
    "/loyalty/codes/look",
    "/loyalty/programmes/club/codes/new",
    "/loyalty/programmes/club/codes/ten",
    "/loyalty/programmes/club/codes/ten/edit",
    "/loyalty/programmes/club/codes/welcome",
    "/loyalty/programmes/club/codes/one/{code}",
    "/loyalty/gift-cards",
    "/loyalty/programmes/club/gift-cards/new",
    "/loyalty/programmes/club/gift-cards/{card}",
    "/loyalty/referrals",
    "/loyalty/programmes/club/referral-terms",
)


@dataclass
class Store:
    """A store with everything in it, and where one finds a code and a card."""

    platform: Platform
    code: str
    card: str


@pytest.fixture(scope="module")
def store(
    server: Server, template_database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Store]:
    """A club with rewards, codes, cards, referrals and budgets."""
    build()
    url = fresh_database(server, template_database)
    platform = build_platform(Config(home=tmp_path_factory.mktemp("home")), url)
    switch_on(platform, "loyalty")
    now = utc_now()
    with platform.database.write(ACTOR, now=now, dispatcher=platform.dispatcher) as session:
        club = create_programme(session, CLUB, now=now, by="test")
        set_tiers(session, club, {"tiers": TIERS}, now=now, by="test")
        counter, cards, friends = Counter(session, now), CardCounter(session, now), Friends(session)
        friends.now = friends.till.now = now
        image = keep_picture(session, png(64, 64), now=now, by="test")
        mug = counter.reward(
            key="mug", title_en="Mug", title_zh="马克杯", stock=3, image=image, money=250,
            tier_prices={"gold": {"points": 80}}, surprise=True, cost=400,
        )  # fmt: skip
        counter.reward(key="tea", title_en="Tea", title_zh="茶", points=50)
        ann, bo = counter.member(500), friends.person("Bo")
        counter.take(ann, mug)
        ten, shop = counter.shop.set(None, key="ten", total_limit=5000), counter.shop
        counter.shop.set("WELCOME", key="welcome")
        (code, _other) = shop.codes(ten, 2)
        shop.redeem(basket(1000, customer=ann), code)
        ask_codes(session, ten, BatchAsk(new_id(), 500, 16, now, "test"), platform.secrets)
        card = cards.issue(5000, customer_id=ann, expires_at=now + timedelta(days=90)).card_id
        cards.pay(card, 1200)
        friends.come(friends.code(ann), bo)
        set_budget(session, club, None, 5000, now=now, by="test")
        found = str(find_code(session, club, code).code.id)
    yield Store(platform, found, str(card))
    platform.database.dispose()
    drop_database(url)


@pytest.fixture(scope="module")
def office(store: Store) -> Iterator[Office]:
    """The application and its worker."""
    platform = store.platform
    with open_office(platform.database.url, platform.config.home, worker=True) as found:
        yield found


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    "look",
    [("en", 1280, "light"), ("zh", 1280, "dark"), ("zh", 360, "light"), ("en", 360, "dark")],
)
def test_every_page_is_in_order(
    chromium: Browser,
    office: Office,
    store: Store,
    look: tuple[str, int, Literal["light", "dark"]],
) -> None:
    language, width, theme = look
    platform, found = store.platform, []
    admin = _admin(store)
    with sit_down(chromium, office, platform, admin, language=language, width=width) as desk:
        page = desk.page
        page.emulate_media(color_scheme=theme)
        for path in PAGES:
            page.goto(path.format(code=store.code, card=store.card))
            settled(page)
            wrong = [*violations(page), *overflow(page), *wrong_language(page, language)]
            found += [f"{path}: {one}" for one in (*wrong, *desk.take_complaints())]

    assert found == []


def test_a_reward_is_made_and_a_picture_uploaded(
    chromium: Browser, office: Office, store: Store, tmp_path: Path
) -> None:
    file = tmp_path / "cap.png"
    file.write_bytes(png(80, 40))
    with sit_down(chromium, office, store.platform, _admin(store)) as desk:
        page = desk.page
        page.goto("/loyalty/programmes/club/rewards/new")
        page.get_by_label("Title in English").fill("Cap")
        page.get_by_label("Points", exact=True).fill("120")
        page.get_by_label("Upload a picture").set_input_files(file)
        page.get_by_role("button", name="Save the reward").click()

        row = page.locator("tr", has_text="Cap")
        expect(row).to_contain_text("120 Points", timeout=PATIENCE)
        width = row.locator("img").evaluate("(one) => one.naturalWidth")
        assert (width, desk.take_complaints()) == (80, [])


def test_codes_are_made_by_the_worker_and_downloaded_once(
    chromium: Browser, office: Office, store: Store
) -> None:
    with sit_down(chromium, office, store.platform, _admin(store)) as desk:
        page = desk.page
        page.goto("/loyalty/programmes/club/codes/ten")
        page.get_by_label("How many").fill("120")
        page.get_by_role("button", name="Make codes").click()
        row = page.locator("#batches tbody tr").first
        expect(row).to_contain_text("Ready to be downloaded", timeout=60_000)
        row.get_by_role("button", name="Download once").click()
        with page.expect_download() as downloaded:
            page.locator("dialog[open] [data-confirm-accept]").click()

        text = Path(downloaded.value.path()).read_text("utf-8-sig")
        page.reload()
        expect(page.locator("#batches tbody tr").first).to_contain_text("Handed out")
        assert len(list(io.StringIO(text))) == 121
        assert re.fullmatch(r"\d+,([A-Z2-9]{4}-){3}[A-Z2-9]{4}", text.split()[1])
        assert desk.take_complaints() == []


def test_few_codes_are_shown_to_be_printed(chromium: Browser, office: Office, store: Store) -> None:
    with sit_down(chromium, office, store.platform, _admin(store)) as desk:
        page = desk.page
        page.goto("/loyalty/programmes/club/codes/ten")
        page.get_by_label("How many").fill("4")
        page.get_by_role("button", name="Make codes").click()

        expect(page.locator(".code-card")).to_have_count(4, timeout=PATIENCE)
        with page.expect_download() as downloaded:
            page.get_by_role("link", name="Download as CSV").click()
        text = Path(downloaded.value.path()).read_text("utf-8-sig")
        shown = page.locator(".code-card code").all_inner_texts()
        assert [line.split(",")[1] for line in text.split()[1:]] == shown
        page.emulate_media(media="print")
        expect(page.get_by_text("Shown this once")).to_be_hidden()
        assert [*violations(page), *desk.take_complaints()] == []


def _admin(store: Store) -> UUID:
    factories = Factories(store.platform.database, utc_now())
    return factories.user("admin", email=f"{new_id().hex}@example.com")


def settled(page: Page) -> None:
    """Wait until nothing is asked of the server any more."""
    page.wait_for_load_state("load")
    expect(page.locator(".htmx-request")).to_have_count(0, timeout=PATIENCE)
