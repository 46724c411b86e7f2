"""Web pages of surveys; each module adds its routes to the one blueprint."""

from guanxi_surveys.pages import (
    answering,
    answers,
    results,
    results_files,
    surveys,
    surveys_acting,
    surveys_files,
    surveys_form,
    surveys_new,
    theme,
)
from guanxi_surveys.pages.blueprint import pages

__all__ = [
    "answering",
    "answers",
    "pages",
    "results",
    "results_files",
    "surveys",
    "surveys_acting",
    "surveys_files",
    "surveys_form",
    "surveys_new",
    "theme",
]
