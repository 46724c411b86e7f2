"""What browser a session belongs to, in words: "Firefox on Windows".

Browsers name themselves after each other, so the order matters: who says "Edg" says "Chrome",
too, and "Safari". What is not known here is shown as it was sent.
"""

import re
from typing import Final

from guanxi.i18n import N_, _

_BROWSERS: Final = (
    ("MicroMessenger/", N_("WeChat")),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("HuaweiBrowser/", "Huawei Browser"),
    ("MQQBrowser/", N_("QQ Browser")),
    ("QQBrowser/", N_("QQ Browser")),
    ("UCBrowser/", N_("UC Browser")),
    ("Vivaldi/", "Vivaldi"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chromium/", "Chromium"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
    ("curl/", "curl"),
)
_SYSTEMS: Final = (
    (r"HarmonyOS|OpenHarmony", "HarmonyOS"),
    (r"Android", "Android"),
    (r"iPhone|iPod", "iPhone"),
    (r"iPad", "iPad"),
    (r"Windows", "Windows"),
    (r"Mac OS X|Macintosh", "macOS"),
    (r"CrOS", "ChromeOS"),
    (r"Linux|X11", "Linux"),
)
_LONGEST: Final = 70


def browser_words(sent: str) -> str:
    """Return browser and system of a ``User-Agent``, as far as they are known."""
    browser = next((_(name) for mark, name in _BROWSERS if mark in sent), None)
    system = next((name for pattern, name in _SYSTEMS if re.search(pattern, sent)), None)
    if browser and system:
        return _("%(browser)s on %(system)s", browser=browser, system=system)
    return browser or system or sent[:_LONGEST]
