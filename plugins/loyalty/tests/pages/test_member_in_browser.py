"""The pages of a member in a browser: both languages, wide and narrow, light and dark."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Page
from plugins.loyalty.tests.conftest import ACTOR
from plugins.loyalty.tests.ledger.till import Till
from plugins.loyalty.tests.rewards.counter import Counter
from sqlalchemy.orm import Session
from tests.e2e.desk import sit_down
from tests.e2e.looking import overflow, violations, wrong_language
from tests.e2e.office import open_office

from guanxi.app import build_platform
from guanxi.clock import utc_now
from guanxi.config import Config
from guanxi.customers.domain.creating import create_customer
from guanxi.customers.domain.drafts import CustomerDraft
from guanxi.platform import Platform
from guanxi.testkit.conformance.base import switch_on
from guanxi.testkit.factories import Factories
from guanxi.testkit.postgres import Server, drop_database, fresh_database
from guanxi_loyalty import adjustments
from guanxi_loyalty.ledger import Ask, load_unit
from guanxi_loyalty.members.links import LinkSigner, make_link
from guanxi_loyalty.programmes import find_programme
from guanxi_loyalty.ready import retail_club
from guanxi_loyalty.referrals import TermsDraft, code_of, set_terms
from guanxi_loyalty.rewards import find_reward
from guanxi_loyalty.surprises.budgets import set_budget

pytestmark = pytest.mark.slow
LOOKS = (("en", 1280, "light"), ("zh", 1280, "dark"), ("zh", 360, "light"), ("en", 360, "dark"))
SHOTS = os.environ.get("LOYALTY_SHOTS")
"""A folder for pictures of what the browser shows, for who wants to look."""


@contextmanager
def town(server: Server, template: str, home: Path) -> Iterator[Platform]:
    """An installation with loyalty enabled."""
    url = fresh_database(server, template)
    platform = build_platform(Config(home=home), url)
    switch_on(platform, "loyalty")
    yield platform
    platform.database.dispose()
    drop_database(url)


def club(session: Session, now: datetime) -> None:
    """Set a programme up with rewards, referrals and a budget for surprises."""
    long_ago = now - timedelta(days=60)
    retail_club(session, "club", currency="CNY", time_zone="Asia/Shanghai", now=long_ago, by="test")
    counter = Counter(session, now)
    counter.shop.set(None, key="ten")
    counter.reward(title_en="Mug", title_zh="马克杯", text_en="Of jade-green clay", stock=7)
    counter.reward(title_en="Ten off", title_zh="九折券", gives="code", code_set="ten", points=80)
    counter.reward(title_en="Gift card", title_zh="礼品卡", gives="card", value=5000, points=300)
    counter.reward(title_en="Tea set", title_zh="茶具", points=9000, money=2000)
    counter.reward(title_en="Cake", title_zh="蛋糕", surprise=True, cost=1500, points=500)
    programme = find_programme(session, "club")
    terms = TermsDraft(referrer_points=50, referred_points=20)
    set_terms(session, programme, terms, now=now, by="test")
    set_budget(session, programme, None, 20_000, now=now, by="test")


def member(session: Session, now: datetime, staff: UUID) -> UUID:
    """Let somebody earn, spend and take all that there is."""
    ann = create_customer(session, CustomerDraft(name="林婉清"), now=now).id
    till = Till(session, load_unit(session, "club", "points"), now - timedelta(days=20))
    till.earn(ann, 1200)
    till.earn(ann, 70, expires_at=now + timedelta(days=9))
    till.now = now
    till.redeem(ann, 60)
    till.earn(ann, 45, activates_at=now + timedelta(days=5))
    till.hold(ann, 30, minutes=600)
    till.unit = load_unit(session, "club", "qualifying")
    till.earn(ann, 1400)
    counter = Counter(session, now)
    for number in range(3):
        reward = find_reward(session, counter.programme, f"reward{number}")
        counter.take(ann, reward)
    programme = find_programme(session, "club")
    code_of(session, programme, ann, now=now)
    unit = load_unit(session, "club", "points")
    ask = Ask(unit, "much", now, "staff", actor="Wang", remark="won the draw")
    adjustments.adjust_or_ask(session, ask, ann, 50_000, adjustments.Person(staff, "Wang"))
    return ann


def wrongs(page: Page, name: str, language: str, width: int, theme: str) -> list[str]:
    """Return what is wrong with the page shown."""
    page.wait_for_load_state("networkidle")
    if SHOTS:
        shot = Path(SHOTS) / f"{name}-{language}-{width}-{theme}.png"
        page.screenshot(path=shot, full_page=True)
    found = [*violations(page), *overflow(page), *wrong_language(page, language)]
    return [f"{name} {language} {width} {theme}: {one}" for one in found]


def test_pages_of_a_member_are_whole_for_everybody(
    server: Server,
    template_database: str,
    tmp_path: Path,
    chromium: Browser,
) -> None:
    now, found = utc_now(), []
    with town(server, template_database, tmp_path) as platform:
        made = Factories(platform.database, now)
        admin, other = made.user("admin"), made.user("admin")
        write = platform.database.write
        with write(ACTOR, now=now, dispatcher=platform.dispatcher) as session:
            club(session, now)
            ann = member(session, now, other)
            link = make_link(session, ann, now=now, by="Wang")
            token = LinkSigner(platform.secrets.signing_key).token(link)
        here = f"/loyalty/customers/{ann}"
        pages = {
            "panel": f"/customers/{ann}",
            "member": here,
            "grant": f"{here}?open=adjust",
            "reward": f"{here}?open=reward",
            "surprise": f"{here}?open=surprise",
            "approvals": "/loyalty/approvals",
        }
        own = f"/loyalty/me/{token}"
        with open_office(platform.database.url, platform.config.home) as office:
            for language, width, theme in LOOKS:
                at = (chromium, office, platform)
                with sit_down(*at, admin, language=language, width=width) as desk:
                    desk.page.emulate_media(color_scheme=theme)
                    for name, path in pages.items():
                        desk.page.goto(path)
                        found += wrongs(desk.page, name, language, width, theme)
                    desk.page.goto(here)
                    desk.page.locator('a[href*="/reverse"]').first.click()
                    desk.page.locator("form.form button[type=submit]").last.click()
                    found += wrongs(desk.page, "reverse", language, width, theme)
                    found += desk.take_complaints()
                with sit_down(*at, language=language, width=width) as visitor:
                    visitor.page.emulate_media(color_scheme=theme)
                    visitor.page.goto(own)
                    found += wrongs(visitor.page, "own", language, width, theme)
                    visitor.page.locator('form[action*="/code/"] button').first.click()
                    found += wrongs(visitor.page, "own-code", language, width, theme)
                    visitor.page.goto(f"{own}/history/club/points")
                    found += wrongs(visitor.page, "own-history", language, width, theme)
                    visitor.page.goto(f"{own}x")
                    found += wrongs(visitor.page, "own-gone", language, width, theme)
                    found += [one for one in visitor.take_complaints() if "404" not in one]
    assert found == []
