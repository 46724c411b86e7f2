"""The time zone of a file, as somebody named it."""

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from guanxi.errors import Invalid


def zone_named(name: str) -> ZoneInfo:
    """Return a time zone of the IANA database.

    :raises Invalid: there is none of that name.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Invalid("There is no time zone %(name)s.", name=name[:60]) from None
