// Instants: the reader's own time zone as a tooltip, and "3 hours ago" where asked for.

import { onContent, within } from "./page.js";

const language = document.documentElement.lang;
const full = new Intl.DateTimeFormat(language, { dateStyle: "full", timeStyle: "long" });
const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
const units = [
  ["year", 31557600],
  ["month", 2629800],
  ["week", 604800],
  ["day", 86400],
  ["hour", 3600],
  ["minute", 60],
];

function ago(instant) {
  const seconds = (instant - Date.now()) / 1000;
  const [unit, size] = units.find(([, size]) => Math.abs(seconds) >= size) ?? ["second", 1];
  if (unit === "second") return relative.format(0, "second");
  return relative.format(Math.round(seconds / size), unit);
}

function describe(element) {
  const instant = new Date(element.dateTime);
  if (Number.isNaN(instant.getTime())) return;
  element.title = full.format(instant);
  if (element.hasAttribute("data-relative-time")) element.textContent = ago(instant);
}

const describeAll = (root) => within(root, "time[data-local-time], time[data-relative-time]").forEach(describe);

onContent(describeAll);
setInterval(() => describeAll(document), 60000);
