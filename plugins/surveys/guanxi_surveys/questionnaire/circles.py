"""Values that are worked out from each other in a circle, which would never come to rest."""

from collections.abc import Iterator, Mapping

from guanxi_surveys.expressions import Expression
from guanxi_surveys.questionnaire.bounds import CHAIN
from guanxi_surveys.questionnaire.model import COMMENT, Questionnaire
from guanxi_surveys.questionnaire.problems import Problems
from guanxi_surveys.questionnaire.references import root_of
from guanxi_surveys.texts import N_


def find_circles(questionnaire: Questionnaire, problems: Problems) -> None:
    """Note each circle among calculated values, set values and triggers once."""
    edges = _edges(questionnaire)
    calculated = {value.name for value in questionnaire.calculated}
    done: dict[str, int] = {}
    for start in edges:
        if start in done:
            continue
        if circle := _circle_from(start, edges, done, calculated):
            problems.error(
                circle[0],
                N_("Values are worked out from each other in a circle: %(circle)s."),
                circle=" → ".join([*circle, circle[0]]),
            )
    if max(done.values(), default=0) > CHAIN:
        problems.error(
            max(done, key=lambda name: done[name]),
            N_("More than %(most)s values are worked out one from the other."),
            most=CHAIN,
        )


def known_names(questionnaire: Questionnaire) -> Mapping[str, str]:
    """Return all names that hold a value, in lower case, to how they are written."""
    names = [value.name for value in questionnaire.calculated]
    for question in questionnaire.questions:
        names += [question.name, question.name + COMMENT]
    names += [trigger.target for trigger in questionnaire.triggers if trigger.kind != "skip"]
    return {name.lower(): name for name in reversed(names) if name}


def _edges(questionnaire: Questionnaire) -> dict[str, set[str]]:
    """Return each value to those that it is worked out from."""
    known = known_names(questionnaire)
    edges: dict[str, set[str]] = {}
    for target, expressions in _workings(questionnaire):
        sources = edges.setdefault(known.get(target.lower(), target), set())
        for expression in expressions:
            if expression is not None:
                sources.update(root for name in expression.names if (root := root_of(name, known)))
    return edges


def _workings(
    questionnaire: Questionnaire,
) -> Iterator[tuple[str, tuple[Expression | None, ...]]]:
    """Yield each value that is set by itself, and the expressions that it depends on."""
    for value in questionnaire.calculated:
        yield value.name, (value.expression,)
    for question in questionnaire.questions:
        if question.set_to is not None or question.set_if is not None:
            yield question.name, (question.set_to, question.set_if)
    for trigger in questionnaire.triggers:
        if trigger.target and trigger.kind in {"setvalue", "runexpression"}:
            yield trigger.target, (trigger.expression, trigger.run)


def _circle_from(
    start: str, edges: Mapping[str, set[str]], done: dict[str, int], calculated: set[str]
) -> list[str]:
    """Return a circle that is reached from ``start``.

    All that was looked at is in ``done``, with how many values are worked out before it.
    """
    path: list[str] = []
    places: dict[str, int] = {}
    waiting: list[tuple[str, bool]] = [(start, False)]
    while waiting:
        name, left = waiting.pop()
        if left:
            places.pop(path.pop())
            done[name] = 1 + max((done.get(source, 0) for source in edges[name]), default=0)
            continue
        if name in places:
            circle = path[places[name] :]
            if len(circle) > 1 or name in calculated:
                done.update(dict.fromkeys(path, 0))
                return circle
            continue
        if name in done or name not in edges:
            continue
        places[name] = len(path)
        path.append(name)
        waiting.append((name, True))
        waiting += [(source, False) for source in sorted(edges[name])]
    return []
