"""Names on social platforms: what their bearers write, and what of it counts.

A platform is open-ended: one that is not known here just has its ``@`` taken off.
"""

import re

_OTHER_NAMES = {"twitter": "x", "weixin": "wechat", "wxwork": "wecom"}
_CASE_MATTERS = frozenset({"wechat", "wecom", "line", "whatsapp", "alipay", "messenger"})
_HOSTS = {
    "bluesky": ("bsky.app",),
    "facebook": ("facebook.com",),
    "github": ("github.com",),
    "instagram": ("instagram.com",),
    "linkedin": ("linkedin.com",),
    "reddit": ("reddit.com",),
    "telegram": ("t.me",),
    "tiktok": ("tiktok.com",),
    "weibo": ("weibo.com", "weibo.cn"),
    "x": ("x.com", "twitter.com"),
    "youtube": ("youtube.com",),
}
_PROFILE = re.compile(
    r"(?:https?://)?(?:www\.|m\.)?([a-z0-9.-]+\.[a-z]{2,})/(?:@|(?:u|in|user|profile)/)?([^/?#]+)/?",
    re.IGNORECASE,
)


def platform_of(name: str) -> str:
    """Return the one name of a platform: ``twitter`` is ``x``, ``weixin`` is ``wechat``."""
    return _OTHER_NAMES.get(name, name)


def keeps_case(platform: str, handle: str) -> bool:
    """Whether capitals count: in ids that a platform hands out they do."""
    return platform in _CASE_MATTERS or handle.startswith("did:")


def handle_of(platform: str, text: str) -> str:
    """Return the name alone, from ``@name`` or the address of a profile; empty if it is none.

    On Mastodon a name includes its server: ``name@mastodon.social``.
    """
    page = _PROFILE.fullmatch(text)
    if page and platform == "mastodon":
        text = f"{page[2]}@{page[1]}"
    elif page and page[1].lower() in _HOSTS.get(platform, ()):
        text = page[2]
    handle = text.lstrip("@")
    return "" if re.search(r"\s", handle) else handle
