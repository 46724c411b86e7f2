"""What can be wrong with a single cell: one exception class per kind."""

from guanxi.errors import GuanxiError

_LONGEST_QUOTE = 60


class ValueProblem(GuanxiError):
    """Base: this text is not a value of the kind that its column should hold."""

    status = 422
    code = "value_problem"


class NotANumber(ValueProblem):
    """No decimal number, or one beyond all bounds."""

    code = "not_a_number"


class NotADate(ValueProblem):
    """No date, or no date and time, in any of the known forms."""

    code = "not_a_date"


class AmbiguousDate(ValueProblem):
    """Day and month could be either way round, and nobody said which."""

    code = "ambiguous_date"


class SkippedHour(ValueProblem):
    """A local time that never was, because clocks went forward over it."""

    code = "skipped_hour"


class RepeatedHour(ValueProblem):
    """A local time that was twice, because clocks went back over it."""

    code = "repeated_hour"


class NotABoolean(ValueProblem):
    """Neither yes nor no."""

    code = "not_a_boolean"


class ShortenedNumber(ValueProblem):
    """An identifier of which a spreadsheet kept only the first digits, as 8.61381E+12."""

    code = "shortened_number"


def quoted(text: str) -> str:
    """Return ``text`` short enough to stand in a sentence."""
    return text if len(text) <= _LONGEST_QUOTE else text[:_LONGEST_QUOTE] + "…"
