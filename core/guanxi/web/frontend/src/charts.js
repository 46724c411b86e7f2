// Draws the charts that chart.html describes in data-chart, in the colours of the theme.

import { BarChart, LineChart, PieChart } from "echarts/charts";
import { GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { optionOf } from "./js/chart-options.js";
import { themeColours } from "./js/chart-colours.js";

use([BarChart, LineChart, PieChart, GridComponent, LegendComponent, TooltipComponent, CanvasRenderer]);

const drawn = new Map();

const watchSize = new ResizeObserver((entries) => {
  for (const { target } of entries) drawn.get(target)?.resize();
});

function redraw(figure) {
  const option = optionOf(JSON.parse(figure.dataset.chart), themeColours(), figure.clientWidth);
  drawn.get(figure).setOption(option, { notMerge: true });
}

/** Draw one figure; it is redrawn when its size or the theme changes. */
export function drawChart(figure) {
  if (drawn.has(figure)) return;
  drawn.set(figure, init(figure, null, { renderer: "canvas" }));
  redraw(figure);
  watchSize.observe(figure);
}

document.addEventListener("guanxi:theme", () => drawn.forEach((_, figure) => redraw(figure)));
document.addEventListener("htmx:afterSwap", () => {
  for (const [figure, chart] of drawn) {
    if (figure.isConnected) continue;
    watchSize.unobserve(figure);
    chart.dispose();
    drawn.delete(figure);
  }
});
