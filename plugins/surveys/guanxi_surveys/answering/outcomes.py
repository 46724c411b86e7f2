"""What became of an answer, and how it is refused."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from guanxi.sdk import Conflict, Invalid
from guanxi_surveys.texts import N_

_WRONG: Final = N_("Some answers are missing or do not fit. See what is said about each.")


@dataclass(frozen=True, slots=True)
class Outcome:
    """Where an answer is now.

    :param answer_id: None of an anonymous survey: nothing is to lead to the answer.
    :param repeated: it had been finished before; nothing was done now.
    :param thanks: HTML, cleaned, for the end.
    """

    state: str
    answer_id: UUID | None
    repeated: bool = False
    thanks: str = ""


class InvalidAnswers(Invalid):
    """Answers that do not do: by the names of their questions, what to change about each."""

    code = "invalid_answers"

    def __init__(self, errors: Mapping[str, Sequence[str]]) -> None:
        super().__init__(_WRONG, fields={name: list(told) for name, told in errors.items()})


class AlreadyAnswered(Conflict):
    """This submission, or this invitation, was used up before."""

    code = "already_answered"

    def __init__(self) -> None:
        super().__init__(N_("This was answered already. Thank you."))


class TooLate(Conflict):
    """An answer that was not resumed in time, or ended without being finished."""

    code = "answer_ended"

    def __init__(self) -> None:
        super().__init__(N_("This answer was not finished in time. Please begin anew."))


class OtherSubmission(Conflict):
    """A submission id that belongs to another survey or person."""

    code = "other_submission"

    def __init__(self) -> None:
        super().__init__(N_("This submission id was used for something else. Use a new one."))
