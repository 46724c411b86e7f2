"""The words by which plugins' commands are called: each one's name, and the word in its manifest.

``guanxi.cli`` asks here, before there is a platform; ``plugins.registry`` refuses words that two
plugins claim.
"""

from guanxi.i18n import N_
from guanxi.plugins import reserved
from guanxi.plugins.contract import Manifest
from guanxi.plugins.discovery import Found, find_plugins
from guanxi.plugins.limited import run_limited
from guanxi.plugins.problems import faulty

SECONDS = 10.0
"""How long reading one manifest may take."""


def check_word(manifest: Manifest) -> None:
    """Check the word for a plugin's commands.

    :raises Faulty: it is no word, or one that the core keeps for itself.
    """
    word = manifest.command
    if word and (not reserved.NAME.fullmatch(word) or len(word) > reserved.LONGEST):
        raise faulty(
            N_(
                "%(name)s is no valid name; use lower-case letters and digits, words joined by _, "
                "at most %(longest)s characters."
            ),
            name=word,
            longest=reserved.LONGEST,
        )
    if reserved.overlaps_core(word):
        raise faulty(N_("The name %(name)s is reserved for the core."), name=word)


def plugin_called(word: str) -> str | None:
    """Return the installed plugin whose commands are called by ``word``; None if there is none."""
    found = find_plugins()
    if any(entry.name == word for entry in found):
        return word
    return next((entry.name for entry in found if _word_of(entry) == word), None)


def _word_of(entry: Found) -> str:
    """Return the word in a manifest; where that cannot be read there is none."""
    try:
        manifest = run_limited(entry.entry_point.load, SECONDS, f"manifest-{entry.name}")
    except (Exception, SystemExit):  # noqa: BLE001 -- told with its reason under Apps
        return ""
    return manifest.command if isinstance(manifest, Manifest) else ""
