// Loads the chart library only for pages that show a chart, also when htmx brings one.

import { meta, onContent, within } from "./page.js";

onContent(async (root) => {
  const figures = within(root, "[data-chart]");
  if (!figures.length) return;
  const { drawChart } = await import(new URL(meta("charts-script"), location.href));
  figures.forEach(drawChart);
});
