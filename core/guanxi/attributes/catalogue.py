"""The attribute catalogue: what is known about customers, whoever contributes it.

Lists, filters, exports, the API and segment rules name attributes by key and never learn where
they come from. Selecting is in ``query.py``, conditions are in ``conditions.py``.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from difflib import get_close_matches

from guanxi.errors import Invalid
from guanxi.plugins.contract import Attribute


class Catalogue:
    """The attributes that are available now: the core's, custom fields, enabled plugins'.

    :param sources: functions that return attributes; asked again at every use, so that a plugin
        switched off takes its attributes with it at once.
    """

    def __init__(self, sources: Sequence[Callable[[], Iterable[Attribute]]] = ()) -> None:
        self._sources = list(sources)

    def add_source(self, source: Callable[[], Iterable[Attribute]]) -> None:
        """Offer the attributes that ``source`` returns, too."""
        self._sources.append(source)

    def all(self) -> Mapping[str, Attribute]:
        """Return every attribute by its key, in the order of the sources."""
        return {a.key: a for source in self._sources for a in source()}

    def get(self, key: str) -> Attribute:
        """Return one attribute.

        :raises Invalid: nobody contributes that key.
        """
        return known(self.all(), key)

    def pick(self, keys: Iterable[str]) -> list[Attribute]:
        """Return several attributes in the order asked for.

        :raises Invalid: nobody contributes one of them.
        """
        attributes = self.all()
        return [known(attributes, key) for key in dict.fromkeys(keys)]


def known(attributes: Mapping[str, Attribute], key: str) -> Attribute:
    """Return the attribute with that key.

    :raises Invalid: there is none; it names the one that was perhaps meant.
    """
    found = attributes.get(key)
    if found is not None:
        return found
    meant = get_close_matches(key[:80], attributes, 1)
    if meant:
        raise Invalid(
            "There is no attribute %(key)s. Do you mean %(meant)s?", key=key[:80], meant=meant[0]
        )
    raise Invalid("There is no attribute %(key)s.", key=key[:80])
