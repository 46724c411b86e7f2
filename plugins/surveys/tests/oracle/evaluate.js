// One expression with its values: {"op": "evaluate", "expression", "values", "now"}, now in
// milliseconds. The answer is {"value"} as plain.js writes it, or {"invalid": true}.
import { ExpressionRunner } from "survey-core";

import { setClock } from "./clock.js";
import { plain } from "./plain.js";

export function evaluate({ expression, values, now }) {
  setClock(now);
  const runner = new ExpressionRunner(expression);
  if (!runner.canRun()) return { invalid: true };
  let result;
  runner.onRunComplete = (found) => (result = found);
  runner.runValues(values);
  return { value: plain(result) };
}

// The same parsed expression again and again: {"op": "evaluateMany", "expression", "values",
// "times"} answers with the nanoseconds of the processor that one evaluation takes.
export function evaluateMany({ expression, values, times }) {
  const runner = new ExpressionRunner(expression);
  const begun = process.cpuUsage();
  for (let run = 0; run < times; run++) runner.runValues(values);
  const { user, system } = process.cpuUsage(begun);
  return { nanoseconds: ((user + system) * 1000) / times };
}
