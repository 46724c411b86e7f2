"""Which time zone a customer lives in, as far as that is known: by country, else the company's."""

from functools import cache
from importlib import resources
from zoneinfo import ZoneInfo


def zone_of(country: str | None, company_zone: str) -> ZoneInfo:
    """Return the zone of a customer in ``country`` (ISO 3166-1 alpha-2, or anything).

    Where the company's own zone is one of the country's, it is meant; else the first of the
    country's zones in the tz database, which lists the most populous ones first.
    """
    zones = _zones().get((country or "").upper(), ())
    return ZoneInfo(company_zone if company_zone in zones or not zones else zones[0])


@cache
def _zones() -> dict[str, tuple[str, ...]]:
    table = resources.files("tzdata").joinpath("zoneinfo", "zone.tab").read_text("utf-8")
    found: dict[str, tuple[str, ...]] = {}
    for line in table.splitlines():
        if not line.startswith("#"):
            country, _place, zone, *_comment = line.split("\t")
            found[country] = (*found.get(country, ()), zone)
    return found
