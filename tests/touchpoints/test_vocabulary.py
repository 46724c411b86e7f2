"""Channels, kinds and outcomes: built in, added, renamed, archived."""

import pytest
from tests.touchpoints.conftest import audited, call

from guanxi.errors import Conflict, NotFound
from guanxi.i18n import Text
from guanxi.testkit.fixtures import NOW
from guanxi.touchpoints.domain.faults import InvalidField
from guanxi.touchpoints.domain.recording import record
from guanxi.touchpoints.domain.vocabulary import (
    Word,
    add,
    archive,
    channels,
    ensure,
    kinds,
    outcomes,
    rename,
)
from guanxi.touchpoints.domain.vocabulary_seed import seed_vocabulary

FAIR = Word("trade_fair", Text("Trade fair", "展会"))


def keys(words):
    return [word.key for word in words]


def test_installation_starts_with_the_usual_channels_and_kinds(session):
    assert keys(channels(session)) == [
        "website",
        "social_media",
        "store",
        "service_desk",
        "phone",
        "sms",
        "email",
        "wechat",
        "meeting",
        "other",
    ]
    assert keys(kinds(session))[:3] == ["purchase", "return", "call"]
    assert {word.key: word.success for word in outcomes(session)}["resolved"] is True


def test_seeding_again_keeps_what_the_admin_changed(write, session):
    with write() as tx:
        rename(tx, "channel", Word("store", Text("Shop", "商店")))
        seed_vocabulary(tx)

    assert {word.key: word.title_en for word in channels(session)}["store"] == "Shop"


def test_added_channel_can_be_used_at_once(write, session, customer):
    with write() as tx:
        add(tx, "channel", FAIR)

    with write() as tx:
        assert record(tx, call(customer_id=customer, channel="trade_fair"), now=NOW).created
    assert keys(channels(session))[-1] == "trade_fair"
    (entry,) = audited(session, "touchpoint_channel.added")
    assert entry.after["title_zh"] == "展会"


def test_taken_key_is_refused(write):
    with pytest.raises(Conflict), write() as tx:
        add(tx, "kind", Word("call", Text("Call", "电话")))


def test_plugins_kinds_are_added_once(write, session):
    for _ in range(2):
        with write() as tx:
            ensure(tx, "kind", [Word("surveys.answer", Text("Answer", "回答"))])

    assert keys(kinds(session)).count("surveys.answer") == 1


@pytest.mark.parametrize("key", ["", "Big", "1st", "a b", "a.b.c", "x" * 41, "a'; --", "é"])
def test_key_is_plain(write, key):
    with pytest.raises(InvalidField), write() as tx:
        add(tx, "channel", Word(key, Text("A", "甲")))


def test_titles_in_both_languages_are_needed(write):
    with pytest.raises(InvalidField), write() as tx:
        add(tx, "channel", Word("fair", Text("Fair", " ")))


def test_archived_word_is_no_longer_offered_but_still_understood(write, session, customer):
    with write() as tx:
        archive(tx, "channel", "sms")

    assert "sms" not in keys(channels(session))
    assert "sms" in keys(channels(session, archived=True))
    with write() as tx:
        assert record(tx, call(customer_id=customer, channel="sms"), now=NOW).created


def test_archived_word_can_be_offered_again(write, session):
    with write() as tx:
        archive(tx, "outcome", "agreed")
    with write() as tx:
        archive(tx, "outcome", "agreed", archived=False)

    assert "agreed" in keys(outcomes(session))
    assert len(audited(session, "touchpoint_outcome.restored")) == 1


def test_word_that_does_not_exist_cannot_be_changed(write):
    with pytest.raises(NotFound), write() as tx:
        archive(tx, "kind", "seance")
    with pytest.raises(NotFound), write() as tx:
        rename(tx, "kind", Word("seance", Text("Seance", "招魂")))
