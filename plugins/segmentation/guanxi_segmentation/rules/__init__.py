"""Rules: one typed condition tree, read, checked, evaluated in Python and in SQL, put in words.

``reading`` knows the document, ``checking`` the catalogue, ``binding`` gives values their type;
``evaluating`` answers for one customer, ``sql`` for all; ``watching`` says when time changes an
answer. The two ways of evaluating agree, which the tests show on random rules and data.
"""

from guanxi_segmentation.rules.checking import UnknownAttribute, parse
from guanxi_segmentation.rules.context import Context
from guanxi_segmentation.rules.evaluating import Judged, Questions, evaluate, judge, next_check
from guanxi_segmentation.rules.explaining import Explained, explain
from guanxi_segmentation.rules.facts import Contact, Decision, Facts
from guanxi_segmentation.rules.faults import InvalidRule
from guanxi_segmentation.rules.loading import (
    FactPlan,
    heavy,
    load_facts,
    most_touchpoints,
    plan_facts,
)
from guanxi_segmentation.rules.mentions import Held, Mentions, mentions
from guanxi_segmentation.rules.reading import read
from guanxi_segmentation.rules.sql import Listed, Span, is_customer, matches, settled
from guanxi_segmentation.rules.tree import Rule
from guanxi_segmentation.rules.wording import Names, clause, sentence
from guanxi_segmentation.rules.writing import document

__all__ = [
    "Contact",
    "Context",
    "Decision",
    "Explained",
    "FactPlan",
    "Facts",
    "Held",
    "InvalidRule",
    "Judged",
    "Listed",
    "Mentions",
    "Names",
    "Questions",
    "Rule",
    "Span",
    "UnknownAttribute",
    "clause",
    "document",
    "evaluate",
    "explain",
    "heavy",
    "is_customer",
    "judge",
    "load_facts",
    "matches",
    "mentions",
    "most_touchpoints",
    "next_check",
    "parse",
    "plan_facts",
    "read",
    "sentence",
    "settled",
]
