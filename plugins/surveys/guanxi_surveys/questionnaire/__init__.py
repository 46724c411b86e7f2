"""Questionnaires in SurveyJS format: read, checked, walked.

``read`` makes a definition into a :class:`Questionnaire`, ``lint`` says what its author should
look at, ``walk`` answers it page by page and alone decides what is asked, required and kept.
``bring_in`` and ``give_out`` are for files, ``display`` writes an answer as a person reads it.
"""

from guanxi_surveys.questionnaire.bounds import InvalidQuestionnaire
from guanxi_surveys.questionnaire.displaying import display
from guanxi_surveys.questionnaire.importing import Imported, bring_in, give_out
from guanxi_surveys.questionnaire.linting import lint
from guanxi_surveys.questionnaire.model import Choice, Page, Panel, Question, Questionnaire
from guanxi_surveys.questionnaire.piping import clean
from guanxi_surveys.questionnaire.problems import Problem
from guanxi_surveys.questionnaire.reading import read, read_once
from guanxi_surveys.questionnaire.walk import Asked, Group, Offer, Sheet, Walk
from guanxi_surveys.questionnaire.walking import walk
from guanxi_surveys.questionnaire.wording import said

__all__ = [
    "Asked",
    "Choice",
    "Group",
    "Imported",
    "InvalidQuestionnaire",
    "Offer",
    "Page",
    "Panel",
    "Problem",
    "Question",
    "Questionnaire",
    "Sheet",
    "Walk",
    "bring_in",
    "clean",
    "display",
    "give_out",
    "lint",
    "read",
    "read_once",
    "said",
    "walk",
]
