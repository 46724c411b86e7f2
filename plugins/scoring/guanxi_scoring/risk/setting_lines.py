"""Lines of the settings of risk: further factors, each an attribute with its weight."""

from marshmallow import ValidationError

from guanxi_scoring.texts import _


def parse_factor(line: str) -> tuple[str, float]:
    """Return attribute and weight of a line such as ``custom.late_share 0.4``.

    :raises ValueError: it is not written so.
    """
    key, _space, weight = line.strip().rpartition(" ")
    found = float(weight)
    if not key.strip() or not 0 <= found <= 1:
        raise ValueError(line)
    return key.strip(), found


def check_factor(line: str) -> None:
    """Refuse a line that is not written as :func:`parse_factor` reads it."""
    try:
        parse_factor(line)
    except ValueError:
        raise ValidationError(
            _("Write an attribute and its weight from 0 to 1, such as custom.late_share 0.4.")
        ) from None
