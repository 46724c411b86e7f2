"""The five industries that come along."""

from collections.abc import Mapping
from typing import Final

from guanxi.errors import NotFound
from guanxi.presets.contents import Preset
from guanxi.presets.industries.education import EDUCATION
from guanxi.presets.industries.finance import FINANCE
from guanxi.presets.industries.insurance import INSURANCE
from guanxi.presets.industries.manufacturing import MANUFACTURING
from guanxi.presets.industries.retail import RETAIL

PRESETS: Final[Mapping[str, Preset]] = {
    one.key: one for one in (FINANCE, INSURANCE, RETAIL, MANUFACTURING, EDUCATION)
}


def preset_of(key: str) -> Preset:
    """Return a preset.

    :raises NotFound: there is none of that name.
    """
    found = PRESETS.get(key)
    if found is None:
        raise NotFound("There is no preset %(key)s.", key=key)
    return found
