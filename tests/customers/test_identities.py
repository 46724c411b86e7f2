"""Identities in the one form in which they are unique."""

import phonenumbers
import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import given
from hypothesis import strategies as st

from guanxi.customers.domain.identities import (
    Identity,
    IdentityKind,
    InvalidIdentity,
    normalise_email,
    normalise_external,
    normalise_phone,
    normalise_social,
)
from guanxi.errors import GuanxiError


def test_an_email_is_unique_without_case_and_shown_as_written() -> None:
    assert normalise_email(" Ann.Lee@Example.COM ") == Identity(
        IdentityKind.EMAIL, "", "ann.lee@example.com", "Ann.Lee@example.com"
    )


def test_an_international_domain_is_the_same_in_both_spellings() -> None:
    assert normalise_email("用户@例子.广告").value == "用户@例子.广告"
    assert (
        normalise_email("a@xn--fsqu00a.xn--0zwm56d").value == normalise_email("a@例子.测试").value
    )


def test_full_width_letters_are_the_same_address() -> None:
    assert normalise_email("ａｎｎ@example.com").value == "ann@example.com"


@pytest.mark.parametrize(
    "text",
    ["ann", "ann@", "@example.com", "a b@example.com", "ann@localhost", "ann@corp.local",
     "ann..lee@example.com", "ann@-example.com", "ann@exa_mple.com",
     "ann@[127.0.0.1]", "ann@x.test"],
)  # fmt: skip
def test_what_is_no_address_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(InvalidIdentity, match=r"name@example\.com"):
        normalise_email(text)


LABELS = st.from_regex(r"[a-zA-Z0-9_.+-]{1,12}", fullmatch=True)
TLDS = st.sampled_from(
    ["com", "cn", "test", "local", "localhost", "arpa", "museum", "c", "invalid"]
)


@given(LABELS, st.lists(LABELS, min_size=1, max_size=3), TLDS)
def test_the_short_cut_for_plain_addresses_agrees_with_the_validator(
    local: str, labels: list[str], tld: str
) -> None:
    address = f"{local}@{'.'.join([*labels, tld])}"
    try:
        expected = validate_email(address, check_deliverability=False).normalized
    except EmailNotValidError:
        expected = None

    try:
        found = normalise_email(address).display
    except InvalidIdentity:
        found = None

    assert found == expected


@pytest.mark.parametrize(
    ("text", "region", "value"),
    [
        ("138 0013 8000", "CN", "+8613800138000"),
        ("+86 138-0013-8000", "GB", "+8613800138000"),
        ("００８６ 13800138000", "CN", "+8613800138000"),
        ("(010) 6552 9988", "cn", "+861065529988"),
        ("020 7946 0958", "GB", "+442079460958"),
        ("+1 (415) 555-2671", "CN", "+14155552671"),
        ("010-65529988 ext. 12", "CN", "+861065529988;ext=12"),
    ],
)
def test_a_phone_number_is_unique_in_e164(text: str, region: str, value: str) -> None:
    found = normalise_phone(text, region)

    assert (found.kind, found.source, found.value) == (IdentityKind.PHONE, "", value)


@given(st.from_regex(r"(\+86)?1[3-9][0-9]{8,10}", fullmatch=True))
def test_the_short_cut_for_chinese_mobiles_agrees_with_the_library(text: str) -> None:
    parsed = phonenumbers.parse(text, "CN")

    value = normalise_phone(text, "CN").value

    assert value == phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


@pytest.mark.parametrize("text", ["12345", "no number", "+999 123456789", "1" * 30, "+", "1234567"])
def test_what_is_no_phone_number_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(InvalidIdentity, match=r"\+86 138 0013 8000"):
        normalise_phone(text, "CN")


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("17850.0", "17850"),
        (" 17850 ", "17850"),
        ("0.0", "0"),
        ("17850.00", "17850.00"),
        ("017850.0", "017850.0"),
        ("1.50", "1.50"),
        ("v1.0", "v1.0"),
        ("cus_AbC", "cus_AbC"),
        ("１７８５０", "17850"),
        ("12345678901234567.0", "12345678901234567.0"),
    ],
)
def test_only_a_fraction_made_of_a_number_is_undone(written: str, value: str) -> None:
    assert normalise_external("Shop", written) == Identity(
        IdentityKind.EXTERNAL, "shop", value, value
    )


@pytest.mark.parametrize("source", ["", " ", "my shop", "-x", "a" * 65, "商店", "a\x00"])
def test_a_source_is_a_short_plain_name(source: str) -> None:
    with pytest.raises(InvalidIdentity, match="Name the source"):
        normalise_external(source, "1")


@pytest.mark.parametrize(
    ("platform", "handle", "source", "value"),
    [
        ("twitter", "@Ada", "x", "ada"),
        ("x", "https://twitter.com/Ada?s=20", "x", "https://twitter.com/ada?s=20"),
        ("x", "https://x.com/Ada/", "x", "ada"),
        ("weibo", "https://m.weibo.cn/u/123456", "weibo", "123456"),
        ("linkedin", "www.linkedin.com/in/ada-l", "linkedin", "ada-l"),
        ("mastodon", "@Ada@Mastodon.Social", "mastodon", "ada@mastodon.social"),
        ("mastodon", "https://mastodon.social/@Ada", "mastodon", "ada@mastodon.social"),
        ("bluesky", "https://bsky.app/profile/Ada.bsky.social", "bluesky", "ada.bsky.social"),
        ("bluesky", "did:plc:AbC", "bluesky", "did:plc:AbC"),
        ("WeChat", "oAbC-_1", "wechat", "oAbC-_1"),
        ("somewhere", "＠Ada", "somewhere", "ada"),
    ],
)
def test_a_social_name_is_unique_as_its_platform_sees_it(
    platform: str, handle: str, source: str, value: str
) -> None:
    found = normalise_social(platform, handle)

    assert (found.kind, found.source, found.value) == (IdentityKind.SOCIAL, source, value)


@pytest.mark.parametrize("handle", ["@", "ada lovelace"])
def test_what_is_no_social_name_is_refused(handle: str) -> None:
    with pytest.raises(InvalidIdentity, match="@name"):
        normalise_social("x", handle)


HOSTILE = ["", " ", "a\x00b@example.com", "\ud800", "a\nb", "\x1b[2J", "9" * 10_000, "é" * 10_000]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_refused_with_a_sentence(text: str) -> None:
    for normalise in (
        normalise_email,
        lambda value: normalise_phone(value, "CN"),
        lambda value: normalise_external("shop", value),
        lambda value: normalise_social("x", value),
    ):
        with pytest.raises(InvalidIdentity) as refused:
            normalise(text)

        assert str(refused.value).endswith(".")
        assert refused.value.status == 422


@given(st.text(st.characters(codec=None), max_size=80))
def test_any_text_gives_an_identity_or_one_of_our_errors(text: str) -> None:
    for normalise in (
        normalise_email,
        lambda value: normalise_phone(value, "CN"),
        lambda value: normalise_external("shop", value),
        lambda value: normalise_social("x", value),
    ):
        try:
            found = normalise(text)
        except GuanxiError:
            continue
        assert found.value
        assert "\x00" not in found.value + found.display
        found.value.encode()


@given(st.sampled_from(["x", "wechat", "mastodon"]), st.text(max_size=40))
def test_a_social_normal_form_is_its_own_normal_form(platform: str, text: str) -> None:
    try:
        value = normalise_social(platform, text).value
    except InvalidIdentity:
        return

    assert normalise_social(platform, value).value == value
