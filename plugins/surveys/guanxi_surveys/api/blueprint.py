"""The blueprint of all operations under ``/api/v1/surveys``."""

from typing import Final

from guanxi.sdk import Api

VIEW: Final = "surveys.view"
RESULTS: Final = "surveys.results"
MANAGE: Final = "surveys.manage"
SEND: Final = "surveys.send"
ANSWER: Final = "surveys.answer"

api = Api("surveys", "guanxi_surveys", description="Questionnaires, answers and their figures")
