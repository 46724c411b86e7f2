// The reference implementation of the SurveyJS format, asked over a pipe: each line on stdin is a
// list of requests, each line on stdout the list of answers. What stands in `operations` can be
// asked for; what a request throws is an answer, too: {"error": "..."}.
import { createInterface } from "node:readline";

import { evaluate, evaluateMany } from "./evaluate.js";
import { walk, walkMany } from "./walk.js";

const operations = { evaluate, evaluateMany, walk, walkMany };

// Warnings of the library belong to nobody here.
console.warn = console.error = () => {};

function answer(request) {
  try {
    return operations[request.op](request);
  } catch (error) {
    return { error: String(error) };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(JSON.stringify(JSON.parse(line).map(answer)) + "\n");
}
