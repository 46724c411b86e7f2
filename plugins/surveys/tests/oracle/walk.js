// A whole questionnaire filled in: {"op": "walk", "definition", "values", "seed", "now",
// "language"}. On each page the questions that can be seen and answered get their values, one after
// the other, again until nothing more is to be answered; then the page is checked and left. The
// answer is {"pages": [...], "state", "data"}; it stops at the first page with something wrong.
import { Model } from "survey-core";

import { setClock } from "./clock.js";
import { plain } from "./plain.js";

const MOST_PAGES = 200;

export function walk({ definition, values, seed, now, language }) {
  setClock(now);
  const survey = new Model();
  survey.randomSeed = seed;
  survey.fromJSON(definition);
  if (language) survey.locale = language;
  const pages = [];
  while (survey.state === "running" && pages.length < MOST_PAGES) {
    const page = survey.currentPage;
    if (!page) break;
    answer(page, values);
    page.validate(true);
    const shown = seen(page);
    pages.push(shown);
    if (Object.keys(shown.errors).length > 0) break;
    if (survey.currentPage !== page) continue;
    if (survey.isLastPage) survey.completeLastPage();
    else survey.nextPage();
    if (survey.currentPage === page && survey.state === "running") break;
  }
  const data = survey.data;
  const { state, processedCompletedHtml: thanks } = survey;
  survey.dispose();
  return { pages, state, data: plain(data), thanks };
}

// In the order in which they are shown; `page.questions` keeps that of before they were shuffled.
function questionsOf(panel) {
  return panel.elements.flatMap((one) => (one.isPanel ? questionsOf(one) : [one]));
}

function canBeAnswered(question) {
  return question.isVisible && question.isParentVisible && !question.isReadOnly;
}

function answer(page, values) {
  let waiting = questionsOf(page).filter((question) => question.getType() !== "html");
  for (;;) {
    const later = [];
    for (const question of waiting) {
      if (!canBeAnswered(question)) later.push(question);
      else take(question, values);
    }
    if (later.length === waiting.length) return;
    waiting = later;
  }
}

function take(question, values) {
  if (question.name in values) question.value = structuredClone(values[question.name]);
  const comment = question.name + "-Comment";
  if (comment in values && (question.showCommentArea || question.isOtherSelected)) {
    question.comment = values[comment];
  }
}

function seen(page) {
  const errors = {};
  const questions = questionsOf(page).filter((one) => one.isVisible && one.isParentVisible);
  for (const question of questions) {
    const found = question.getAllErrors().map((error) => error.getErrorType());
    if (found.length > 0) errors[question.name] = found.sort();
  }
  for (const panel of [page, ...page.survey.getAllPanels()]) {
    if (panel.errors.length > 0 && (panel === page || panel.page === page)) {
      errors[panel.name] = panel.errors.map((error) => error.getErrorType());
    }
  }
  return { name: page.name, questions: questions.map(shown), errors };
}

function shown(question) {
  const described = {
    name: question.name,
    title: question.locTitle.renderedHtml,
    required: question.isRequired,
    readOnly: question.isReadOnly,
  };
  if (question.visibleChoices && question.getType() !== "rating") {
    described.choices = question.visibleChoices.map((choice) => choice.value);
    described.enabled = question.visibleChoices.filter((one) => one.isEnabled).map((one) => one.value);
  }
  if (question.getType() === "matrix") {
    described.rows = question.visibleRows.map((row) => row.name);
  }
  return described;
}

// The same walk again and again: {"op": "walkMany", ..., "times"} answers with the nanoseconds of
// the processor that one takes, its model made anew each time.
export function walkMany({ times, ...request }) {
  const begun = process.cpuUsage();
  for (let run = 0; run < times; run++) walk(request);
  const { user, system } = process.cpuUsage(begun);
  return { nanoseconds: ((user + system) * 1000) / times };
}
