"""Tables of surveys, by what they are about; all share one base."""

from guanxi_surveys.models.answering import Amendment, Spent, Upload
from guanxi_surveys.models.answers import Answer
from guanxi_surveys.models.base import Base
from guanxi_surveys.models.figures import (
    ChoiceCount,
    Comment,
    DayCount,
    GroupCount,
    PairCount,
    SeenCount,
    WordCount,
)
from guanxi_surveys.models.surveys import Question, Survey, Version

__all__ = [
    "Amendment",
    "Answer",
    "Base",
    "ChoiceCount",
    "Comment",
    "DayCount",
    "GroupCount",
    "PairCount",
    "Question",
    "SeenCount",
    "Spent",
    "Survey",
    "Upload",
    "Version",
    "WordCount",
]
