"""Where a form may send people on to: our own paths only."""

from urllib.parse import urlsplit


def safe_path(wanted: str | None, fallback: str = "/") -> str:
    """Return ``wanted`` if it is a path on this host, else ``fallback``.

    Refuses ``//host``, backslashes, schemes and control characters, which browsers read as
    other hosts.
    """
    if not wanted or not wanted.startswith("/") or wanted.startswith("//"):
        return fallback
    if "\\" in wanted or any(ord(c) < 0x20 or ord(c) == 0x7F for c in wanted):
        return fallback
    parts = urlsplit(wanted)
    return fallback if parts.scheme or parts.netloc else wanted
