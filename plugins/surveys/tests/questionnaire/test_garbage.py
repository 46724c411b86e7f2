"""Whatever JSON comes as a questionnaire or as answers: a clear refusal or a walk, nothing else."""

import copy
from random import Random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from plugins.surveys.tests.questionnaire.making import walks
from plugins.surveys.tests.questionnaire.simple import NOW

from guanxi_surveys.questionnaire import (
    InvalidQuestionnaire,
    Problem,
    bring_in,
    display,
    lint,
    read,
    walk,
)

RUBBISH: list[Any] = [
    None, True, -1, 10**30, 1e308, "", " ", "{", "{q1", "other", "é\u0000", [], [[]], {},
    {"a": None}, [None], {"default": 7}, "constructor", ["x", 1, None, {}], {"value": {}},
]  # fmt: skip


def spoilt(value: Any, random: Random) -> Any:
    """A copy in which some values are rubbish."""
    value = copy.deepcopy(value)
    for _ in range(random.randint(1, 4)):
        holder = value
        while True:
            keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
            if not keys:
                break
            key = random.choice(keys)
            inner = holder[key]
            if not isinstance(inner, (dict, list)) or random.random() < 0.25:
                holder[key] = copy.deepcopy(random.choice(RUBBISH))
                break
            holder = inner
    return value


@given(walks(), st.integers(0, 10**9))
@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_rubbish_is_refused_or_walked(case: dict[str, Any], seed: int) -> None:
    random = Random(seed)
    definition, values = case["definition"], spoilt(case["values"], random)
    if seed % 2:
        definition = spoilt(definition, random)

    problems = lint(definition)
    assert all(isinstance(one, Problem) and str(one) for one in problems)
    try:
        bring_in(definition)
        questionnaire = read(definition)
    except InvalidQuestionnaire:
        assert any(one.severity in {"error", "unsupported"} for one in problems)
        return
    found = walk(questionnaire, values, language="zh-cn", seed=seed, now=NOW)
    for question in questionnaire.questions:
        assert isinstance(display(question, found.values.get(question.name), "en"), str)
