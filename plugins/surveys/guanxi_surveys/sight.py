"""What whoever asks may see: figures of all answers are for who sees every customer."""

from guanxi.sdk import current


def sees_all() -> bool:
    """Say whether the row rule of whoever asks lets them see every customer."""
    return current.principal().scope == "all"
